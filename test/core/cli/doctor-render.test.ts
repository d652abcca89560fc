import { expect, test } from 'vitest';
import { renderDoctor } from '../../../core/cli/doctor-render.ts';
import { findTroubles } from '../../../core/host/findings.ts';
import type { ComputerState } from '../../../core/hypervisors/elsewhere.ts';
import type { Availability } from '../../../core/hypervisors/hypervisor.ts';
import type { Examination } from '../../../core/library/probe.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { EQUIPPED, QUIET } from '../host/example.ts';

const NATIVE: Availability = {
  id: 'native',
  title: 'native',
  mode: 'native',
  technique: 'bare',
  paging: null,
  version: null,
  isas: ['x86_64', 'i386'],
  onRequest: [],
  features: [],
  linux: { isas: ['x86_64', 'i386'], lacks: {} },
  available: true,
  evidence: [],
  notes: [],
};
const KVM: Availability = {
  ...NATIVE,
  id: 'kvm',
  title: 'KVM (own VMM)',
  mode: 'hardware-assisted',
  technique: 'amd-v',
  paging: 'nested-paging',
  isas: ['x86_64'],
  linux: { isas: [], lacks: {} },
  version: 'API 12',
};
const MISSING: Availability = {
  ...KVM,
  available: false,
  version: null,
  reason: 'the CPU has AMD-V, but the module kvm_amd does not provide /dev/kvm',
  remedy: 'sudo modprobe kvm_amd',
};

function examination(change: Partial<Examination> = {}): Examination {
  return {
    host: QUIET,
    helpers: EQUIPPED.helpers,
    hypervisors: [NATIVE, KVM],
    kernels: [],
    commands: [],
    findings: [],
    elsewhere: [],
    ...change,
  };
}

test('a quiet computer with AMD-V', () => {
  expect(renderDoctor(examination(), false)).toMatchInlineSnapshot(`
    "2 of 2 hypervisors can run here; hardware assist: yes (kvm).

    ┌────────────┬───────────┬───────────────────┬──────────────────────┬──────────────┬─────────┐
    │ hypervisor │ runs here │ mode              │ technique            │ guests       │ version │
    ├────────────┼───────────┼───────────────────┼──────────────────────┼──────────────┼─────────┤
    │ native     │ yes       │ native            │ bare                 │ x86_64, i386 │ –       │
    │ kvm        │ yes       │ hardware-assisted │ amd-v, nested-paging │ x86_64       │ API 12  │
    └────────────┴───────────┴───────────────────┴──────────────────────┴──────────────┴─────────┘

    This computer
    CPU               Example CPU (AuthenticAMD), 4 online, microcode 0xa20120e
    caches            L1d 32 KiB, L2 512 KiB, last level 32 MiB
    hardware assist   AMD-V (flag svm)
    /dev/kvm          usable, backed by kvm_amd, nested paging
    runs under        nothing seen
    governor          performance
    SMT               off
    load              0.10 over one minute
    CPU quota         none
    stolen time       0.00 % since boot
    huge pages        madvise
    memory            16.0 GiB
    system            Debian GNU/Linux 12 (bookworm), kernel 6.1.0, Node v20.0.0
    compiler          gcc 12.2.0
    taskset           /usr/bin/taskset
    setpriv           /usr/bin/setpriv
    "
  `);
});

test('what cannot run says why, with the command on a line of its own, and promises no mode', () => {
  const text = renderDoctor(examination({ hypervisors: [NATIVE, MISSING] }), false);
  expect(text).toMatch(/^1 of 2 hypervisors can run here; hardware assist: no/);
  expect(text).toContain(`✗ kvm: ${MISSING.reason}`);
  expect(text).toMatch(/^ +sudo modprobe kvm_amd$/m);
  expect(text).toMatch(/│ kvm +│ no +│ – +│ – +│ – +│/);
});

test('a hypervisor that cannot run and does not say why is still named', () => {
  const { reason: _, remedy: __, ...silent } = MISSING;
  expect(renderDoctor(examination({ hypervisors: [silent] }), false)).toContain('✗ kvm: cannot run');
});

