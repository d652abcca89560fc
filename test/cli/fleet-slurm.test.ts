/** A fleet on a real Slurm: nodes of a cluster on this computer, which take turns on its measuring CPU. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atLeastOne } from '../at-least-one.ts';
import { requireOrSkip } from '../require.ts';
import { type Cluster, leftOfCluster, slurmIsHere, startCluster } from '../slurm.ts';
import { accountingIsHere } from '../slurm-accounting.ts';
import { hvbench, MAIN, readResult, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const NODES = 8;
/** One more, for the job whose time limit is over while other tests run. */
const LIMITED = `n${NODES + 1}`;
const names = Array.from({ length: NODES + 1 }, (_, index) => `n${index + 1}`);
const [MISSING, DYING] = ['n5', 'n7'];
const noAccounting = requireOrSkip('slurmdbd', accountingIsHere);
const RUN = [
  ...['run', '--suite', 'cpu', '--workload', 'integer', '--hypervisor', 'control', '--isa', 'x86_64'],
  ...['--profile', 'quick', '--wait'],
];
/**
 * Until it is told to end: neither its time nor the most launches that it makes may be over before Slurm has noticed its
 * limit of a minute. 200 launches of one workload took 76 s.
 */
const LONG = [
  ...['--profile', 'thorough', '--budget', '1000', '--precision', '0.0001'],
  ...['--workload', 'integer,sha256,sieve,quicksort,lz77,interpreter,tak,spectral-norm,matmul'],
];

