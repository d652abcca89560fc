/** A computer with AMD-V that QEMU emulates, with both kinds of paging: what a run in it finds, and that nothing of it stays. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { OperationResult, Result } from '../../core/results/schema.ts';
import { keepResult } from '../kept-results.ts';
import { requireOrSkip } from '../require.ts';
import { hvbench, readResult, sendSignal, start, temporaryFolder, until } from './command.ts';
import { canEmulate, emulate, LIMIT_MS, TIMEOUT_MS } from './emulate-command.ts';
import { noGuests } from './exec-command.ts';

const folder = temporaryFolder();
const RUN = '--isa x86_64 --profile quick --seed 1 --budget 5'.split(' ');
const WORKLOADS = 'cpuid,ptemod,remap,first-touch';
/** With shadow paging Linux guests of qemu-kvm are measured as well: another start of the computer would take longer. */
const WORK = {
  nested: `--hypervisor kvm,v86 --suite privileged,memory --workload ${WORKLOADS}`,
  shadow: noGuests
    ? `--hypervisor kvm,v86 --suite privileged,memory --workload ${WORKLOADS}`
    : `--hypervisor kvm,qemu-kvm,v86 --suite privileged,memory,system --workload ${WORKLOADS},mmap`,
};
/** Each iteration of mmap touches so many fresh pages. */
const MAPPED_PAGES = 16;

const exitsOf = ({ operations }: Pick<Result, 'operations'>, hypervisor: string, name: string) => {
  const row = operations.find((one) => one.hypervisor === hypervisor && one.operation === name);
  expect(row).toMatchObject({ status: 'ok' });
  return (row as OperationResult).exitsPerOperation?.exits;
};

const rowOf = ({ measurements }: Pick<Result, 'measurements'>, hypervisor: string, workload: string) =>
  measurements.find((row) => row.hypervisor === hypervisor && row.workload === workload);

