import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { inLoadOrder, MODULES } from '../../core/guest/modules.ts';
import { compareVersions } from '../../core/guest/versions.ts';
import { anyText, fc, textOf } from './property.ts';

const any = fc.oneof(textOf('019ab~+.-:', 12), anyText({ maxLength: 12 }));
/** Dates and numbers of commits: longer than a number is exact, or than one is finite. */
const alike = fc
  .tuple(fc.constantFrom('', '1.', '1.0-'), fc.constantFrom(3, 20, 400))
  .chain(([before, length]) =>
    fc.array(
      fc
        .tuple(fc.constantFrom('', '0'), textOf('019', 3), textOf('019a~:', 2))
        .map(([zero, digits, rest]) => `${before}${zero}${'1'.repeat(length)}${digits}${rest}`),
      { minLength: 3, maxLength: 3 },
    ),
  );
const versions = fc.oneof(fc.array(any, { minLength: 3, maxLength: 3 }), alike);

describe('compareVersions', () => {
  it('orders any texts', () => {
    fc.assert(
      fc.property(versions, (unsorted) => {
        const sorted = unsorted.toSorted(compareVersions);
        const signs = sorted.map((x) => sorted.map((y) => Math.sign(compareVersions(x, y))));
        for (const [i, row] of signs.entries())
          for (const [j, sign] of row.entries()) {
            expect(sign + (signs[j]?.[i] as number)).toBe(0);
            expect(sign * (i - j)).toBeGreaterThanOrEqual(0);
          }
      }),
    );
  });

  it.skipIf(spawnSync('dpkg', ['--version']).status !== 0)('orders them as dpkg does', () => {
    const valid = fc
      .tuple(
        fc.constantFrom('', '0:', '1:', '12:'),
        textOf('00001199az~+.', 40),
        fc.constantFrom('', '-1', '-01', '-a~1'),
      )
      .map(([epoch, upstream, revision]) => `${epoch}1${upstream}${revision}`);
    fc.assert(
      fc.property(valid, valid, (a, b) => {
        const order = Math.sign(compareVersions(a, b));
        const relation = order < 0 ? 'lt' : order > 0 ? 'gt' : 'eq';
        expect(spawnSync('dpkg', ['--compare-versions', a, relation, b]).status).toBe(0);
      }),
    );
  });
});

describe('inLoadOrder', () => {
  it('has each path once, in the order of the modules, compressed or not', () => {
    const module = fc.tuple(fc.constantFrom(...MODULES), fc.constantFrom('', '.xz', '.zst', '.gz'));
    fc.assert(
      fc.property(fc.uniqueArray(module, { selector: ([path]) => path }), (modules) => {
        const sorted = inLoadOrder(modules.map(([path, packed]) => `/lib/modules/6.1/${path}${packed}`));
        const known = MODULES.filter((path) => modules.some(([module]) => module === path));
        expect(sorted.map((path) => path.replace(/^\/lib\/modules\/6\.1\/(.*\.ko).*$/, '$1'))).toEqual(known);
      }),
    );
  });
});