test('findings stand at the end with the command that mends them, however long', () => {
  const host = { ...QUIET, load: 2, cpu: { ...QUIET.cpu, governor: 'powersave' } };
  const findings = findTroubles(host, EQUIPPED);
  const text = renderDoctor(examination({ host, findings }), false);
  expect(text).toMatch(/^! Load average 2\.00/m);
  expect(text).toMatch(
    /^ +echo performance \| sudo tee \/sys\/devices\/system\/cpu\/cpu\*\/cpufreq\/scaling_governor$/m,
  );
});

const THERE: Availability = {
  ...NATIVE,
  id: 'vm1',
  computer: {
    ...{ cpu: QUIET.cpu, memoryBytes: QUIET.memoryBytes, kernel: '6.1.0', os: 'Example Linux' },
    ...{ outerHypervisor: null, clockSource: 'tsc', stealFraction: 0.0012, sameAsHost: false },
  },
};
const STATE: ComputerState = {
  load: [0.1, 0.2, 0.3],
  stolen: { now: 0, sinceBoot: 0.0012 },
  availableBytes: 2 ** 30,
  frequency: { governor: 'performance', kHz: 2_445_000, mostKHz: 3_700_000 },
  clock: { offsetNs: -12_300_000, roundTripNs: 400_000 },
};

test('a machine on another computer says how that is now', () => {
  const lines = (state: ComputerState | null, reason?: string) =>
    renderDoctor(
      examination({
        hypervisors: [NATIVE, THERE],
        elsewhere: [{ id: 'vm1', state, ...(reason !== undefined && { reason }) }],
      }),
      false,
    ).split('\n');
  expect(lines(STATE)).toEqual(
    expect.arrayContaining([
      'i vm1: now: load 0.10 over one minute, 0.00 % of its CPU’s time stolen (0.12 % since it booted), 1 GiB of memory available, frequency governor performance, its CPU at 2445 MHz of at most 3700 MHz',
      'i vm1: its time of day is 12.3 ms behind this computer’s, give or take 200 µs; a question and its answer take 400 µs',
    ]),
  );
  const silent: ComputerState = {
    ...{ load: null, stolen: { now: null, sinceBoot: null }, availableBytes: null, clock: null },
    frequency: { governor: null, kHz: null, mostKHz: null },
  };
  expect(lines(silent)).toEqual(
    expect.arrayContaining([
      'i vm1: now: load unknown, an unknown share of its CPU’s time stolen (an unknown share since it booted), free memory unknown, no frequency governor shows',
      'i vm1: its clock did not answer',
    ]),
  );
  expect(lines(null, 'no connection: it was closed')).toContain(
    'i vm1: how it is now is not known: no connection: it was closed',
  );
});

test('text from guests and firmware cannot drive the terminal', () => {
  const evil = '\u001b[2J\u0007\u202e';
  const text = renderDoctor(
    examination({
      host: {
        ...QUIET,
        cpu: { ...QUIET.cpu, model: `A${evil}` },
        outerHypervisor: { hypervisor: `B${evil}`, evidence: [evil] },
      },
      hypervisors: [
        { ...KVM, id: `C${evil}`, version: evil, reason: `D${evil}`, remedy: evil, notes: [evil] },
      ],
      findings: [{ level: 'problem', text: `E${evil}`, remedy: evil }],
    }),
    false,
  );
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
  for (const letter of atLeastOne('ABCDE')) expect(text).toContain(`${letter}\\u{1b}[2J`);
});

test('colours only where they are wanted', () => {
  expect(renderDoctor(examination(), false)).not.toContain('\u001b[');
  expect(renderDoctor(examination(), true)).toContain('\u001b[');
});

test('own commands: who runs them, and what the others lack', () => {
  const commands = [
    { id: 'native', lack: null },
    { id: 'uml', lack: { reason: 'linux.uml is not installed', remedy: 'apt-get install user-mode-linux' } },
  ];
  expect(renderDoctor(examination({ commands }), false)).toContain(
    [
      'Your own commands (hvbench exec)',
      '✓ native',
      '✗ uml: linux.uml is not installed',
      '    apt-get install user-mode-linux',
    ].join('\n'),
  );
});
