import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { localHost } from '../../../core/host/local.ts';
import { installCommand } from '../../../core/host/packages.ts';
import { canHaveUsers, namespaceLack, ownProcesses } from '../../../core/hypervisors/namespaces.ts';
import { isRunning, processesWith } from './remains.ts';

const argv = ownProcesses(await canHaveUsers(localHost));
const [command, ...flags] = argv;
const allowed = spawnSync(command, [...flags, 'true']).status === 0;

it('says what is missing', async () => {
  expect(await namespaceLack(localHost, ['no-such-unshare'])).toEqual({
    reason: 'no-such-unshare is not installed',
    remedy: installCommand('util-linux', localHost),
  });
  expect((await namespaceLack(localHost, ['false']))?.reason).toMatch(/namespaces/);
  expect((await namespaceLack(localHost, argv)) === null).toBe(allowed);
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
