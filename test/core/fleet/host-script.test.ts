/** The script of a host, run by a real shell, with other commands in hvbench's place. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commandLine, hostScript, MOST_LOG } from '../../../core/fleet/host-script.ts';
import { fakeRoot } from '../host/fake-root.ts';

/** A command with these words, told `--out FOLDER` behind them. */
const shell = (script: string) => commandLine('sh -c', [script, 'hvbench']);

async function prepared(script: string, args: readonly string[] = ['n1']) {
  const folder = await fakeRoot({});
  const path = join(folder, 'host.sh');
  writeFileSync(path, hostScript(shell(script)));
  const read = (name: string) => readFileSync(join(folder, 'hosts', name), 'utf8');
  return { folder, read, argv: [path, folder, ...args] };
}

const run = (argv: readonly string[], env: Record<string, string> = {}) =>
  spawnSync('sh', argv, { encoding: 'utf8', env: { ...process.env, ...env } });

it('runs the command with a folder of its own, and leaves its words and how it ended', async () => {
  const { folder, read, argv } = await prepared(
    'echo told "$@"; echo wrong >&2; : >"$2/result.json"; exit 3',
  );
  expect(run(argv)).toMatchObject({ status: 3, stdout: '', stderr: '' });
  const here = join(folder, 'hosts/n1');
  expect(read('n1/log')).toBe(`told --out ${here}\nwrong\n`);
  expect(read('n1/exit-code')).toBe('3\n');
  expect(read('n1/host').trim()).toBe(spawnSync('uname', ['-n'], { encoding: 'utf8' }).stdout.trim());
  expect(readdirSync(here).sort()).toEqual(['exit-code', 'host', 'log', 'pid', 'result.json']);
});

it('says that the command is not there', async () => {
  const folder = await fakeRoot({});
  writeFileSync(join(folder, 'host.sh'), hostScript('/nowhere/hvbench run'));
  expect(run([join(folder, 'host.sh'), folder, 'n1']).status).toBe(127);
  expect(readFileSync(join(folder, 'hosts/n1/log'), 'utf8')).toMatch(/\/nowhere\/hvbench: not found/);
});

it('keeps what an earlier try left, and begins in a fresh folder', async () => {
  const { folder, read, argv } = await prepared('test -e "$2/samples" && exit 1; echo first >"$2/samples"');
  mkdirSync(join(folder, 'hosts/n1'), { recursive: true });
  writeFileSync(join(folder, 'hosts/n1/samples'), 'of the first try');
  run(argv);
  run(argv);
  expect(readdirSync(join(folder, 'hosts')).sort()).toEqual(['n1', 'n1.1', 'n1.2']);
  expect(read('n1.1/samples')).toBe('of the first try');
  expect(read('n1/exit-code')).toBe('0\n');
});

it.each([
  ['Slurm', { SLURM_ARRAY_TASK_ID: '3', SLURMD_NODENAME: 'n7' }, 'task-3', 'n7'],
  ['Kubernetes', { JOB_COMPLETION_INDEX: '0', NODE_NAME: 'worker' }, 'task-0', 'worker'],
])('is one of an array of %s', async (_, env, name, host) => {
  const { read, argv } = await prepared('true', []);
  expect(run(argv, env).status).toBe(0);
  expect(read(`${name}/host`)).toBe(`${host}\n`);
});

it('keeps no more than the beginning of endless output, and does not end the command by that', async () => {
  const { read, argv } = await prepared(`head -c ${3 * MOST_LOG} /dev/zero; echo more; exit 4`);
  expect(run(argv).status).toBe(4);
  expect(read('n1/log')).toHaveLength(MOST_LOG);
});

it('waits for a command that ends in order when all are told to end', async () => {
  const { folder, read, argv } = await prepared(
    `trap "echo in order; exit 130" TERM; : >"$2/began"; while :; do sleep 0.1; done`,
  );
  const child = spawn('sh', argv, { detached: true, stdio: 'ignore' });
  const ended = once(child, 'exit');
  while (!existsSync(join(folder, 'hosts/n1/began'))) await new Promise((resolve) => setTimeout(resolve, 20));
  process.kill(-(child.pid as number), 'SIGTERM');
  expect((await ended)[0]).toBe(130);
  expect(read('n1/exit-code')).toBe('130\n');
  expect(read('n1/log')).toMatch(/in order\n$/);
});
