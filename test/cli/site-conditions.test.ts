/** A site of real results: this computer as it is, loaded, under a quota, in a container, with another QEMU, and three that are emulated. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cachedXen, fetchXen } from '../../core/guest/xen.ts';
import { pickCpus } from '../../core/host/affinity.ts';
import { localHost } from '../../core/host/local.ts';
import type { Result } from '../../core/results/schema.ts';
import { atLeastOne } from '../at-least-one.ts';
import { takeResult } from '../kept-results.ts';
import { otherQemu, otherQemuIsUsable } from '../other-qemu.ts';
import { requireOrSkip } from '../require.ts';
import { canContain, containers } from '../systems/matrix/containers.ts';
import { here } from '../systems/matrix/places.ts';
import type { Place, System } from '../systems/matrix/system.ts';
import { hvbench, type Options, readResult, temporaryFolder } from './command.ts';
import { canEmulate, emulate, TIMEOUT_MS } from './emulate-command.ts';

const folder = temporaryFolder();
const RESULTS = join(folder, 'results');
const hasXen = canEmulate && ((await cachedXen()) ?? (await fetchXen().catch(() => null))) !== null;

/** Condition by condition. */
const made = new Map<string, Result>();

const WORK = ['--workload', 'integer,stream-copy', '--profile', 'quick', '--seed', '1'];
const SMALL = ['--workload', 'integer', '--isa', 'x86_64', '--profile', 'quick', '--seed', '1'];

async function measure(
  name: string,
  args: readonly string[],
  options: Partial<Options> = {},
): Promise<Result> {
  const out = join(RESULTS, name);
  const { code, stderr } = await hvbench(['run', ...args, '--out', out], { cwd: folder, ...options });
  const result = take(name);
  expect(code, stderr).toBe(0);
  return result;
}

function take(name: string): Result {
  const result = readResult(join(RESULTS, name));
  made.set(name, result);
  return result;
}

test('this computer, with all hypervisors', async () => {
  // A container runs no workloads of these suites.
  const ids = here.filter((id) => !['native', 'container'].includes(id));
  const { hypervisors } = await measure('plain', [...WORK, '--hypervisor', ids.join(), '--budget', '14']);
  expect(hypervisors.filter(({ available }) => available).map(({ id }) => id)).toEqual(
    expect.arrayContaining(ids),
  );
});

describe('loaded', () => {
  let neighbour: ChildProcess | undefined;
  afterAll(() => void neighbour?.kill('SIGKILL'));

  test('a neighbour on the CPU that measures', async () => {
    const ids = here.filter((id) => ['control', 'kvm'].includes(id));
    const { benchCpu } = await pickCpus(localHost);
    const loop = ['taskset', '-c', String(benchCpu), 'sh', '-c', 'while :; do :; done'];
    neighbour = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...loop], { stdio: 'ignore' });
    await measure('loaded', [...SMALL, '--hypervisor', ids.join(), '--budget', '4']);
  });
});

/** The controller of CPU time, of version 1 or 2, if this user may make groups of it. */
const [CONTROLLER] = ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup'].filter((path) =>
  ['cpu.cfs_quota_us', 'cgroup.controllers'].some((file) => existsSync(join(path, file))),
);
const GROUP = join(CONTROLLER ?? '/nowhere', `hvbench-site-${process.pid}`);

