/** Gates cut from a pool of real launches: how often they alarm, and how often they find what was slowed. */
import { logRatiosOf, rowName } from '../judge/compare/match.ts';
import { type BaselineRow, launchesOf } from '../judge/gate/baseline-row.ts';
import { GATE_CLOCK, type GateVerdict } from '../judge/gate/gate.ts';
import { type Candidate, type Confirm, judge } from '../judge/gate/judge.ts';
import { minimumEffectOf } from '../judge/gate/minimum-effect.ts';
import { suspectsWithinBudget } from '../judge/gate/within-budget.ts';
import type { Measurement, Result } from '../results/schema.ts';
import { createRandom, deriveSeed, hodgesLehmann, median, type Random, shuffle } from '../stats/index.ts';
import type { ConditionId, GateKind } from './conditions.ts';
import { costOf, workloadKey } from './cost.ts';

/** Fewer than a gate's own: thousands of gates are judged, and the width varies by 4 %. */
const RESAMPLES = 400;
/** Runs that a baseline is made of, where the pool has as many. */
const BASELINE_RUNS = 3;

export interface MeasuredRun {
  readonly condition: ConditionId;
  readonly result: Result;
  /** What a launch took, seconds, as {@link costOf} reads it. */
  readonly seconds: Readonly<Record<string, number>>;
}

export interface CutOptions {
  readonly seed: number;
  readonly minEffect: number;
  readonly alpha: number;
  /** What a gate may take, its first result included, seconds. */
  readonly budgetSeconds: number;
  /** Launches of the first result; the rest of a run's launches are fresh ones. */
  readonly firstLaunches: number;
}

interface Row {
  readonly measurement: Measurement;
  /** One location a launch, log ratios. */
  readonly launches: readonly number[];
}

interface PreparedRun extends MeasuredRun {
  readonly rows: ReadonlyMap<string, Row>;
}

/** What one kind of gate was cut from, and what is to be cut. */
export interface Cutter {
  /** Every row of a guest, named as in {@link rowName}: a gate does not judge the control. */
  readonly names: readonly string[];
  readonly measurementOf: (name: string) => Measurement;
  /** One gate over all rows: verdict by row. `null` where the pool lacks a condition. */
  whole(kind: GateKind, number: number): Promise<ReadonlyMap<string, GateVerdict> | null>;
  /** A gate in which one row alone is a suspect, if any; `shift` is added to its log ratios. */
  single(kind: GateKind, number: number, name: string, shift?: number): Promise<GateVerdict | null>;
  /** Median of how far a row lies above the baseline in that kind of gates, a fraction of the guest's CPU time. */
  medianChange(kind: GateKind): number | null;
  minimumEffect(name: string): number;
}

