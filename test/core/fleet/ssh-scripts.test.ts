/** What hosts are told by SSH, run by a real shell in a home of its own. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hostScript } from '../../../core/fleet/host-script.ts';
import {
  archiveCommand,
  askCommand,
  cancelCommand,
  clearCommand,
  startCommand,
} from '../../../core/fleet/ssh-scripts.ts';
import { fakeRoot } from '../host/fake-root.ts';

const ID = '0123abcd';
const FOLDER = `hvbench-fleet-${ID}`;

async function host() {
  const home = await fakeRoot({});
  const tell = (command: string, input = '') => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      ...{ input, encoding: 'latin1', timeout: 60_000 },
      env: { PATH: process.env.PATH, HOME: home },
    });
    return { status, stdout: stdout.trim(), stderr: stderr.trim() };
  };
  const start = (command: string) => {
    const script = hostScript(command);
    return tell(startCommand(ID, 'vm1', script.length), script);
  };
  onTestFinished(() => void tell(cancelCommand(ID, 'vm1')));
  const ask = () => tell(askCommand(ID, 'vm1')).stdout;
  return { home, at: (name: string) => join(home, FOLDER, name), tell, start, ask };
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !condition(); ) {
    if (performance.now() > end) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const ORDERLY = `sh -c 'trap "exit 130" TERM; while :; do sleep 0.1; done' orderly`;
const STUBBORN = `sh -c 'trap "" TERM; while :; do sleep 0.1; done' stubborn`;

it('starts the command, which outlives its session, and tells how far it is', async () => {
  const { ask, start, home } = await host();
  expect(ask()).toBe('absent');
  const waits = `sh -c 'until [ -e "$HOME/go" ]; do sleep 0.05; done; exit 7' waits`;
  expect(start(waits)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(ask()).toBe('running');
  writeFileSync(join(home, 'go'), '');
  await until(() => ask() === 'done 7');
});

it('ends it in order, or by force, and finds nothing to end any more', async () => {
  const { at, start, tell } = await host();
  start(ORDERLY);
  expect(tell(cancelCommand(ID, 'vm1')).stdout).toBe('ended');
  expect(readFileSync(at('hosts/vm1/exit-code'), 'utf8')).toBe('130\n');
  expect(tell(cancelCommand(ID, 'vm1')).stdout).toBe('over');
  const other = await host();
  other.start(STUBBORN);
  expect(other.tell(cancelCommand(ID, 'vm1')).stdout).toBe('killed');
});

it('knows a process that ended without a word, and does not take another for it', async () => {
  const { ask, at, start, tell } = await host();
  start(STUBBORN);
  process.kill(-Number(readFileSync(at('hosts/vm1/pid'), 'utf8')), 'SIGKILL');
  await until(() => ask() === 'gone');
  // Of somebody else: the tests themselves.
  writeFileSync(at('hosts/vm1/pid'), String(process.pid));
  expect(ask()).toBe('gone');
  expect(tell(cancelCommand(ID, 'vm1')).stdout).toBe('over');
});

it('hands over what there is, and clears it away', async () => {
  const { ask, home, start, tell } = await host();
  start(`sh -c ': >"$2/result.json"' writes`);
  await until(() => ask() === 'done 0');
  const archive = tell(archiveCommand(ID, 'vm1')).stdout;
  const { stdout } = spawnSync('tar', ['-tf', '-'], {
    input: Buffer.from(archive, 'latin1'),
    encoding: 'utf8',
  });
  expect(stdout.trim().split('\n').sort()).toEqual(
    ['', 'exit-code', 'host', 'log', 'pid', 'result.json'].map((name) => `vm1/${name}`),
  );
  expect(tell(clearCommand(ID, 'vm1')).status).toBe(0);
  expect(readdirSync(home)).toEqual([]);
});

it('refuses half a script', async () => {
  const { tell } = await host();
  expect(tell(startCommand(ID, 'vm1', 100), 'too short')).toMatchObject({
    status: 1,
    stderr: 'the copy of its script is incomplete',
  });
});
