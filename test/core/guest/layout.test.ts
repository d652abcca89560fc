import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  CODE_BASE,
  CODE_SLOT,
  COMMON_BASE,
  DATA_BASE,
  DATA_SLOT,
  IDENTITY_END,
  IMAGE_END,
  LARGE_ARENA,
  LARGE_ARENA_SIZE,
  linkedSuites,
  linkerScript,
  PLUGIN_SLOTS,
  placeUnits,
  RUNTIME_BASE,
  SLOTS_PER_SUITE,
  SMALL_ARENA,
  SMALL_ARENA_SIZE,
  WORKLOAD_STACK,
} from '../../../core/guest/layout.ts';
import { findCompiler } from '../../../core/host/compiler.ts';
import { localHost } from '../../../core/host/local.ts';
import type { CacheSizes, Suite } from '../../../core/model/suite.ts';
import { suites } from '../../../suites/index.ts';
import { memory } from '../../../suites/memory/index.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { fakeRoot } from '../host/fake-root.ts';

const run = promisify(execFile);
const KIB = 1024;
const MIB = 1024 * KIB;

interface Range {
  readonly start: number;
  readonly end: number;
}

function expectDisjoint(ranges: readonly Range[]): void {
  const sorted = [...ranges].sort((a, b) => a.start - b.start);
  let end = Number.NEGATIVE_INFINITY;
  for (const range of atLeastOne(sorted)) {
    expect(range.start).toBeGreaterThanOrEqual(end);
    expect(range.end).toBeGreaterThan(range.start);
    end = range.end;
  }
}

const row = (source: string) => ({ name: source, title: '', exposes: '', source, entry: `x/${source}` });

describe('the address space', () => {
  const units = placeUnits(suites);
  const code = units.map((unit) => ({ start: unit.code, end: unit.code + CODE_SLOT }));
  const data = units.map((unit) => ({ start: unit.data, end: unit.data + DATA_SLOT }));

  it('gives every C file places of its own, in order, below the end of the image', () => {
    expect(units.length).toBeGreaterThan(10);
    expectDisjoint([
      { start: RUNTIME_BASE, end: COMMON_BASE },
      { start: COMMON_BASE, end: CODE_BASE },
      ...code,
      ...data,
      { start: IMAGE_END, end: SMALL_ARENA },
      { start: SMALL_ARENA, end: IDENTITY_END },
      { start: LARGE_ARENA, end: LARGE_ARENA + LARGE_ARENA_SIZE },
    ]);
    expect(Math.min(...code.map((range) => range.start))).toBeGreaterThanOrEqual(CODE_BASE);
    expect(Math.max(...code.map((range) => range.end))).toBeLessThanOrEqual(DATA_BASE);
    expect(Math.max(...data.map((range) => range.end))).toBeLessThanOrEqual(IMAGE_END);
  });

  it('has a slot for every row of every suite, so that no suite reaches into the next', () => {
    for (const suite of atLeastOne(suites))
      expect(suite.workloads.length).toBeLessThanOrEqual(SLOTS_PER_SUITE);
    expect(new Set(suites.map((suite) => suite.slot)).size).toBe(suites.length);
  });

  it("has places for the files of plugins that are nobody else's", () => {
    const { first, last, files } = PLUGIN_SLOTS;
    const workloads = Array.from({ length: files }, (_, index) => row(`${index}.c`));
    const foreign = placeUnits(
      Array.from({ length: last - first + 1 }, (_, index) => ({
        ...{ name: `plugin${index}`, title: '', folder: '/', slot: first + index, workloads },
      })),
    );
    expect(foreign).toHaveLength((last - first + 1) * files);
    const placed = foreign.map((unit) => ({
      code: { start: unit.code, end: unit.code + CODE_SLOT },
      data: { start: unit.data, end: unit.data + unit.room },
    }));
    expectDisjoint([
      ...code,
      ...placed.map((place) => place.code),
      { start: WORKLOAD_STACK, end: DATA_BASE },
    ]);
    expectDisjoint([...data, ...placed.map((place) => place.data), { start: IMAGE_END, end: SMALL_ARENA }]);
  });

  it('has arenas whose pages can all be 2 MiB, or all 4 KiB', () => {
    for (const value of [SMALL_ARENA, SMALL_ARENA_SIZE, LARGE_ARENA, LARGE_ARENA_SIZE, IDENTITY_END]) {
      expect(value % (2 * MIB)).toBe(0);
    }
  });

  // A CPU without a last level to speak of, a usual one, and one with the largest caches that are sold.
  it.each<CacheSizes>([
    { l1d: 8 * KIB, l2: 64 * KIB, llc: 64 * KIB },
    { l1d: 32 * KIB, l2: 512 * KIB, llc: 32 * MIB },
    { l1d: 128 * KIB, l2: 64 * MIB, llc: 1152 * MIB },
  ])('holds the working sets of the memory suite with caches %o', (caches) => {
    for (const { name, argument, maxIterations, needs } of atLeastOne(memory.workloads)) {
      const bytes = argument?.(caches) ?? (maxIterations ?? 0) * 4 * KIB;
      const copies = name.startsWith('stream-') ? 3 : 1;
      expect(bytes, name).toBeGreaterThan(0);
      expect(bytes % (4 * KIB), name).toBe(0);
      expect(bytes * copies, name).toBeLessThanOrEqual(
        needs?.includes('large-pages') ? LARGE_ARENA_SIZE : SMALL_ARENA_SIZE,
      );
    }
  });

  it('lets the largest pointer chase use its arena, but for the sixteenth that its preparation needs', () => {
    const chase = memory.workloads.find((workload) => workload.name === 'chase-dram');
    expect(chase?.argument?.({ l1d: 32 * KIB, l2: MIB, llc: 1024 * MIB })).toBe((SMALL_ARENA_SIZE * 15) / 16);
  });
});

