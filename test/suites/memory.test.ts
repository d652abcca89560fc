import { afterAll, describe, expect, it } from 'vitest';
import { memory } from '../../suites/memory/index.ts';
import { atLeastOne } from '../at-least-one.ts';
import { BUILDS, build, workFolder } from './harness.ts';
import { chase, nothingFound, streamCopy, streamTriad } from './memory.model.ts';
import { expectLinkable } from './objects.ts';

const { folder, remove } = workFolder();
afterAll(remove);

const MIB = 1024 * 1024;
const CHASE = 64 * 1024;

/** Small working sets, so that the batches below go round them more than once. */
const small = [
  { entry: 'memory/stream-copy', argument: 2 * MIB, model: streamCopy },
  { entry: 'memory/stream-triad', argument: 2 * MIB, model: streamTriad },
  { entry: 'memory/chase', argument: CHASE, model: chase(CHASE) },
  { entry: 'memory/random-update', argument: 64 * 1024, model: nothingFound },
  { entry: 'memory/random-update-2m', argument: 64 * 1024, model: nothingFound },
  { entry: 'memory/first-touch', argument: 0, model: nothingFound },
];

describe.each(BUILDS)('memory workloads on $isa by $by', (made) => {
  const program = build('memory', made, folder);

  it('fit into their slots and call nothing', () => expectLinkable(program.objects));

  it('are all tested here', () => {
    expect(new Set(memory.workloads.map(({ entry }) => entry))).toEqual(
      new Set(small.map(({ entry }) => entry)),
    );
  });

  it.each(small)(
    '$entry returns the same for the same batch, wherever it begins',
    ({ entry, argument, model }) => {
      const seed = 0xc0ffee01;
      const batches = [5, 3, 150, 5, 1, 7, 5];
      const { replies } = program.execute([
        { prepare: entry, seed, argument },
        ...batches.map((run) => ({ run })),
        { prepare: entry, seed: 2, argument },
        { run: 5 },
      ]);
      expect(replies).toEqual([0n, ...batches.map((n) => model(seed, n)), 0n, model(2, 5)]);
      expect(new Set(replies.slice(1, 4)).size).toBe(3);
      expect(model(2, 5)).not.toBe(model(seed, 5));
    },
  );

  it.each([
    { entry: 'memory/stream-copy', argument: 2 * MIB, spoil: 0 },
    { entry: 'memory/stream-triad', argument: 2 * MIB, spoil: 2 * MIB + 4 },
    { entry: 'memory/chase', argument: CHASE, spoil: 4 },
    { entry: 'memory/random-update', argument: 64 * 1024, spoil: 4096 },
  ])('$entry shows a wrong word', ({ entry, argument, spoil }) => {
    const { replies } = program.execute([
      { prepare: entry, argument },
      { spoil },
      { run: 64 },
      { prepare: entry, argument },
      { run: 64 },
    ]);
    expect(replies[2]).not.toBe(replies[4]);
  });

  it('chase takes all the arena but what the order of its lines needs', () => {
    const argument = 240 * MIB;
    const { replies } = program.execute([{ prepare: 'memory/chase', argument }, { run: 2 }]);
    expect(replies).toEqual([0n, chase(argument)(1, 2)]);
  });

  it('first-touch notices pages that are not fresh', () => {
    const { replies } = program.execute([
      { prepare: 'memory/first-touch' },
      { run: 9 },
      { again: 9 },
      { run: 9 },
    ]);
    expect(replies[2]).not.toBe(replies[1]);
    expect(replies[3]).toBe(replies[1]);
  });

  it.each([
    { entry: 'memory/stream-copy', argument: 86 * MIB },
    { entry: 'memory/stream-triad', argument: 86 * MIB },
    { entry: 'memory/chase', argument: 241 * MIB },
    { entry: 'memory/chase', argument: 257 * MIB },
    { entry: 'memory/chase', argument: 64 },
    { entry: 'memory/random-update', argument: 512 * MIB },
    { entry: 'memory/random-update', argument: 3 * MIB },
    { entry: 'memory/random-update-2m', argument: 256 * MIB },
  ])('$entry refuses a working set of $argument bytes', ({ entry, argument }) => {
    const { replies } = program.execute([{ prepare: entry, argument }]);
    expect(BigInt.asIntN(64, replies[0] ?? 0n)).toBe(-1n);
  });
});

describe('the working sets', () => {
  const argument = (name: string, caches: { l1d: number; l2: number; llc: number }) =>
    memory.workloads.find((workload) => workload.name === name)?.argument?.(caches);

  it('follow the caches', () => {
    const caches = { l1d: 32 * 1024, l2: MIB, llc: 20 * MIB };
    expect(argument('stream-copy', caches)).toBe(40 * MIB);
    expect(argument('chase-l1', caches)).toBe(16 * 1024);
    expect(argument('chase-l2', caches)).toBe(MIB / 2);
    expect(argument('chase-llc', caches)).toBe(10 * MIB);
    expect(argument('chase-dram', caches)).toBe(80 * MIB);
    expect(argument('random-update', caches)).toBe(128 * MIB);
  });

  it('stay within the arena on any computer', () => {
    for (const llc of [0, 3 * MIB, 1152 * MIB]) {
      const caches = { l1d: 48 * 1024, l2: 1.25 * MIB, llc };
      const sizes = memory.workloads.map(({ name }) => ({ name, bytes: argument(name, caches) ?? null }));
      const sized = sizes.flatMap(({ name, bytes }) => (bytes === null ? [] : [{ name, bytes }]));
      for (const { name, bytes } of atLeastOne(sized)) {
        expect(bytes % 4096, name).toBe(0);
        // Stream has three arrays; a chase is prepared with the order of its lines behind it.
        const needed = name.startsWith('stream') ? 3 : name.startsWith('chase') ? 1 + 1 / 16 : 1;
        expect(bytes * needed, name).toBeLessThanOrEqual(256 * MIB);
        expect(bytes, name).toBeGreaterThan(0);
      }
    }
  });
});
