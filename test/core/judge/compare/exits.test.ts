import { expect, it } from 'vitest';
import { compare } from '../../../../core/judge/compare/compare.ts';
import { exitChanges } from '../../../../core/judge/compare/exits.ts';
import { changed, stored } from '../exits/example.ts';

const shadow = stored('shadow');
const countsOf = (counts: Record<string, number>) =>
  changed(shadow, {
    operation: (one) => (one.hypervisor === 'native' ? one : { ...one, exitsPerOperation: counts }),
    measurement: () => null,
  });

it('tells each count of synchronous exits that changed, of each other result', () => {
  const before = countsOf({ exits: 2, 'page-fault': 1, interrupt: 1 });
  const after = countsOf({ exits: 3, 'page-fault': 2, interrupt: 1 });
  const changes = exitChanges([before, before, after]).filter(({ name }) => name === 'remap');
  expect(changes).toEqual([
    {
      ...{ suite: 'privileged', name: 'remap', isa: 'x86_64', hypervisor: 'kvm' },
      ...{ reason: 'page-fault', result: 2, before: 1, after: 2 },
    },
  ]);
});

it('tells nothing of interrupts, of chance, or of another kind of paging', () => {
  const before = countsOf({ exits: 5, 'page-fault': 1, interrupt: 4 });
  expect(exitChanges([before, countsOf({ exits: 9, 'page-fault': 1, interrupt: 8 })])).toEqual([]);
  expect(exitChanges([before, countsOf({ exits: 5.009, 'page-fault': 1.009, interrupt: 4 })])).toEqual([]);
  expect(exitChanges([stored('nested'), shadow])).toEqual([]);
});

it('is part of a comparison, and no verdict of it', () => {
  const before = countsOf({ exits: 1, io: 1 });
  const compared = (after: typeof before) => compare([before, after], { margin: 0.01 });
  const [same, more] = [compared(before), compared(countsOf({ exits: 4, io: 4 }))];
  expect([same.exits.length, more.exits.length > 0]).toEqual([0, true]);
  expect({ ...more, exits: [] }).toEqual(same);
});
