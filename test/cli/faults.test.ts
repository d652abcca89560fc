/** Guests that misbehave: each costs its own row, says why, and leaves all others measured. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../core/results/schema.ts';
import { atLeastOne } from '../at-least-one.ts';
import { kvmIsUsable } from '../kvm.ts';
import { qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import { type Ended, type Remains, readResult, start, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const FAULTS = ['hang', 'crash', 'wrong-checksum', 'refuse', 'wild-exit', 'wild-store'];

interface Run extends Ended {
  readonly result: Result;
  readonly left: readonly Remains[];
}

async function runOn(hypervisors: string, ...more: string[]): Promise<Run> {
  const work = ['--suite', 'cpu,faults', '--workload', ['integer', ...FAULTS].join(',')];
  const args = ['run', '--profile', 'quick', '--budget', '1', ...work, '--hypervisor', hypervisors];
  const started = start([...args, '--out', hypervisors, ...more], { cwd: folder });
  const ended = await started.ended;
  return { ...ended, left: started.remains(), result: readResult(join(folder, hypervisors)) };
}

// One run for all: a guest that hangs takes its whole limit.
let run: Run;
beforeAll(async () => {
  run = await runOn('control,kvm,v86');
});

const row = (hypervisor: string, isa: string, workload: string) =>
  run.result.measurements.find(
    (each) => each.hypervisor === hypervisor && each.isa === isa && each.workload === workload,
  );

test('ends with exit code 1 and no machine left', () => {
  expect(run.code, run.stderr).toBe(1);
  expect(run.left).toEqual([]);
});

test.each(['native', 'control'])('%s is measured in every row', (id) => {
  const states = run.result.measurements
    .filter(({ hypervisor }) => hypervisor === id)
    .map(({ status, launches }) => ({ status, launches }));
  expect(states.length).toBeGreaterThanOrEqual(7);
  for (const state of atLeastOne(states)) expect(state).toEqual({ status: 'ok', launches: 2 });
});

/** What is said of each fault: by the VMM where it knows, by the tool where the machine only falls silent. */
const COMMON: Record<string, RegExp> = {
  hang: /no answer within .* hung and was killed/,
  'wrong-checksum': /wrong checksum [0-9a-f]{16}: native computed [0-9a-f]{16}/,
  refuse: /refused to prepare/,
};

describe.skipIf(requireOrSkip('kvm', kvmIsUsable))('in kvm', () => {
  test.each(
    Object.entries({
      ...COMMON,
      crash: /triple-faulted \(KVM_EXIT_SHUTDOWN\) at instruction 0x/,
      'wild-exit': /an out of 1 bytes at port 0x99, where there is no device \(KVM_EXIT_IO\)/,
      'wild-store': /triple-faulted|unmapped memory/,
    }),
  )('%s fails', (workload, error) => expectFailure('kvm', 'x86_64', workload, error));

  test('the honest workload is measured', () => {
    expect(row('kvm', 'x86_64', 'integer')).toMatchObject({ status: 'ok', launches: 2 });
  });
});

describe('in v86', () => {
  // v86 has no words of its own for a guest that dies: it stops.
  test.each(Object.entries({ ...COMMON, crash: /^v86: /, 'wild-store': /^v86: / }))(
    '%s fails',
    (workload, error) => expectFailure('v86', 'i386', workload, error),
  );

  test('a write to a port where nothing is goes nowhere, as in a PC', () => {
    expect(row('v86', 'i386', 'wild-exit')).toMatchObject({ status: 'ok', launches: 2 });
  });

  test('the honest workload is measured', () => {
    expect(row('v86', 'i386', 'integer')).toMatchObject({ status: 'ok', launches: 2 });
  });
});

describe.skipIf(requireOrSkip('qemu', qemuIsUsable))('in qemu-tcg', () => {
  beforeAll(async () => {
    run = await runOn('qemu-tcg', '--isa', 'x86_64');
  });

  test('ends with exit code 1 and no machine left', () => {
    expect(run.code, run.stderr).toBe(1);
    expect(run.left).toEqual([]);
  });

  test.each(Object.entries({ ...COMMON, crash: /^qemu: the guest triple-faulted/ }))(
    '%s fails',
    (workload, error) => expectFailure('qemu-tcg', 'x86_64', workload, error),
  );

  test('a write to a port where nothing is goes nowhere, as in a PC', () => {
    expect(row('qemu-tcg', 'x86_64', 'wild-exit')).toMatchObject({ status: 'ok', launches: 2 });
  });

  test('the honest workload is measured', () => {
    expect(row('qemu-tcg', 'x86_64', 'integer')).toMatchObject({ status: 'ok', launches: 2 });
  });
});

/** The row failed, the failure is listed once, and both outputs tell it. */
function expectFailure(hypervisor: string, isa: string, workload: string, error: RegExp): void {
  const told = row(hypervisor, isa, workload);
  expect(told).toMatchObject({ status: 'failed', overhead: null, error: expect.stringMatching(error) });
  const listed = run.result.failures.filter(
    (failure) => failure.hypervisor === hypervisor && failure.isa === isa && failure.workload === workload,
  );
  expect(listed).toEqual([{ launch: 0, isa, hypervisor, workload, error: told?.error }]);
  expect(run.stderr).toContain(`failed: ${hypervisor} ${isa} ${workload}: ${told?.error}\n`);
  expect(run.stdout).toContain(`- ${hypervisor} (${isa}), ${workload}, launch 0:`);
}