export function createCutter(runs: readonly MeasuredRun[], options: CutOptions): Cutter {
  const prepared = runs.map(prepare);
  const first = prepared.find(({ condition }) => condition === 'clean') ?? prepared[0];
  const names = [...(first?.rows.keys() ?? [])].filter((name) =>
    prepared.every(({ rows }) => rows.has(name)),
  );
  const measurementOf = (name: string): Measurement => {
    const row = first?.rows.get(name);
    if (!row) throw new RangeError(`the pool has no row ${name}`);
    return row.measurement;
  };

  const cut = (kind: GateKind, number: number) => {
    const random = createRandom(deriveSeed(options.seed, kind.title, number));
    const now = pick(
      prepared.filter(({ condition }) => condition === kind.now),
      random,
    );
    if (!now) return null;
    const others = prepared.filter((run) => run.condition === kind.baseline && run !== now);
    const before = shuffle(others, random).slice(0, BASELINE_RUNS);
    if (before.length === 0) return null;
    const order = shuffle([...Array(launchCount(now)).keys()], random);
    return { now, before, order };
  };
  /** The same runs are drawn as a baseline many times. */
  const baselines = new Map<string, Omit<Candidate, 'now'>>();
  const baselineOf = (before: readonly PreparedRun[], name: string) => {
    const drawn = prepared.filter((run) => before.includes(run));
    const key = `${drawn.map((run) => prepared.indexOf(run)).join(' ')} ${name}`;
    const known = baselines.get(key);
    if (known) return known;
    const row = baselineRow(drawn, name);
    const minimumEffect = minimumEffectOf(row, options.minEffect);
    const made = { ...row, before: launchesOf(row), minimumEffect };
    baselines.set(key, made);
    return made;
  };
  type Cut = NonNullable<ReturnType<typeof cut>>;

  const candidateOf = ({ now, before, order }: Cut, name: string, shift = 0): Candidate => {
    const own = now.rows.get(name) as Row;
    return { ...baselineOf(before, name), now: take(own, order.slice(0, options.firstLaunches), shift) };
  };

  /** Fresh launches from the rest of the run, as many as the budget affords at what they took. */
  const confirmFrom = ({ now, order }: Cut, shift = 0): Confirm => {
    const all = names.map(measurementOf);
    const first = options.firstLaunches * costOf(all, now.seconds);
    const left = options.budgetSeconds - first;
    const workloads = new Set(all.map(workloadKey)).size;
    return {
      // What the command goes by: the mean over all workloads.
      withinBudget: (suspects, launches) =>
        suspectsWithinBudget(suspects, launches, first / (options.firstLaunches * workloads), left),
      async measure(suspects, launches) {
        const most = Math.floor(left / costOf(suspects, now.seconds));
        const fresh = order.slice(options.firstLaunches).slice(0, Math.min(launches, most));
        if (fresh.length < 2) return null;
        return new Map(
          suspects.map((row) => [rowName(row), take(now.rows.get(rowName(row)) as Row, fresh, shift)]),
        );
      },
    };
  };

  const settings = { alpha: options.alpha, resamples: RESAMPLES };
  return {
    names,
    measurementOf,
    async whole(kind, number) {
      const made = cut(kind, number);
      if (!made) return null;
      const candidates = names.map((name) => candidateOf(made, name));
      const { rows } = await judge(candidates, { ...settings, confirm: confirmFrom(made) });
      return new Map(rows.map((row) => [rowName(row), row.verdict]));
    },
    async single(kind, number, name, shift = 0) {
      const made = cut(kind, number);
      if (!made) return null;
      const confirm = confirmFrom(made, shift);
      const { rows } = await judge([candidateOf(made, name, shift)], { ...settings, confirm });
      return rows[0]?.verdict ?? null;
    },
    medianChange(kind) {
      const location = (condition: ConditionId, name: string) => {
        const matching = prepared.filter((run) => run.condition === condition);
        return matching.length === 0
          ? null
          : hodgesLehmann(matching.flatMap(({ rows }) => [...(rows.get(name) as Row).launches]));
      };
      const changes = names.flatMap((name) => {
        const [a, b] = [location(kind.baseline, name), location(kind.now, name)];
        return a === null || b === null ? [] : [Math.expm1(b - a)];
      });
      return changes.length === 0 ? null : median(changes);
    },
    minimumEffect(name) {
      const clean = prepared.filter(({ condition }) => condition === 'clean');
      return minimumEffectOf(baselineRow(clean, name), options.minEffect).fraction;
    },
  };
}

function prepare(run: MeasuredRun): PreparedRun {
  const rows = new Map<string, Row>();
  for (const measurement of run.result.measurements) {
    if (measurement.mode === 'native' || measurement.status !== 'ok') continue;
    const launches = logRatiosOf(run.result, measurement, GATE_CLOCK).map(({ values }) =>
      hodgesLehmann(values),
    );
    rows.set(rowName(measurement), { measurement, launches });
  }
  return { ...run, rows };
}

function baselineRow(runs: readonly PreparedRun[], name: string): BaselineRow {
  const { measurement } = (runs[0] as PreparedRun).rows.get(name) as Row;
  const { suite, workload, isa, hypervisor, technique, digest, argument } = measurement;
  const logRatios = runs.map(({ rows }) => [...(rows.get(name) as Row).launches]);
  return { suite, workload, isa, hypervisor, technique, digest, argument, logRatios };
}

function launchCount({ rows }: PreparedRun): number {
  return Math.min(...[...rows.values()].map(({ launches }) => launches.length));
}

function take({ launches }: Row, indices: readonly number[], shift: number) {
  return indices.map((index) => ({ launch: index, values: [(launches[index] as number) + shift] }));
}

function pick<T>(items: readonly T[], random: Random): T | undefined {
  return items.length === 0 ? undefined : items[random.nextInt(items.length)];
}
