import { expect, test } from 'vitest';
import { classDifference, hostClassOf } from '../../../core/results/host-class.ts';
import { QUIET } from '../host/example.ts';

const withCore = (core: 'performance' | 'efficiency' | null) => ({ ...QUIET, cpu: { ...QUIET.cpu, core } });

test('where all cores are alike the class is what it was before cores had kinds', () => {
  const { id, facts } = hostClassOf(withCore(null));
  expect(facts.map(([name]) => name)).not.toContain('core');
  // What the code before that made of this host: no history is cut.
  expect(id).toBe('676d18a21780');
});

test('the kinds of core of a hybrid CPU are classes of their own', () => {
  const [performance, efficiency] = [
    hostClassOf(withCore('performance')),
    hostClassOf(withCore('efficiency')),
  ];
  expect(classDifference(performance, efficiency)).toEqual(['core performance, not efficiency']);
  expect(new Set([hostClassOf(QUIET).id, performance.id, efficiency.id]).size).toBe(3);
});
