import { describe, expect, it } from 'vitest';
import { exitsBeside } from '../../../../core/judge/exits/beside.ts';
import { synchronousOf } from '../../../../core/judge/exits/kinds.ts';
import { changed, stored } from './example.ts';

const [nested, shadow] = [stored('nested'), stored('shadow')];

function synchronous(name: string): (number | null)[] {
  const row = exitsBeside([nested, shadow]).rows.find((one) => one.name === name);
  return (row?.cells ?? []).map(({ counts }) =>
    counts ? Math.round(synchronousOf(counts).reduce((sum, [, count]) => sum + count, 0) * 1e6) / 1e6 : null,
  );
}

describe('exitsBeside', () => {
  it('has a column for each guest that counted, and says what its computer stands on', () => {
    const { columns } = exitsBeside([nested, shadow]);
    expect(columns).toMatchObject([
      { result: 0, hypervisor: 'kvm', technique: 'amd-v', paging: 'nested-paging', footing: 'emulated' },
      { result: 1, hypervisor: 'kvm', technique: 'amd-v', paging: 'shadow-paging', footing: 'emulated' },
    ]);
    expect(columns.map(({ complete }) => complete)).toEqual([true, true]);
  });

  it.each([
    ['ptemod', [0, 0]],
    ['pgfault', [0, 1]],
    ['cr3wr', [0, 1]],
    ['invlpg', [0, 1]],
    ['remap', [0, 2]],
    ['fresh-page', [1, 1]],
    ['in', [1, 1]],
    ['first-touch', [1, 1]],
    ['random-update', [0, 0]],
  ])('%s leaves the guest as often as an instruction makes it', (name, counts) => {
    expect(synchronous(name)).toEqual(counts);
  });

  it('lays nothing beside other machine code or another working set', () => {
    const other = changed(shadow, {
      measurement: (one) => (one.workload === 'first-touch' ? { ...one, digest: 'e'.repeat(64) } : one),
    });
    const larger = changed(shadow, {
      measurement: (one) => (one.workload === 'random-update' ? { ...one, argument: 4096 } : one),
    });
    const { rows } = exitsBeside([nested, other, larger]);
    const lacks = (name: string) =>
      rows.find((row) => row.name === name)?.cells.map((cell) => (cell.counts ? null : cell.lack));
    expect(lacks('first-touch')).toEqual([null, 'other machine code than in A', null]);
    expect(lacks('random-update')).toEqual([
      null,
      null,
      'another working set than in A: 4096 B, not 134217728 B',
    ]);
  });

  it('has no row that nobody counted, and of one that some counted says why others did not', () => {
    const fewer = changed(shadow, {
      operation: (one) =>
        one.operation === 'hlt'
          ? null
          : { ...one, status: 'failed', error: 'it died', exitsPerOperation: undefined },
      measurement: () => null,
    });
    const { rows } = exitsBeside([nested, { ...fewer, hypervisors: [] }]);
    expect(rows.every(({ cells }) => cells.length === 1)).toBe(true);
    const both = exitsBeside([
      nested,
      changed(shadow, { operation: (one) => (one.operation === 'hlt' ? null : one) }),
    ]).rows.find(({ name }) => name === 'hlt');
    expect(both?.cells[1]).toEqual({ counts: null, lack: 'not in this result' });
    expect(exitsBeside([stored('measured')]).rows.map(({ name }) => name)).not.toContain('out-of-nowhere');
  });

  it('shows the suites that are asked for', () => {
    expect(new Set(exitsBeside([nested], ['memory']).rows.map(({ suite }) => suite))).toEqual(
      new Set(['memory']),
    );
  });
});
