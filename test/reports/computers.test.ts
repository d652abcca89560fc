import { expect, test } from 'vitest';
import type { ComputerRecord, Result } from '../../core/results/schema.ts';
import { comparisonRemarks, computerRemarks } from '../../reports/computers.ts';
import { remarks, reproduceCommand } from '../../reports/host.ts';
import { fixtureResult } from './fixture.ts';

const base = fixtureResult({ hostile: false });
const { cpu, memoryBytes, kernel, os } = base.host;
const record: ComputerRecord = {
  ...{ cpu, memoryBytes, kernel, os, clockSource: 'kvm-clock', stealFraction: 0.001, sameAsHost: false },
  outerHypervisor: { hypervisor: 'VMware', evidence: ['CPUID: VMwareVMware'] },
};

/** The fixture with KVM as a machine on another computer. */
function result(computer: ComputerRecord, lost: Result['launches'][number]['lost'] = []): Result {
  return {
    ...base,
    hypervisors: base.hypervisors.map((one) => (one.id === 'kvm' ? { ...one, computer } : one)),
    launches: base.launches.map((one, index) => (index === 0 ? { ...one, lost } : one)),
  };
}

test('nothing is said where all is on this computer', () => {
  expect([...comparisonRemarks(base), ...computerRemarks(base)]).toEqual([]);
});

test('what a machine is on stands in the report, with what its licence says', () => {
  const said = remarks(result(record));
  expect(said).toContain(
    'kvm was measured on another computer: Synthetic CPU 9000, 2 CPUs, 24 GiB; Synthetic Linux 1, kernel 6.1.0. It runs under VMware (CPUID: VMwareVMware). Its times are by its own clock (kvm-clock), and its CPU time is what its own kernel counts, 0.10 % stolen since it booted.',
  );
  expect(said[0]).toMatch(/^Before you publish this: VMware’s terms/);
});

test('that ratios compare computers comes first', () => {
  const other = { ...record, cpu: { ...cpu, model: 'Another CPU' } };
  expect(remarks(result(other))[0]).toBe(
    'Overheads of kvm compare two computers, not a hypervisor with none: CPU None Another CPU there, None Synthetic CPU 9000 for native. No claim is judged by them.',
  );
});

test('this computer itself is no other', () => {
  expect(remarks(result({ ...record, sameAsHost: true }))).toContain(
    'kvm was reached by SSH, and is this computer itself, by the boot ID of its kernel: a native process.',
  );
});

test('lost connections are counted, with what was said of them', () => {
  const loss = { hypervisor: 'kvm', workload: 'sieve', error: 'no connection: it was closed' };
  expect(computerRemarks(result(record, [loss, loss]))).toContain(
    'The connection to kvm was lost 2 times, and tried again (no connection: it was closed).',
  );
});

test('whoever repeats the run says where the machines are', () => {
  expect(reproduceCommand({ ...result(record), config: { reference: 'metal' } })).toMatch(
    /^hvbench run --reference metal --machine kvm=ssh:\/\/HOST --machine metal=ssh:\/\/HOST --seed/,
  );
});

test('what was stolen there is told where it is notable', () => {
  const launches = [0.001, 0.02, 0.03].map((share) => ({
    ...(base.launches[0] as Result['launches'][number]),
    stolenElsewhere: { kvm: share },
  }));
  expect(computerRemarks({ ...result(record), launches })).toContain(
    'The hypervisor beneath kvm stole more than 1 % of its CPU time during 2 of 3 launches.',
  );
});
