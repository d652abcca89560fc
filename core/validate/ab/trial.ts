/** An A/B without machines: it takes the course of a real one, over launches that are drawn from real ones. */
import type { AbFigure } from '../../judge/ab/ab.ts';
import { AbCourse } from '../../judge/ab/course.ts';
import { judgeAb } from '../../judge/ab/judge.ts';
import { type AbCandidate, CLOCKS, type ClockLogs } from '../../judge/ab/match.ts';
import { type WorkloadName, workloadKey } from '../../results/rows.ts';
import type { LaunchValues, Random } from '../../stats/index.ts';
import { shuffle } from '../../stats/index.ts';
import { type AbPool, byClock, type LaunchRounds, type PooledRow } from './pool.ts';

/** Fewer than an A/B's own: thousands are judged, and the width varies by 5 %. */
const RESAMPLES = 200;

export interface TrialSettings {
  readonly budgetSeconds: number;
  /** Fractions. */
  readonly alpha: number;
  readonly minEffect: number;
}

export interface Trial {
  readonly figures: readonly AbFigure[];
  readonly seconds: number;
}

/**
 * Every row is slower by `slowdown`, a fraction. Base and candidate of the pool are the same, so that in each launch that is
 * drawn either may be taken for the candidate.
 */
export function trialOf(
  { rows, startSeconds }: AbPool,
  { budgetSeconds, alpha, minEffect }: TrialSettings,
  slowdown: number,
  random: Random,
): Trial {
  const course = new AbCourse({ alpha, minEffect });
  const drawn = new Map(rows.map((row) => [workloadKey(row), drawer(row, slowdown, random)]));
  const logsOf = (workload: WorkloadName): ClockLogs => drawn.get(workloadKey(workload))?.logs ?? NONE;
  let seconds = 0;
  for (let launches = 0; ; launches++) {
    const spent = Math.min(1, seconds / budgetSeconds);
    const settled = new Set(
      course.settled({ spent, launches, workloads: rows, logsOf }).map((workload) => workloadKey(workload)),
    );
    const open = rows.filter((row) => !settled.has(workloadKey(row)));
    if (open.length === 0) break;
    for (const isa of new Set(open.map((row) => row.isa))) seconds += startSeconds[isa] ?? 0;
    for (const row of shuffle(open, random)) {
      seconds += row.seconds;
      // Two launches are made in any case, since one gives no interval.
      if (seconds <= budgetSeconds || launches < 2) drawn.get(workloadKey(row))?.next();
    }
    if (seconds >= budgetSeconds && launches >= 1) break;
  }
  const candidates = rows.flatMap((row) =>
    CLOCKS.map((clock) => candidateOf(row, clock, logsOf(row)[clock], minEffect)),
  );
  const figures = judgeAb(candidates, { alpha, minEffect, design: course.design, resamples: RESAMPLES });
  return { figures, seconds: Math.min(seconds, budgetSeconds) };
}

const NONE: ClockLogs = { time: [], cpuTime: [] };

/** Launches of a row in random order; when all are drawn, all over again. */
function drawer({ launches }: PooledRow, slowdown: number, random: Random) {
  const shift = Math.log1p(slowdown);
  const logs: Record<keyof ClockLogs, LaunchValues[]> = { time: [], cpuTime: [] };
  let left: LaunchRounds[] = [];
  return {
    logs,
    next() {
      if (left.length === 0) left = shuffle([...launches], random);
      const one = left.pop() as LaunchRounds;
      const sign = random.nextInt(2) === 0 ? 1 : -1;
      const launch = logs.time.length;
      const taken = byClock((clock) => one[clock].map((value) => sign * value + shift));
      for (const clock of CLOCKS) logs[clock].push({ launch, values: taken[clock] });
    },
  };
}

function candidateOf(
  { isa, suite, workload }: WorkloadName,
  metric: keyof ClockLogs,
  logs: readonly LaunchValues[],
  minEffect: number,
): AbCandidate {
  return {
    ...{ suite, isa, machineType: null, dimensions: { workload }, metric, title: metric },
    ...{ better: 'lower', unit: 'ns', base: null, candidate: null, by: 'rounds', logs, repeatable: true },
    minimumEffect: { fraction: minEffect, reason: null },
  };
}
