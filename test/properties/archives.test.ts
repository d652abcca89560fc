/** Archives that a host sends, damaged or made up: they are unpacked or refused, and nothing is written elsewhere. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Unpacker } from '../../core/fleet/unpack.ts';
import { END, extended, member, summed } from '../core/fleet/archive.ts';
import { fakeRoot } from '../core/host/fake-root.ts';
import { bytes, expectToGiveOrSay, fc, pieces, places } from './property.ts';

const LIMITS = { files: 20, bytes: 20_000 };
const SAID = /^it is no archive|^it has |^the archive is cut short$|^E(EXIST|NOTDIR|ISDIR): /;

const name = fc.oneof(
  fc.constantFrom(
    'vm1/a',
    'vm1/b/c',
    'vm1/',
    'vm1',
    '../outside/file',
    'vm1/../../outside/file',
    '/tmp',
    'vm1/a/d',
  ),
  fc.string({ maxLength: 100 }),
);
const type = fc.oneof(fc.constantFrom(...'0125xgLKS7\0'), fc.string({ minLength: 1, maxLength: 1 }));
const size = fc.option(fc.oneof(fc.nat(30_000), bytes({ maxLength: 12 }).map(String)), { nil: undefined });
const content = fc.string({ maxLength: 1500 });
const one = fc.oneof(
  fc
    .record({ name, content, header: fc.record({ type, size, link: name }, { requiredKeys: [] }) })
    .map(({ name, content, header: { size, ...header } }) =>
      member(name, content, { ...header, ...(size !== undefined && { size }) }),
    ),
  fc
    .tuple(
      fc.oneof(fc.constantFrom('path', 'linkpath', 'size', 'GNU.sparse.name', '__proto__'), fc.string()),
      fc.oneof(name, fc.constantFrom('1e9', '-1', '0', '0.5', 'Infinity', '512')),
      fc.constantFrom('x', 'g'),
    )
    .map((parts) => extended(...parts)),
);
const archive = fc
  .record({
    members: fc.array(one, { maxLength: 12 }),
    tail: fc.oneof(fc.constant(END), bytes({ maxLength: 2000 })),
    damage: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
  })
  .map(({ members, tail, damage }) => {
    const whole = Buffer.concat([...members, tail]);
    for (const [at, value] of damage) {
      if (whole.length < 512) continue;
      const place = at % whole.length;
      whole[place] = value;
      // A header that is damaged, but with the right sum, gets further.
      const start = Math.min(place - (place % 512), whole.length - 512);
      if (whole.toString('latin1', start + 257, start + 262) === 'ustar')
        summed(whole.subarray(start, start + 512));
    }
    return whole;
  });

it('an archive is unpacked below its folder, or refused in a line', async () => {
  const root = await fakeRoot({ 'outside/file': 'untouched' });
  const folder = join(root, 'new');
  fc.assert(
    fc.property(archive, places, (whole, cuts) => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      const unpacker = new Unpacker(folder, 'vm1', LIMITS);
      expectToGiveOrSay(() => {
        for (const piece of pieces(whole, cuts)) unpacker.receive(piece);
        unpacker.end();
      }, SAID);
      unpacker.close();
      const written = readdirSync(folder, { recursive: true, withFileTypes: true });
      expect(written.every((entry) => entry.isFile() || entry.isDirectory())).toBe(true);
      const sizes = written.map((entry) =>
        entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0,
      );
      expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(LIMITS.bytes);
      expect(
        readdirSync(root, { recursive: true })
          .filter((path) => !String(path).startsWith('new'))
          .sort(),
      ).toEqual(['outside', 'outside/file']);
      expect(readFileSync(join(root, 'outside/file'), 'utf8')).toBe('untouched');
    }),
  );
});
