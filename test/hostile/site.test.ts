/**
 * Results of strangers, damaged by chance: each is a page that says what it says, or is refused in a line; none breaks a
 * page, its own or those of all. HVBENCH_FUZZ=10000 makes as many, from number HVBENCH_FUZZ_FIRST on.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { UserError } from '../../core/errors.ts';
import { parseTextOf } from '../../core/results/folder.ts';
import { parseResult } from '../../core/results/read-result.ts';
import type { Result } from '../../core/results/schema.ts';
import { createRandom, deriveSeed } from '../../core/stats/random.ts';
import { suites } from '../../suites/index.ts';
import { atLeastOne } from '../at-least-one.ts';
import { fixtureResult } from '../reports/fixture.ts';
import { build, pagesOf } from '../reports/site/example.ts';
import { problemsOf } from '../reports/site/well-formed.ts';
import { mutate, textOf } from './mutate.ts';

const COUNT = Number(process.env.HVBENCH_FUZZ ?? 200);
const FIRST = Number(process.env.HVBENCH_FUZZ_FIRST ?? 0);
/** Results of one site. */
const TOGETHER = 50;

const scratch = mkdtempSync(join(tmpdir(), 'hvbench-hostile-site-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const original = fixtureResult({ operations: true });

/** Null if it is refused, which takes a line. */
function damaged(number: number): Result | null {
  const text = textOf(mutate(original, createRandom(deriveSeed(1, 'site', number))));
  try {
    return parseTextOf('result.json', text, (content) => parseResult(content, suites));
  } catch (error) {
    if (!(error instanceof UserError) || /[\r\n]/.test(error.message)) throw error;
    return null;
  }
}

test(
  'breaks no page of a site',
  () => {
    let taken = 0;
    for (let first = FIRST; first < FIRST + COUNT; first += TOGETHER) {
      const numbers = Array.from(
        { length: Math.min(TOGETHER, FIRST + COUNT - first) },
        (_, index) => first + index,
      );
      const site = join(scratch, String(first));
      const results = numbers.flatMap((number) => damaged(number) ?? []);
      taken += results.length;
      build(site, [original, ...results]);
      for (const [name, page] of atLeastOne(pagesOf(site))) {
        expect(problemsOf(page), `${name}, of numbers from ${first} on`).toEqual([]);
        expect(page.length, name).toBeLessThan(5e6);
      }
      JSON.parse(readFileSync(join(site, 'data.json'), 'utf8'));
      rmSync(site, { recursive: true });
    }
    // Much of the damage makes figures wrong and files no less readable.
    expect(taken).toBeGreaterThan(COUNT / 10);
  },
  120_000 + COUNT * 1000,
);
