import { expect, it } from 'vitest';
import { ScaleUp } from '../../../suites/consolidation/scale-up.ts';
import type { ConsolidationEntry, Ended } from '../../../suites/consolidation/schema.ts';
import type { ConsolidationTarget } from '../../../suites/consolidation/targets.ts';
import { ended, levelsOf, loadProfileEntry } from './example.ts';

/** A scale-up that goes on from a journal with this end, and what it records if another end is told. */
function resumed(kind: Ended['kind']) {
  const recorded: ConsolidationEntry[] = [];
  const target = { isa: 'x86_64', machine: { hypervisor: { id: 'kvm' } } } as ConsolidationTarget;
  const scaleUp = new ScaleUp(target, 'consolidation', {
    append: () => {},
    record: (entry) => recorded.push(entry),
  });
  const earlier = [loadProfileEntry(), ...levelsOf('kvm', { 1: 1, 2: 1 }), ended('kvm', kind, 2)];
  scaleUp.recall({ earlier: [], recorded: earlier }, loadProfileEntry());
  scaleUp.end('beside', 'it was measured beside others');
  return { over: scaleUp.ended, recorded: recorded.length };
}

it.each(['quality', 'limit', 'machines', 'failed'] as const)('an end by %s is not told again', (kind) => {
  expect(resumed(kind)).toEqual({ over: true, recorded: 0 });
});

it('one that ran out of time goes on, and is told how that ends', () => {
  expect(resumed('budget')).toEqual({ over: false, recorded: 1 });
});