describe('placeUnits', () => {
  const suite = (slot: number, ...sources: string[]): Suite => ({
    name: `suite${slot}`,
    title: '',
    slot,
    folder: '',
    workloads: sources.map(row),
  });

  it('moves nothing when a workload or a suite is appended', () => {
    const before = placeUnits(suites);
    const longer = suites.map((each) => ({ ...each, workloads: [...each.workloads, row('new.c')] }));
    const after = placeUnits([...longer, suite(9, 'more.c')]);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after).toHaveLength(before.length + suites.length + 1);
  });

  it('places by slot, whatever other suites there are', () => {
    const both = placeUnits([suite(1, 'a.c'), suite(4, 'b.c')]);
    expect(placeUnits([suite(4, 'b.c')])).toEqual(both.slice(1));
  });

  it('has no place for workloads of a suite without a slot', () => {
    const { slot: _, ...homeless } = suite(0, 'a.c');
    expect(() => placeUnits([homeless])).toThrow('the suite suite0 has workloads, and no slot');
    expect(placeUnits([{ ...homeless, workloads: [] }])).toEqual([]);
  });

  it('leaves plugins that are not chosen out of images', () => {
    const [own, foreign, other] = [suite(0, 'a.c'), suite(100, 'b.c'), suite(101, 'c.c')];
    expect(linkedSuites([own, foreign, other], [other])).toEqual([own, other]);
    expect(linkedSuites([own, foreign, other], [])).toEqual([own]);
  });

  it('places a file that serves several rows once, where its first row is', () => {
    const units = placeUnits([suite(0, 'a.c', 'b.c', 'a.c', 'c.c')]);
    expect(units.map((unit) => [unit.key, (unit.code - CODE_BASE) / CODE_SLOT])).toEqual([
      ['suite0/a.c', 0],
      ['suite0/b.c', 1],
      ['suite0/c.c', 3],
    ]);
  });
});

describe('linkerScript', () => {
  /** Links one C file by the script; returns the linker's complaint, or null. */
  async function link(source: string): Promise<string | null> {
    const compiler = await findCompiler(localHost);
    const [unit] = placeUnits([
      {
        name: 'cpu',
        title: '',
        slot: 0,
        folder: '',
        workloads: [{ ...suites[0]?.workloads[0], source: 'x.c' }],
      },
    ] as unknown as Suite[]);
    if (!unit || !compiler) throw new Error('nothing to link with');
    const folder = await fakeRoot({ 'x.c': source, 'image.lds': linkerScript([unit]) });
    await writeFile(join(folder, 'start.c'), 'void _start(void) { for (;;) ; }\n');
    const flags = ['-m64', '-ffreestanding', '-fno-pic', '-mcmodel=small', '-I', folder];
    const object = (name: string, from: string) =>
      run(compiler.command, [...compiler.args, ...flags, '-c', join(folder, from), '-o', join(folder, name)]);
    await object(unit.object, 'x.c');
    await object('start.o', 'start.c');
    const objects = ['start.o', unit.object].map((name) => join(folder, name));
    const linking = [
      '-nostdlib',
      '-static',
      '-no-pie',
      '-Wl,--build-id=none',
      `-Wl,-T,${join(folder, 'image.lds')}`,
    ];
    try {
      await run(compiler.command, [
        ...compiler.args,
        ...flags,
        ...linking,
        ...objects,
        '-o',
        join(folder, 'image'),
      ]);
    } catch (error) {
      return (error as { stderr: string }).stderr;
    }
    expect((await readFile(join(folder, 'image'))).length).toBeGreaterThan(0);
    return null;
  }

  it('takes a file that just fits', async () => {
    expect(await link(`const char table[${CODE_SLOT}] = {1}; char state[${DATA_SLOT}];`)).toBeNull();
  });

  it.each([
    ['code', `const char table[${CODE_SLOT} + 1] = {1};`],
    ['data', `char state[${DATA_SLOT} + 1];`],
  ])('refuses %s larger than its slot, and says whose', async (what, source) => {
    expect(await link(source)).toContain(`cpu/x.c: ${what} is larger than its slot`);
  });
});
