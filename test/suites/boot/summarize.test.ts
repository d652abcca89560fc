import { describe, expect, it } from 'vitest';
import { assemble } from '../../../core/results/assemble.ts';
import { type JournalEntry, runLines } from '../../../core/results/journal.ts';
import { resultSchema } from '../../../core/results/schema.ts';
import { bootSchema } from '../../../suites/boot/schema.ts';
import { coldFraction } from '../../../suites/boot/summarize.ts';
import { suites } from '../../../suites/index.ts';
import { header } from '../../core/results/example.ts';

const { schema } = runLines(suites);
const TARGET = { hypervisor: 'kvm', machineType: null, isa: 'x86_64', role: 'bare' } as const;
const target = (rest: object = {}) =>
  schema.parse({
    ...{ type: 'boot-subject', suite: 'boot', ...TARGET, imageBytes: 1000, kernelBytes: null },
    ...rest,
  });
const launch = (index: number, readyMs: number, rest: object = {}) =>
  schema.parse({
    ...{ type: 'boot-launch', launch: index, ...TARGET, cache: 'warm' },
    milestonesMs: { hypervisor: 50, guest: readyMs - 1, kernel: null, userSpace: null, ready: readyMs },
    ...{ cpuMs: readyMs * 2, peakResidentBytes: 100 + index, proportionalBytes: 50 + index },
    files: { residentBytes: 300, readBytes: 100, unknownBytes: 0 },
    ...rest,
  });
const failure = (workload: string) =>
  schema.parse({
    ...{ type: 'failure', launch: 1, suite: 'boot', platform: 'bare', hypervisor: 'kvm', isa: 'x86_64' },
    ...{ workload, error: 'it died' },
  });
const boots = (...entries: JournalEntry[]) => {
  const result = assemble([header({ rows: [] }), ...entries], suites);
  expect(resultSchema.safeParse(result).success).toBe(true);
  return (result.details.boot ?? []).map((detail) => bootSchema.parse(detail));
};

describe('boots', () => {
  it('are two rows for each target, with intervals over launches', () => {
    const [warm, cold] = boots(
      target(),
      launch(0, 100),
      launch(1, 110),
      launch(2, 121),
      launch(0, 200, { cache: 'cold' }),
    );
    expect(warm).toMatchObject({ cache: 'warm', status: 'ok', launches: 3, imageBytes: 1000 });
    expect(warm?.milestonesMs.ready?.estimate).toBeCloseTo(110, 6);
    expect(warm?.milestonesMs.ready?.low).toBeLessThan(110);
    expect(warm?.milestonesMs.hypervisor?.estimate).toBeCloseTo(50, 6);
    expect(warm?.milestonesMs.userSpace).toBeNull();
    expect(warm?.cpuMs?.estimate).toBeCloseTo(220, 6);
    expect(warm).toMatchObject({ peakResidentBytes: 101, proportionalBytes: 51, coldFraction: 0.25 });
    expect(cold).toMatchObject({ cache: 'cold', status: 'ok', launches: 1 });
    expect(cold?.milestonesMs.ready).toBeNull();
    expect(cold?.samples.map(({ milestonesMs }) => milestonesMs.ready)).toEqual([200]);
  });

  it('tell targets apart by machine type and role', () => {
    const rows = boots(
      target({ machineType: 'pc' }),
      target({ machineType: 'microvm' }),
      target({ machineType: 'pc', role: 'full' }),
      launch(0, 100, { machineType: 'pc', role: 'full' }),
    );
    expect(rows.filter(({ launches }) => launches > 0).map(({ role }) => role)).toEqual(['full']);
  });

  it('say why there is nothing', () => {
    const reason = (...entries: JournalEntry[]) =>
      boots(...entries).map(({ status, error }) => [status, error]);
    expect(reason(target({ unavailable: 'no kernel' }))[0]).toEqual(['unavailable', 'no kernel']);
    expect(reason(target())[0]).toEqual(['unavailable', 'the run ended before it was measured']);
    const end = schema.parse({ type: 'boot-end', reason: 'budget' });
    expect(reason(target(), end)[0]?.[1]).toMatch(/budget/);
    expect(reason(target(), launch(0, 100), failure('bare'))).toEqual(Array(2).fill(['failed', 'it died']));
    expect(reason(target(), launch(0, 100), failure('minimal'))[0]).toEqual(['ok', undefined]);
  });

  it('are none of a run that measured something else', () => {
    expect(boots()).toEqual([]);
  });
});

it('how cold a launch was is the share that it had to read', () => {
  expect(coldFraction(null)).toBeNull();
  expect(coldFraction({ residentBytes: 0, readBytes: 0, unknownBytes: 9 })).toBeNull();
  expect(coldFraction({ residentBytes: 0, readBytes: 5, unknownBytes: 0 })).toBe(1);
});