describe.skipIf(requireOrSkip('slurm', slurmIsHere))('a fleet on Slurm', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    mkdirSync(join(folder, 'locks'));
    for (const name of names.filter((one) => one !== MISSING)) {
      mkdirSync(join(folder, 'bin', name), { recursive: true });
      const path = join(folder, 'bin', name, 'hvbench');
      writeFileSync(path, `#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`);
      chmodSync(path, 0o755);
    }
    cluster = await startCluster(join(folder, 'cluster'), names.length);
    // On the CPU that the others do not measure on: it would have them wait.
    const limited = await submit(`--nodelist ${LIMITED} --time 1`, 'limited', ...LONG, '--cpu', '0');
    expect(limited.code, limited.stderr).toBe(0);
  });
  afterAll(() => cluster?.stop());

  const fleet = (...args: string[]) =>
    hvbench(['fleet', ...args], {
      cwd: folder,
      // The tests take no lock; nodes of one computer do.
      env: { ...cluster.env, HVBENCH_LOCKS: join(folder, 'locks') },
    });
  const submit = (told: string, out: string, ...run: string[]) =>
    fleet(
      ...['submit', '--on', 'slurm', ...told.split(' '), '--out', out],
      ...['--hvbench', `${join(folder, 'bin')}/$SLURMD_NODENAME/hvbench`, '--', ...RUN, ...run],
    );
  interface Told {
    readonly name: string;
    readonly job: string;
    readonly state: string;
    readonly host: string | null;
    readonly exitCode: number | null;
    readonly reason: string | null;
  }
  const hostsOf = async (out: string): Promise<Told[]> =>
    JSON.parse((await fleet('status', out, '--json')).stdout).hosts;
  /** Until they are as they should be. */
  const until = async (what: string, out: string, condition: (hosts: readonly Told[]) => boolean) => {
    for (const end = performance.now() + 200_000; ; ) {
      const hosts = await hostsOf(out);
      if (condition(hosts)) return hosts;
      if (performance.now() > end) throw new Error(`${what} did not come: ${JSON.stringify(hosts, null, 1)}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  };
  const at = (out: string, ...path: string[]) => join(folder, out, 'hosts', ...path);
  interface Merged {
    readonly name: string;
    readonly leftOut: { readonly why: string } | null;
  }
  /** Hosts that are in no mean, and why. */
  const leftOut = (out: string): string[] => {
    const { hosts } = JSON.parse(readFileSync(join(folder, out, 'fleet.json'), 'utf8')) as {
      hosts: Merged[];
    };
    return hosts.flatMap(({ name, leftOut: out }) => (out ? [`${name}: ${out.why}`] : []));
  };
  const countOf = (hosts: readonly Told[], state: string) =>
    hosts.filter((one) => one.state === state).length;

  test('a node dies, another has no hvbench: what there is, is told and kept, as often as it is asked', async () => {
    const submitted = await submit(`--nodelist n[1-${NODES}]`, 'eight', '--budget', '1');
    expect(submitted.code, submitted.stderr).toBe(0);
    expect(submitted.stdout).toMatch(/^Submitted to 8 hosts\.\n/);
    await until('its begin', 'eight', () => existsSync(at('eight', DYING, 'pid')));
    const early = await fleet('status', 'eight');
    expect(early.code).toBe(2);
    expect(early.stdout).toMatch(/^8 hosts: .*running/);
    await cluster.loseNode(DYING);

    const hosts = await until(
      'the end',
      'eight',
      (all) => countOf(all, 'done') === NODES - 2 && countOf(all, 'pending') === 1,
    );
    expect(hosts.find(({ name }) => name === MISSING)).toMatchObject({ state: 'failed', exitCode: 127 });
    expect(hosts.find(({ name }) => name === DYING)).toMatchObject({ state: 'pending', exitCode: null });
    const status = await fleet('status', 'eight');
    expect(status.code).toBe(2);
    expect(status.stdout).toMatch(/^8 hosts: 6 done, 1 failed, 1 pending$/m);
    expect(status.stdout).toMatch(/ n5 +failed +exit code 127: .*hvbench: not found$/m);
    expect(status.stdout).toMatch(/ n7 +pending +begun on n7, and to be begun again/m);

    const collected = await fleet('collect', 'eight');
    expect(collected.code, collected.stderr).toBe(1);
    expect(collected.stderr).toMatch(/^8 hosts: 6 done, 1 failed, 1 pending$/m);
    const merged = readFileSync(join(folder, 'eight/fleet.json'), 'utf8');
    expect(leftOut('eight')).toEqual([`${MISSING}: failed`, `${DYING}: pending`]);
    expect((await fleet('collect', 'eight')).code).toBe(1);
    expect(readFileSync(join(folder, 'eight/fleet.json'), 'utf8')).toBe(merged);

    // What Slurm begins again is in a folder of its own.
    cluster.startNode(DYING);
    const after = await until('the second try', 'eight', (all) => countOf(all, 'done') === NODES - 1);
    expect(after.find(({ name }) => name === DYING)).toMatchObject({ state: 'done', host: DYING });
    expect(existsSync(at('eight', `${DYING}.1`, 'pid'))).toBe(true);
    expect(existsSync(at('eight', `${DYING}.1`, 'exit-code'))).toBe(false);
    expect(readResult(at('eight', DYING)).suites).toHaveLength(1);
    expect((await fleet('status', 'eight')).code).toBe(1);
    expect((await fleet('collect', 'eight')).code).toBe(1);
    expect(leftOut('eight')).toEqual([`${MISSING}: failed`]);
  }, 500_000);

  test('an array is cancelled, and what was measured is kept', async () => {
    const submitted = await submit('--nodes 2 --partition all --time 10', 'two', ...LONG);
    expect(submitted.code, submitted.stderr).toBe(0);
    expect(submitted.stderr).toMatch(/^note: .*Slurm may run two of these on one node/m);
    const tasks = ['task-1', 'task-2'];
    const measuring = () => tasks.filter((task) => existsSync(at('two', task, 'samples.ndjson')));
    await until('samples', 'two', (all) => countOf(all, 'running') === 2 && measuring().length > 0);
    const hosts = await hostsOf('two');
    expect(new Set(hosts.map(({ host }) => host)).size).toBe(2);
    const cancelled = await fleet('cancel', 'two');
    expect(cancelled.code, cancelled.stderr).toBe(0);
    expect(cancelled.stdout).toMatch(/^told Slurm to cancel 2 jobs: scancel --name=hvbench-[0-9a-f]{8}$/m);
    const ended = await until('their end', 'two', (all) => countOf(all, 'failed') === 2);
    expect(ended).toMatchObject([{ exitCode: 130 }, { exitCode: 130 }]);
    for (const { reason } of atLeastOne(ended))
      expect(reason).toMatch(/^Slurm ended it: cancelled; exit code 130: /);
    expect(measuring().map((task) => readResult(at('two', task)).stopped.reason)).toContain('interrupted');
    expect((await fleet('cancel', 'two')).stdout).toBe('nothing of it runs any more\n');
  }, 300_000);

  test('of an array that had one node for two parts, one counts', async () => {
    const submitted = await submit('--nodes 2 --partition first', 'same', '--budget', '1');
    expect(submitted.code, submitted.stderr).toBe(0);
    const hosts = await until('their end', 'same', (all) => countOf(all, 'done') === 2);
    expect(hosts.map(({ host }) => host)).toEqual(['n1', 'n1']);
    const collected = await fleet('collect', 'same');
    expect(collected.code, collected.stderr).toBe(1);
    expect(leftOut('same')).toEqual([expect.stringMatching(/^task-[12]: same-host$/)]);
  }, 300_000);

  test('a job whose time limit was over has failed and says so, as often as it is asked', async () => {
    const [host] = await until('the limit', 'limited', (all) => countOf(all, 'failed') === 1);
    const reason = /^Slurm ended it: its time limit \(--time\) was over; exit code 130: /;
    expect(host).toMatchObject({ exitCode: 130, reason: expect.stringMatching(reason) });
    expect(await hostsOf('limited')).toEqual([host]);
    const status = await fleet('status', 'limited');
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(/^1 host: 1 failed\n {2}n9 +failed +Slurm ended it: its time limit /);
    for (const _ of ['once', 'again']) {
      const collected = await fleet('collect', 'limited');
      expect(collected.code, collected.stderr).toBe(2);
      expect(leftOut('limited')).toEqual([`${LIMITED}: failed`]);
    }
    expect(readResult(at('limited', LIMITED)).stopped.reason).toBe('interrupted');
  }, 300_000);

  test.skipIf(noAccounting)(
    'of a job that the controller has forgotten, accounting knows what became of it',
    async () => {
      const submitted = await submit('--nodelist n1', 'killed', ...LONG);
      expect(submitted.code, submitted.stderr).toBe(0);
      await until('its begin', 'killed', () => existsSync(at('killed', 'n1', 'pid')));
      const slurm = (command: string, ...args: string[]) =>
        execFileSync(command, args, { env: { ...process.env, ...cluster.env }, encoding: 'utf8' });
      const [{ job }] = (await hostsOf('killed')) as [Told];
      // It can leave no exit code.
      process.kill(Number(readFileSync(at('killed', 'n1', 'pid'), 'utf8')), 'SIGKILL');
      const known = () => slurm('squeue', '--noheader', '--states=all', '--format=%i').split('\n');
      await until('its end', 'killed', () => !known().includes(job));
      rmSync(join(folder, 'killed/slurm'), { recursive: true });
      expect(await hostsOf('killed')).toMatchObject([
        {
          state: 'failed',
          exitCode: null,
          reason: expect.stringMatching(/^Slurm says FAILED: it has left no/),
        },
      ]);
      expect((await fleet('status', 'killed')).code).toBe(1);
    },
    120_000,
  );

  test('nodes that there are not cost nothing: none is begun', async () => {
    const { code, stderr } = await submit('--nodelist n1,n99', 'unknown');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^hvbench: sbatch: .*node.*$/im);
    expect(existsSync(join(folder, 'unknown/fleet-submission.json'))).toBe(false);
  });

  test('without a controller it tells what it can', async () => {
    const submitted = await submit('--nodelist n1', 'alone', ...LONG);
    expect(submitted.code, submitted.stderr).toBe(0);
    await until('its begin', 'alone', () => existsSync(at('alone', 'n1', 'pid')));
    await cluster.loseController();
    const { code, stdout } = await fleet('status', 'alone');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^1 host: 1 unknown\n {2}n1 +unknown +Slurm does not answer: squeue: /);
    const cancelled = await fleet('cancel', 'alone');
    expect(cancelled.code).toBe(2);
    expect(cancelled.stderr).toMatch(/^hvbench: scancel: [^\n]*\n$/);
    expect((await fleet('status', 'eight')).code).toBe(1);
    await cluster.stop();
    expect(leftOfCluster(cluster)).toEqual([]);
  }, 300_000);
});
