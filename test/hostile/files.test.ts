/**
 * Files that somebody else may have written, damaged by chance: every command that reads them does its work or says in
 * one line why not. HVBENCH_FUZZ=3000 makes as many of each, from number HVBENCH_FUZZ_FIRST on, and HVBENCH_FUZZ_FOLDER
 * names a run to begin with.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compare } from '../../core/cli/compare.ts';
import { historyAdd, historyShow } from '../../core/cli/history.ts';
import { printable } from '../../core/cli/printable.ts';
import { UserError } from '../../core/errors.ts';
import { type BaselineClass, baselineOf } from '../../core/judge/gate/baseline.ts';
import type { Gate } from '../../core/judge/gate/gate.ts';
import { judge } from '../../core/judge/gate/judge.ts';
import { judgeMetrics } from '../../core/judge/gate/judge-metrics.ts';
import { matchBaseline } from '../../core/judge/gate/match.ts';
import { matchMetricBaseline } from '../../core/judge/gate/match-metrics.ts';
import { partsOf } from '../../core/parts.ts';
import { hostClassOf } from '../../core/results/host-class.ts';
import type { Result } from '../../core/results/schema.ts';
import { reportFolder } from '../../core/run/report-folder.ts';
import { createRandom, deriveSeed } from '../../core/stats/random.ts';
import { comparisonFormats } from '../../reports/compare/index.ts';
import { gateFormats } from '../../reports/gate/index.ts';
import { historyFormats } from '../../reports/history/index.ts';
import { renderTerminal, reports } from '../../reports/index.ts';
import { suites } from '../../suites/index.ts';
import { wholeJournal } from './example.ts';
import { mutate, mutateLines, textOf } from './mutate.ts';

const COUNT = Number(process.env.HVBENCH_FUZZ ?? 20);
const FIRST = Number(process.env.HVBENCH_FUZZ_FIRST ?? 0);
const FOLDER = process.env.HVBENCH_FUZZ_FOLDER;
/** On a computer that does much else besides; such files are small. */
const LONGEST_SECONDS = 60;
/** Charts take most of the time. */
const CHARTS_EVERY = 20;
const LIMIT_MS = 120_000 + COUNT * 5000;

const parts = partsOf();
const scratch = mkdtempSync(join(tmpdir(), 'hvbench-hostile-'));
const original = join(scratch, 'original');
const folder = join(scratch, 'damaged');
let entries: unknown[];

/** Takes every text, and says that it has gone: whoever writes may wait for that. */
function written(...given: readonly unknown[]): boolean {
  const done = given.at(-1);
  if (typeof done === 'function') done();
  return true;
}

let result: Result;
let baseline: BaselineClass;

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation(written);
  mkdirSync(original);
  entries = FOLDER
    ? readFileSync(join(FOLDER, 'samples.ndjson'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [...wholeJournal()];
  writeFileSync(
    join(original, 'samples.ndjson'),
    entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''),
  );
  ({ result } = await reportFolder(original, { formats: [] }, parts));
  writeFileSync(join(original, 'result.json'), JSON.stringify(result));
  baseline = baselineOf([result], new Date());
});

afterAll(() => {
  vi.restoreAllMocks();
  rmSync(scratch, { recursive: true, force: true });
});

/** Each command alone: what one refuses, another may take. */
const fileOf = (format: string, file: string) => ({ format, file: join(scratch, file), option: '--format' });

const commands: Readonly<Record<string, (number: number) => Promise<unknown>>> = {
  async report(number) {
    const names = reports
      .map(({ name }) => name)
      .filter((name) => name !== 'charts' || number % CHARTS_EVERY === 0);
    const { result } = await reportFolder(folder, { formats: names }, parts);
    renderTerminal(result, { colour: true, width: 100 }, suites);
  },
  async compare() {
    for (const { name } of comparisonFormats)
      await compare([original, folder, original], { format: [fileOf(name, 'compared')] });
  },
  async gate() {
    const { result } = await reportFolder(folder, { formats: [] }, parts);
    baselineOf([result], new Date());
    const { candidates, absent } = matchBaseline(baseline, result, { minEffect: 0.01 });
    const metrics = matchMetricBaseline(baseline.metrics, result.rows, { minEffect: 0.01 });
    const judgement = {
      ...(await judge(candidates, { alpha: 0.05, confirm: null })),
      ...judgeMetrics(metrics.candidates, 0.05),
    };
    const judged: Gate = {
      ...{ passed: true, strict: false, alpha: 0.05, elapsedSeconds: 1, folder, absent, ...judgement },
      absentMetrics: metrics.absent,
      baseline: { path: 'baseline.json', createdAt: baseline.createdAt, runs: baseline.runs.length },
      ...{ hostClass: hostClassOf(result.host), startedAt: result.startedAt },
    };
    for (const { render } of gateFormats) render(judged, { colour: true, width: 100 });
  },
  async history(number) {
    const dir = join(scratch, 'history');
    rmSync(dir, { recursive: true, force: true });
    await historyAdd([original, folder], { dir, commit: 'c0ffee' });
    for (const { name, kind } of historyFormats) {
      if (kind === 'picture' && number % CHARTS_EVERY !== 0) continue;
      await historyShow({ dir, format: [fileOf(name, 'shown')] });
    }
  },
};

/** What a command says of the damaged folder: null where it did its work. */
async function lineOf(command: (number: number) => Promise<unknown>, number: number): Promise<string | null> {
  try {
    await command(number);
    return null;
  } catch (error) {
    if (error instanceof UserError) return printable(error.message);
    throw error;
  }
}

/** How many of the commands did their work. */
async function checkAll(what: string, number: number): Promise<number> {
  let done = 0;
  for (const [name, command] of Object.entries(commands)) {
    const which = `${name} of ${what} ${number}`;
    const began = performance.now();
    const line = await lineOf(command, number).catch((error: Error) => {
      throw new Error(`${which}: ${error.message}`, { cause: error });
    });
    expect((performance.now() - began) / 1000, `${which} took long`).toBeLessThan(LONGEST_SECONDS);
    if (line === null) done++;
    expect(line ?? '', which).not.toMatch(/[\r\n]/);
    expect((line ?? '').length, which).toBeLessThan(10_000);
  }
  return done;
}

describe('a damaged file', () => {
  const numbers = Array.from({ length: COUNT }, (_, index) => FIRST + index);

  it(
    'result.json is reported, compared, judged and added, or refused in a line',
    async () => {
      let done = 0;
      for (const number of numbers) {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder);
        const damaged = mutate(result, createRandom(deriveSeed(1, 'result', number)));
        writeFileSync(join(folder, 'result.json'), textOf(damaged));
        done += await checkAll('result', number);
      }
      // Much of the damage makes figures wrong and files no less readable.
      expect(done).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );

  it(
    'samples.ndjson is reported, compared, judged and added, or refused in a line',
    async () => {
      let done = 0;
      for (const number of numbers) {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder);
        writeFileSync(
          join(folder, 'samples.ndjson'),
          mutateLines(entries, createRandom(deriveSeed(1, 'journal', number))),
        );
        done += await checkAll('journal', number);
      }
      expect(done).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});
