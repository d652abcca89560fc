/** Baselines made of the real launches in `.ci/baseline.json`: four runs of each row, drawn again and shifted. */
import { join } from 'node:path';
import {
  type BaselineClass,
  type BaselineRow,
  classOf,
  readBaseline,
} from '../../../../core/judge/gate/baseline.ts';
import type { Random } from '../../../../core/stats/index.ts';

export const REAL_FILE = join(import.meta.dirname, '../../../../.ci/baseline.json');

/** Of the class that the project's own gate has an entry for. */
export function realEntry(): BaselineClass {
  const baseline = readBaseline(REAL_FILE);
  const entry = baseline?.classes[0];
  if (!baseline || !entry || classOf(baseline, entry.hostClass) !== entry)
    throw new Error(`no entry in ${REAL_FILE}`);
  return entry;
}

const pick = <T>(items: readonly T[], random: Random): T => {
  const item = items[Math.floor(random.nextFloat() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

/** A run as the row's real ones are: one of these, its launches drawn again, and all of it shifted. */
export function drawnRun({ logRatios }: BaselineRow, shift: number, random: Random): number[] {
  const run = pick(logRatios, random);
  return run.map(() => pick(run, random) + shift);
}

/** An entry of so many new runs, as `--update` makes one; guests take `times` as long as in the real runs. */
export function drawnEntry(entry: BaselineClass, day: number, times: number, runs: number, random: Random) {
  const at = new Date(Date.UTC(2026, 0, 1 + day));
  const shift = Math.log(times);
  return {
    ...{ hostClass: entry.hostClass, tool: entry.tool, createdAt: at.toISOString() },
    runs: Array.from({ length: runs }, (_, run) => ({
      startedAt: new Date(at.getTime() + run * 60_000).toISOString(),
      ...{ kernel: '6.1', launches: 5 },
    })),
    rows: entry.rows.map((row) => ({
      ...row,
      logRatios: Array.from({ length: runs }, () => drawnRun(row, shift, random)),
    })),
  } satisfies BaselineClass;
}

/** The same of one row without noise: launches and runs differ in the fifth digit. */
export function quietEntry(entry: BaselineClass, day: number, times: number, runs: number): BaselineClass {
  const at = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
  const logRatios = Array.from({ length: runs }, (_, run) =>
    [-1, 0, 1].map((step) => Math.log(times) + (step + run) * 1e-5),
  );
  return {
    ...{ hostClass: entry.hostClass, tool: entry.tool, createdAt: at },
    runs: [{ startedAt: at, kernel: '6.1', launches: 3 }],
    rows: entry.rows.slice(0, 1).map((row) => ({ ...row, logRatios })),
  };
}
