import { expect, it } from 'vitest';
import { Climber } from '../../../suites/consolidation/climber.ts';
import type { Contender } from '../../../suites/consolidation/contenders.ts';
import type { ConsolidationEntry, Ended } from '../../../suites/consolidation/schema.ts';
import { climb, ended, mixEntry } from './example.ts';

/** A climber that goes on from a journal with this end, and what it records if another end is told. */
function resumed(kind: Ended['kind']) {
  const recorded: ConsolidationEntry[] = [];
  const contender = { isa: 'x86_64', machine: { hypervisor: { id: 'kvm' } } } as Contender;
  const climber = new Climber(contender, 'consolidation', {
    append: () => {},
    record: (entry) => recorded.push(entry),
  });
  const earlier = [mixEntry(), ...climb('kvm', { 1: 1, 2: 1 }), ended('kvm', kind, 2)];
  climber.recall({ earlier: [], recorded: earlier }, mixEntry());
  climber.end('beside', 'it was measured beside others');
  return { over: climber.ended, recorded: recorded.length };
}

it.each(['quality', 'limit', 'machines', 'failed'] as const)('an end by %s is not told again', (kind) => {
  expect(resumed(kind)).toEqual({ over: true, recorded: 0 });
});

it('one that ran out of time goes on, and is told how that ends', () => {
  expect(resumed('budget')).toEqual({ over: false, recorded: 1 });
});
