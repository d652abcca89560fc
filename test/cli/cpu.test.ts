/** `--cpu`: the CPU that a user chose measures and nothing else does, the result says so, and what cannot be is refused. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allowedCpus } from '../../core/host/affinity.ts';
import { localHost } from '../../core/host/local.ts';
import { readExec } from '../../core/index.ts';
import { requireOrSkip } from '../require.ts';
import { hvbench, readResult, readSamples, start, temporaryFolder, until } from './command.ts';

const folder = temporaryFolder();
const WORK = '--profile quick --suite cpu --workload integer --hypervisor control --isa x86_64'.split(' ');
const [first = 0, second = 0, ...rest] = await allowedCpus(localHost);
const last = rest.at(-1) ?? second;
/** Those of them that choose a CPU, and would measure. */
const COMMANDS = [
  ['run', ...WORK],
  ['gate', '--baseline', 'b.json', '--update', '--suite', 'cpu'],
  ['gate', '--baseline', 'b.json'],
  ['exec', 'true'],
  ['validate', '--quick'],
  ['self'],
].map(([name = '', ...others]) => [name, others] as const);

test.each(COMMANDS)('%s refuses what is no CPU before it does anything', async (name, others) => {
  const refuse = (cpu: string) => hvbench([name, '--cpu', cpu, ...others], { cwd: folder });
  expect(await refuse('one')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--cpu <number>.*whole number/),
  });
  const { code, stdout, stderr } = await refuse('8191');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^hvbench: CPU 8191 is not online \([\d,-]+\): choose one of [\d,-]+\n$/);
  expect(readdirSync(folder)).toEqual([]);
});

test('the configuration may choose, and is refused alike', async () => {
  const cwd = join(folder, 'configured');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'bench.config.json'), JSON.stringify({ cpu: 8191 }));
  const { code, stderr } = await hvbench(['run', ...WORK], { cwd });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^hvbench: CPU 8191 is not online/),
  });
});

describe.skipIf(requireOrSkip('two CPUs', first !== last))('with two CPUs', () => {
  test('a CPU that the affinity leaves out is refused, and the only one too', async () => {
    const under = ['taskset', '-c', String(last)];
    const refuse = (cpu: number) => hvbench(['run', '--cpu', String(cpu), ...WORK], { cwd: folder, under });
    expect((await refuse(first)).stderr).toBe(
      `hvbench: CPU ${first} is not one that this process may use, by its affinity or a cpuset (${last}): choose one of these, or allow it (taskset, cgroup)\n`,
    );
    expect((await refuse(last)).stderr).toMatch(
      new RegExp(
        `^hvbench: CPU ${last} is the only one that this process may use, and hvbench itself needs another: `,
      ),
    );
  });

  test('it measures, is locked and recorded, and a run that goes on stays on it', async () => {
    const cpu = String(first);
    const options = { cwd: folder, env: { HVBENCH_LOCKS: folder } };
    const run = start(
      ['run', ...WORK, '--cpu', cpu, '--budget', '60', '--precision', '0.0001', '--out', 'out'],
      options,
    );
    const out = join(folder, 'out');
    await until('samples', () => {
      try {
        return readSamples(out).length > 0;
      } catch {
        return false;
      }
    });
    await until('a machine on it', () => run.remains().some(({ pid }) => affinity(pid) === cpu));
    expect(affinity(run.child.pid)).not.toMatch(new RegExp(`^${cpu}\\b`));
    expect(readdirSync(folder).filter((name) => name.endsWith('.lock'))).toEqual([`hvbench-cpu-${cpu}.lock`]);
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    const { plan, config } = readResult(out);
    expect(plan).toMatchObject({
      benchCpu: first,
      cpuChosen: true,
      toolCpus: expect.not.arrayContaining([first]),
    });
    expect(config).toMatchObject({ cpu: first });
    const summary = readFileSync(join(out, 'summary.md'), 'utf8');
    expect(summary).toContain(`on CPU ${cpu} (chosen by the user), one machine at a time`);
    expect(summary).toContain(` --cpu ${cpu} --seed `);

    const resume = (args: string[], under: string[] = []) =>
      hvbench(['run', '--resume', 'out', '--budget', '1', ...args], { ...options, under });
    expect((await resume(['--cpu', String(last)])).stderr).toBe(
      `hvbench: out was measured on CPU ${cpu}, not ${last}: resume it with --cpu ${cpu}, or start a new run\n`,
    );
    expect((await resume([], ['taskset', '-c', String(last)])).stderr).toMatch(
      new RegExp(
        `^hvbench: out was measured on CPU ${cpu}, which is not one that this process may use, .*start a new run\n$`,
      ),
    );
    const { code, stderr } = await resume([]);
    expect(code, stderr).toBe(0);
    expect(readResult(out).plan).toEqual(plan);
  });

  test('a command is measured on it', async () => {
    const exec = [
      'exec',
      '--cpu',
      String(first),
      '--hypervisor',
      'native',
      '--runs',
      '2',
      '--warmup',
      '0',
      '--out',
      'exec',
    ];
    const { code, stdout, stderr } = await hvbench(
      [...exec, '--', 'grep', 'Cpus_allowed_list', '/proc/self/status'],
      {
        cwd: folder,
      },
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`take turns on CPU ${first} (chosen by the user)`);
    const { plan, environments } = await readExec(join(folder, 'exec'));
    expect(plan).toMatchObject({ benchCpu: first, cpuChosen: true });
    expect(environments[0]?.stdout).toMatch(new RegExp(`:\\s${first}$`, 'm'));
  });
});

/** CPUs that a process may use; undefined if it has ended. */
function affinity(pid = 0): string | undefined {
  if (!existsSync(`/proc/${pid}/status`)) return undefined;
  return /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
}