describe.skipIf(requireOrSkip('emulation', canEmulate))('an emulated computer', () => {
  test.each(['nested', 'shadow'] as const)(
    'has AMD-V with %s paging, and a run in it counts exits',
    async (paging) => {
      const { code, stdout, stderr } = await emulate(folder, paging, [
        ...['--paging', paging, '--', 'run', ...RUN, '--out', paging],
        ...WORK[paging].split(' '),
      ]);
      // v86 was named and runs no x86-64: a finding in there is one out here.
      expect(code, stderr).toBe(1);
      expect(stderr).toMatch(/the emulated computer is up after .*AMD-V with (nested|shadow) paging/);
      expect(stderr).toMatch(/v86 is not measured/);
      expect(stdout).toContain('Written to');
      expect(readdirSync(join(folder, paging))).toContain('report.html');

      const result = readResult(join(folder, paging));
      keepResult(paging, join(folder, paging));
      expect(result.host).toMatchObject({
        cpu: { virtualization: 'svm', model: expect.stringContaining('TCG') },
        outerHypervisor: { hypervisor: 'QEMU TCG', emulated: true },
        kvm: { backing: 'kvm_amd', nestedPaging: paging === 'nested' },
      });
      const kvm = result.hypervisors.find(({ id }) => id === 'kvm');
      expect(kvm).toMatchObject({
        ...{ mode: 'hardware-assisted', technique: 'amd-v', paging: `${paging}-paging` },
        evidence: expect.arrayContaining([expect.stringContaining('KVMKVMKVM')]),
      });
      expect(result.failures).toEqual([]);
      // Times are the emulator's.
      const claim = result.claims.find(({ id }) => id === 'hardware-assist-negligible');
      expect(claim).toMatchObject({ verdict: 'not-testable', reason: expect.stringMatching(/emulate/) });
      // Its checksum is native's, or it would have failed.
      const touch = rowOf(result, 'kvm', 'first-touch');
      expect(touch).toMatchObject({ status: 'ok' });
      expect(touch?.exitsPerSecond?.exits).toBeGreaterThan(0);
      // CPUID leaves the guest in any case, and a change of page tables for KVM's shadow of them alone.
      expect(exitsOf(result, 'kvm', 'cpuid')).toBeGreaterThan(0.9);
      expect(exitsOf(result, 'kvm', 'ptemod')).toBeLessThan(0.1);
      const remaps = { nested: [0, 0.1], shadow: [0.5, 100] }[paging] as [number, number];
      expect(exitsOf(result, 'kvm', 'remap')).toBeGreaterThanOrEqual(remaps[0]);
      expect(exitsOf(result, 'kvm', 'remap')).toBeLessThan(remaps[1]);
    },
    TIMEOUT_MS,
  );

  test.skipIf(noGuests)(
    'counts what services of a Linux guest of qemu-kvm leave it for, with shadow paging: a CPU that QEMU emulates refuses port I/O to a guest whose registers were handed out',
    () => {
      const result = readResult(join(folder, 'shadow'));
      const guest = result.hypervisors.find(({ id }) => id === 'qemu-kvm');
      expect(guest).toMatchObject({ technique: 'amd-v', paging: 'shadow-paging' });
      expect(guest?.notes.join('\n')).toMatch(/go without vAPIC and system management mode/);
      // It did port I/O itself: of another way the guest would say so.
      expect(guest?.evidence.join('\n')).toMatch(/; guest Linux [\d.]+\S*$/m);
      // Its checksum is native's, or it would have failed.
      const row = rowOf(result, 'qemu-kvm', 'mmap');
      expect(row).toMatchObject({ status: 'ok' });
      expect(row?.exitsPerIteration?.['page-fault']).toBeGreaterThanOrEqual(MAPPED_PAGES);
    },
  );

  test(
    'ends in order by Ctrl-C, and keeps what was measured',
    async () => {
      const started = start(
        'emulate --cpus 1 -- run --suite cpu --workload integer --hypervisor control --isa x86_64 --budget 300 --out cut'.split(
          ' ',
        ),
        { cwd: folder, limitMs: LIMIT_MS },
      );
      const journal = join(folder, 'cut/samples.ndjson');
      const measures = () => existsSync(journal) && readFileSync(journal, 'utf8').includes('"sample"');
      await until('a sample', measures, 300_000);
      sendSignal(started.child.pid, 'SIGINT');
      const { code, stderr } = await started.ended;
      expect(code, stderr).toBe(130);
      expect(readResult(join(folder, 'cut')).stopped.reason).toBe('interrupted');
      expect(started.remains()).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test('dies with the tool', async () => {
    const started = start(['emulate', '--', 'doctor'], { cwd: folder });
    const hasQemu = () => started.remains().some(({ commandLine }) => /^\S*qemu/.test(commandLine));
    await until('QEMU', hasQemu, 60_000);
    started.child.kill('SIGKILL');
    await started.ended;
    await until('the end of QEMU', () => started.remains().length === 0);
  });

  test('is given up at once by Ctrl-C while it starts, and leaves no folder', async () => {
    const started = start(['emulate', '--', 'run', '--out', 'early/deep'], { cwd: folder });
    await until('its start', () => started.progress().includes('starting a computer'), 60_000);
    sendSignal(started.child.pid, 'SIGINT');
    expect((await started.ended).code).toBe(130);
    expect(started.remains()).toEqual([]);
    expect(existsSync(join(folder, 'early'))).toBe(false);
  });
});

describe('one line says why no computer is emulated', () => {
  const refusal = async (args: readonly string[], env: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await hvbench(['emulate', ...args], { cwd: folder, env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd()).not.toContain('\n');
    return stderr;
  };

  test.each([
    ['-- nope', /hvbench has no command 'nope'/],
    ['-- emulate -- doctor', /cannot be emulated in an emulated one/],
    ['--memory 100 -- doctor', /--memory is 1024 MiB at least/],
    [
      '--memory 100000000 -- doctor',
      /cannot have 100000000 MiB: \d+ MiB are free .*; choose a smaller --memory/,
    ],
    ['--paging none -- doctor', /nested, shadow/],
    ['--paging shadow --xen -- doctor', /'--xen' cannot be used with option '--paging <name>'/],
    ['--xen-hypervisor nowhere -- doctor', /cannot use \S*nowhere as Xen: no such file/],
  ])('%s', async (args, said) => {
    expect(await refusal(args.split(' '))).toMatch(said);
  });

  test('without QEMU', async () => {
    const programs = join(folder, 'programs');
    mkdirSync(programs);
    for (const name of readdirSync('/usr/bin').filter((one) => !/^(qemu|kvm)/.test(one)))
      symlinkSync(join('/usr/bin', name), join(programs, name));
    expect(await refusal(['--', 'doctor'], { PATH: programs })).toMatch(
      /no computer can be emulated here: qemu-system-x86_64 is not installed; try: .*install/,
    );
  });
});
