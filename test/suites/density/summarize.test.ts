import { describe, expect, it } from 'vitest';
import { densitySchema } from '../../../suites/density/schema.ts';
import { summarizeDensity } from '../../../suites/density/summarize.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { begin, journal, limits, name, step } from './example.ts';

describe('summarizeDensity', () => {
  it('has a row for each hypervisor, with the most that all answered', () => {
    const rows = summarizeDensity(journal);
    for (const row of atLeastOne(rows)) expect(densitySchema.parse(row)).toEqual(row);
    expect(
      rows.map(({ hypervisor, status, held, stopped }) => [hypervisor, status, held, stopped?.reason]),
    ).toEqual([
      ['kvm', 'ok', 10_000, 'goal'],
      ['qemu-kvm', 'ok', 250, 'memory'],
      ['qemu-tcg', 'unavailable', 0, undefined],
    ]);
  });

  it('does not count a step in which an answer was wrong or missing', () => {
    const failed = step(100, 1, { right: 99, dead: 1, errors: ['machine 7: the guest triple-faulted'] });
    const [row] = summarizeDensity([
      begin('kvm'),
      { type: 'density-step', ...name('kvm'), ...step(10, 1) },
      { type: 'density-step', ...name('kvm'), ...failed },
      { type: 'density-end', ...name('kvm'), reason: 'failed', text: 'machine 7: the guest triple-faulted' },
    ]);
    expect(row).toMatchObject({ status: 'failed', held: 10, error: expect.stringContaining('machine 7') });
    expect(row?.steps).toHaveLength(2);
  });

  it('keeps what a killed run measured, and forgets it where it began again', () => {
    const cut = journal.slice(0, 3);
    expect(summarizeDensity(cut)[0]).toMatchObject({ held: 1, stopped: null, most: 10_000 });
    const [again] = summarizeDensity([...cut, begin('kvm'), limits('kvm', 70, 'memory')]);
    expect(again).toMatchObject({ held: 0, steps: [], most: 70, binds: 'memory' });
  });
});
