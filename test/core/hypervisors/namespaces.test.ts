import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { namespaceAdvice } from '../../../core/host/namespace-advice.ts';
import { installCommand } from '../../../core/host/packages.ts';
import { namespaceLack, OWN_PROCESSES } from '../../../core/hypervisors/namespaces.ts';
import { isRunning, processesWith } from './remains.ts';

const [command = '', ...flags] = OWN_PROCESSES;
const allowed = spawnSync(command, [...flags, 'true']).status === 0;

it('says what is missing', async () => {
  expect(await namespaceLack(['no-such-unshare'])).toEqual({
    reason: 'no-such-unshare is not installed',
    remedy: installCommand('util-linux'),
  });
  expect(await namespaceLack(['false'])).toEqual(await namespaceAdvice());
  expect(await namespaceLack(OWN_PROCESSES)).toEqual(allowed ? null : await namespaceAdvice());
});

it.skipIf(!allowed)('whatever a program has started ends with it, in whichever session it is', async () => {
  const script = 'setsid sleep 60 & setsid sh -c "sleep 60 & sleep 60" & echo started; wait';
  const mark = `${process.pid}-${Date.now()}`;
  const child = spawn(command, [...flags, '--', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HVBENCH_TEST_NAMESPACE: mark },
  });
  const left = () => processesWith('HVBENCH_TEST_NAMESPACE', mark).filter(isRunning);
  await once(child.stdout, 'data');
  await expect.poll(() => left().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(5);
  child.kill('SIGKILL');
  await expect.poll(left, { timeout: 20_000 }).toEqual([]);
});
