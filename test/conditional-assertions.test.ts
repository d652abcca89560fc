import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { conditionalAssertions } from './conditional-assertions.ts';

it.each([
  ['if (a) {\n  expect(b).toBe(1);\n}', ['1: if']],
  ['if (a) expectWhole(b); else c();', ['1: if']],
  ['a ? expect(b).toBe(1) : c;', ['1: if']],
  ['a && expect(b).toBe(1);', ['1: &&']],
  ['try { a(); } catch (error) { expect(error).toBe(1); }', ['1: catch']],
  ['a().catch((error) => expect(error).toBe(1));', ['1: catch']],
  ['switch (a) { case 1: expect(b).toBe(1); }', ['1: case']],
  ['for (const a of found) expect(a).toBe(1);', ['1: a loop over what may be empty']],
  ['found.forEach((a) => expect(a).toBe(1));', ['1: a loop over what may be empty']],
  ['const none = [];\nfor (const a of none) expect(a).toBe(1);', ['2: a loop over what may be empty']],
  ['() => {\n  if (a) return;\n  expect(b).toBe(1);\n}', ['3: what leaves early']],
  ['for (const a of [1]) {\n  if (b) continue;\n  expect(a).toBe(1);\n}', ['3: what leaves early']],
])('%s', (source, found) => {
  expect(conditionalAssertions(source)).toEqual(found);
});

it.each([
  'if (a) throw b;\nexpect(a ? 1 : 2).toBe(1);',
  'const some = [1, 2] as const;\nfor (const a of some) expect(a).toBe(1);',
  'for (const [a, b] of Object.entries({ a: 1 })) expect(a).toBe(b);',
  'for (const a of NAMES) expect(a).toBe(1);',
  'for (const a of atLeastOne(found)) expect(a).toBe(1);',
  'const a = () => { if (b) return 1; };\nexpect(a).toBe(1);',
  'fc.assert(fc.property(a, (b) => { for (const c of b) expect(c).toBe(1); }));',
])('takes %s', (source) => {
  expect(conditionalAssertions(source)).toEqual([]);
});

it('no test passes by making no assertion', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true })
    .map(String)
    // The matrix of systems is a program: what it asserts depends on what a system can run, and it tells what it skipped.
    .filter((file) => file.endsWith('.ts') && !file.startsWith('systems/matrix/'));
  expect(files.length).toBeGreaterThan(200);
  const found = files.flatMap((file) =>
    conditionalAssertions(readFileSync(join(import.meta.dirname, file), 'utf8')).map(
      (where) => `${file}:${where}`,
    ),
  );
  expect(found).toEqual([]);
});
