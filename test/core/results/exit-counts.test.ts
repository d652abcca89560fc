import { describe, expect, it } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { assemble } from '../../../core/results/assemble.ts';
import { fromRate, withExitCounts } from '../../../core/results/exit-counts.ts';
import type { JournalEntry } from '../../../core/results/journal.ts';
import type { Result } from '../../../core/results/schema.ts';
import { end, header, launch, sample } from './example.ts';

const COUNTED = { exits: { exits: 21, io: 11 }, emptyExits: { exits: 1, io: 1 } };
const journal: JournalEntry[] = [
  header(),
  ...[0, 1, 2].flatMap((round) => [
    sample({ round, phase: 'round', iterations: 100, wallNs: 1e6, emptyWallNs: 0 }),
    sample({
      round,
      phase: 'round',
      iterations: 100,
      wallNs: 2e6 + round,
      emptyWallNs: 0,
      hypervisor: 'kvm',
      ...COUNTED,
    }),
  ]),
  launch(0),
  end(),
];
const today = assemble(journal, []);
/** As it was stored before exits per iteration were. */
const former: Result = {
  ...today,
  measurements: today.measurements.map(({ exitsPerIteration: _, ...one }) => one),
};
const countsIn = ({ measurements }: Result) =>
  measurements.find(({ hypervisor }) => hypervisor === 'kvm')?.exitsPerIteration;
const nothing = () => {
  throw new UserError('no journal');
};

describe('withExitCounts', () => {
  it('takes counts of a former result from its journal', () => {
    expect(countsIn(former)).toBeUndefined();
    expect(countsIn(withExitCounts(former, () => journal))).toEqual({ exits: 0.2, io: 0.1 });
    expect(countsIn(today)).toEqual({ exits: 0.2, io: 0.1 });
  });

  it('does not read the journal of a result that has them', () => {
    expect(withExitCounts(today, nothing)).toBe(today);
  });

  it('passes over a journal that is gone or of another run, and reckons from exits per second', () => {
    expect(countsIn(withExitCounts(former, nothing))).toEqual({ exits: 0.2, io: 0.1 });
    const other = [header({ seed: 99 }), ...journal.slice(1).map((one) => ({ ...one, exits: { io: 7 } }))];
    expect(countsIn(withExitCounts(former, () => other as JournalEntry[]))).toEqual({ exits: 0.2, io: 0.1 });
  });
});

describe('fromRate', () => {
  const kvm = former.measurements.find(({ hypervisor }) => hypervisor === 'kvm');
  if (!kvm) throw new Error('there is no kvm');

  it('is null if the product is no whole count: then times are not those of the batches', () => {
    expect(fromRate({ ...kvm, exitsPerSecond: { exits: 10_001.3 } })).toBeNull();
    expect(fromRate({ ...kvm, iterationsPerBatch: 99 })).toBeNull();
  });

  it('is null without a time of each round', () => {
    const samples = kvm.samples.map((one) => ({ ...one, nsPerIteration: [null, ...one.nsPerIteration] }));
    expect(fromRate({ ...kvm, samples })).toBeNull();
    expect(fromRate({ ...kvm, samples: [] })).toBeNull();
    expect(fromRate({ ...kvm, exitsPerSecond: null })).toBeNull();
  });
});
