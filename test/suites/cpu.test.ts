import { afterAll, describe, expect, it } from 'vitest';
import { cpu } from '../../suites/cpu/index.ts';
import { atLeastOne } from '../at-least-one.ts';
import * as model from './cpu.model.ts';
import { BUILDS, build, workFolder } from './harness.ts';
import { compress, decompress, lz77, texts } from './lz77.model.ts';
import { expectLinkable } from './objects.ts';
import { powerRound, spectralNorm, start } from './spectral-norm.model.ts';

const { folder, remove } = workFolder();
afterAll(remove);

const models: Record<string, (seed: number, iterations: number) => bigint> = {
  ...model,
  lz77,
  'spectral-norm': spectralNorm,
};

describe.each(BUILDS)('cpu workloads on $isa by $by', (made) => {
  const program = build('cpu', made, folder);

  it('fit into their slots and call nothing', () => expectLinkable(program.objects));

  it.each(cpu.workloads)(
    '$name computes what its model computes, in batches of any order',
    ({ name, entry }) => {
      const expected = models[name];
      if (!expected) throw new Error(`${name} has no model`);
      const seed = 0xc0ffee01;
      const batches = [3, 1, 35, 3, 0, 9];
      const { replies } = program.execute([
        { prepare: entry, seed },
        ...batches.map((run) => ({ run })),
        { prepare: entry, seed: 2 },
        { run: 3 },
      ]);
      expect(replies).toEqual([0n, ...batches.map((n) => expected(seed, n)), 0n, expected(2, 3)]);
      expect(new Set(replies.slice(1, 4)).size).toBe(3);
      expect(expected(2, 3)).not.toBe(expected(seed, 3));
    },
  );

  it('never cancel out over many equal iterations', () => {
    for (const { entry } of atLeastOne(cpu.workloads)) {
      const { replies } = program.execute([{ prepare: entry }, { run: 64 }, { run: 128 }, { run: 0 }]);
      expect(new Set(replies.slice(1)).size, entry).toBe(3);
    }
  });
});

describe('the models', () => {
  it('lz77 makes its texts smaller and loses nothing', () => {
    for (const text of atLeastOne(texts(5))) {
      const packed = compress(text);
      expect(decompress(packed).equals(text)).toBe(true);
      expect(packed.length).toBeLessThan(text.length / 1.5);
    }
  });

  it('spectral-norm comes to the norm that the Benchmarks Game prints', () => {
    let round = powerRound(start());
    for (let rounds = 1; rounds < 10; rounds++) round = powerRound(round.vector);
    expect(round.norm.toFixed(9)).toBe('1.274219991');
  });
});
