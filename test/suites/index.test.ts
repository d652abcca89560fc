import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { suites } from '../../suites/index.ts';
import { atLeastOne } from '../at-least-one.ts';

const ROOT = new URL('../../', import.meta.url);

describe('the tables', () => {
  it('list the suites in slot order', () => {
    expect(suites.map(({ name, slot }) => [name, slot])).toEqual([
      ['cpu', 0],
      ['memory', 1],
      ['faults', 2],
      ['privileged', 3],
      ['system', 4],
      ['boot', 5],
      ['consolidation', 6],
      ['density', 7],
    ]);
  });

  // Places are addresses, addresses are part of digests: rows may be appended, never moved.
  it('keep every row at its place', () => {
    expect(suites.map(({ workloads }) => workloads.map(({ name }) => name))).toMatchInlineSnapshot(`
      [
        [
          "integer",
          "sha256",
          "sieve",
          "quicksort",
          "lz77",
          "interpreter",
          "tak",
          "spectral-norm",
          "matmul",
        ],
        [
          "stream-copy",
          "stream-triad",
          "chase-l1",
          "chase-l2",
          "chase-llc",
          "chase-dram",
          "random-update",
          "random-update-2m",
          "first-touch",
        ],
        [
          "hang",
          "crash",
          "wrong-checksum",
          "refuse",
          "wild-exit",
          "wild-store",
        ],
        [],
        [
          "null",
          "read",
          "write",
          "signal",
          "forkwait",
          "fork-exec",
          "pipe",
          "thread",
          "futex",
          "mmap",
          "page-fault",
          "file",
        ],
        [],
        [],
        [],
      ]
    `);
  });

  it.each(suites.filter(({ workloads }) => workloads.length > 0))(
    '$name names entries that its sources define, once each',
    ({ folder, workloads }) => {
      expect(new Set(workloads.map(({ name }) => name)).size).toBe(workloads.length);
      for (const { source, entry } of atLeastOne(workloads)) {
        const code = readFileSync(new URL(`${folder}/${source}`, ROOT), 'utf8');
        expect(code.split(`"${entry}"`).length, entry).toBe(2);
        expect(entry.length).toBeLessThan(32);
      }
    },
  );

  it.each(suites.filter(({ operations }) => operations))(
    '$name names operations, once each, under names that fit a frame',
    ({ name: suite, operations = [] }) => {
      expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length);
      for (const { name } of atLeastOne(operations)) expect(`${suite}/${name}`.length, name).toBeLessThan(32);
    },
  );

  it('give no two things one name, since `--workload` takes names alone', () => {
    const names = suites.flatMap(({ workloads, operations = [] }) =>
      [...workloads, ...operations].map(({ name }) => name),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('leave out only the suite that tests the tool', () => {
    expect(suites.filter(({ selfTest }) => selfTest).map(({ name }) => name)).toEqual(['faults']);
  });
});