/** Whether it is there: half a CPU. */
function makeGroup(): boolean {
  try {
    mkdirSync(GROUP);
    if (existsSync(join(GROUP, 'cpu.cfs_quota_us'))) writeFileSync(join(GROUP, 'cpu.cfs_quota_us'), '50000');
    else writeFileSync(join(GROUP, 'cpu.max'), '50000 100000');
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(requireOrSkip('cgroup', makeGroup()))('under a quota', () => {
  afterAll(() => rmdirSync(GROUP));

  test('half a CPU', async () => {
    const under = ['sh', '-ec', 'echo $$ > "$0"/cgroup.procs; exec "$@"', GROUP];
    const args = [...SMALL, '--hypervisor', 'control', '--budget', '4'];
    const { host } = await measure('quota', args, { under });
    expect(host.cpuQuota).toBe(0.5);
  });
});

test.skipIf(requireOrSkip('unshare', canContain))('in a container', async () => {
  const [container] = containers;
  // It can be had, or this would be skipped.
  const { options } = (await (container as System).open(folder)) as Place;
  const { host } = await measure(
    'container',
    [...SMALL, '--hypervisor', 'control', '--budget', '3'],
    options,
  );
  expect(JSON.stringify(host.outerHypervisor)).toContain('docker');
});

test.skipIf(requireOrSkip('apt', otherQemuIsUsable))(
  'with another QEMU beside its own',
  async () => {
    const variant = ['--variant', `backports=${await otherQemu()}`];
    const args = [...SMALL, '--hypervisor', 'qemu-tcg,backports', ...variant, '--budget', '5'];
    const { hypervisors } = await measure('other-qemu', args);
    const [own, other] = ['qemu-tcg', 'backports'].map(
      (id) => hypervisors.find((one) => one.id === id)?.version,
    );
    expect(other).toMatch(/^\d+\.\d+/);
    expect(other).not.toBe(own);
  },
  300_000,
);

/** Minutes of work: what other tests have made of it is taken, and made here only if these did not run. */
async function emulated(name: string, flags: readonly string[], work: string): Promise<Result> {
  if (!takeResult(name, join(RESULTS, name))) {
    const run = `run ${work} --isa x86_64 --profile quick --seed 1 --budget 2 --out results/${name}`;
    const { stdout, stderr } = await emulate(folder, `run of ${name}`, [...flags, '--', ...run.split(' ')]);
    if (!stdout.includes('Written to')) throw new Error(`nothing was measured: ${stderr}`);
  }
  return take(name);
}

describe.skipIf(requireOrSkip('emulation', canEmulate))('emulated', () => {
  test.each(['nested', 'shadow'] as const)(
    'AMD-V with %s paging',
    async (paging) => {
      const work = '--suite privileged --workload cpuid --hypervisor kvm';
      const { host } = await emulated(paging, ['--paging', paging], work);
      expect(host.kvm.nestedPaging).toBe(paging === 'nested');
    },
    TIMEOUT_MS,
  );

  test.skipIf(requireOrSkip('emulation', hasXen))(
    'dom0 of Xen',
    async () => {
      const work = '--suite cpu --workload integer --hypervisor control';
      const { host } = await emulated('xen', ['--xen', '--cpus', '1'], work);
      expect(host.outerHypervisor?.hypervisor).toBe('Xen');
    },
    TIMEOUT_MS,
  );
});

describe('their site', () => {
  const site = join(folder, 'site');
  const read = (name: string) => readFile(join(site, name), 'utf8');

  test('has a page for each of them, and tells their computers apart', async () => {
    const { code, stdout, stderr } = await hvbench(['site', RESULTS, '--out', site], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Site of ${made.size} results \\(${made.size} new\\)`));
    const { results } = JSON.parse(await read('data.json')) as {
      results: { id: string; host: { classId: string; footing: string } }[];
    };
    expect(results).toHaveLength(made.size);
    const kinds = new Set(results.map(({ host }) => host.classId));
    // A load, a quota and a container make no other computer; emulation does, and so do its pagings and Xen.
    const emulatedNames = ['nested', 'shadow', 'xen'].filter((name) => made.has(name));
    expect(kinds.size).toBe(1 + emulatedNames.length);
    expect(results.filter(({ host }) => host.footing === 'emulated')).toHaveLength(emulatedNames.length);
    expect(await read('index.html')).toMatch(
      new RegExp(`${made.size} results of <code>hvbench</code> on ${kinds.size} kinds? of computer`),
    );
    for (const { id } of atLeastOne(results))
      expect(await read(`result/${id}.html`)).toMatch(/<h2 id="method">Method and host/);
  });

  test('says on the page of each under what it was measured', async () => {
    const { results } = JSON.parse(await read('data.json')) as {
      results: { id: string; startedAt: string }[];
    };
    const words = {
      plain: /<h2 id="method">Method and host/,
      quota: /A CPU quota \(cgroup\) gave this run 0\.50 CPUs/,
      container: /docker/,
      'other-qemu': /backports is qemu-tcg/,
      nested: /nested paging/,
      shadow: /shadow paging/,
      xen: /Xen/,
    };
    for (const [name, said] of atLeastOne(Object.entries(words).filter(([one]) => made.has(one)))) {
      const one = results.find(({ startedAt }) => startedAt === made.get(name)?.startedAt);
      expect(await read(`result/${one?.id}.html`), name).toMatch(said);
    }
  });
});
