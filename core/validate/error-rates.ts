/** The gate's error rates: what is counted over many gates. */
import { mean } from 'simple-statistics';
import { groupBy } from '../group-by.ts';
import type { RowIdentity } from '../judge/compare/match.ts';
import { type GateKind, gateKinds } from './conditions.ts';
import { type CutOptions, type Cutter, createCutter, type MeasuredRun } from './gates.ts';

/** Effects at which the least one that is found is sought, fractions. */
const GRID = [0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 1];
const WANTED = 0.9;

export interface ErrorRateOptions extends CutOptions {
  /** Gates over all rows, for each kind without a slow-down. */
  readonly gates: number;
  /** Gates over one row, for each row and each kind with a slow-down. */
  readonly gatesPerRow: number;
  readonly onKind?: (title: string) => void;
  /** Awaited before each gate: judging takes minutes, and may be given up by throwing here. */
  readonly checkpoint?: () => Promise<void>;
}

export interface FalseAlarms {
  readonly title: string;
  readonly gates: number;
  /** Gates in which any row was said to have regressed. */
  readonly alarms: number;
  /** In how many gates which row was; those of the most first. */
  readonly alarming: readonly (RowIdentity & { readonly gates: number })[];
  /** Shares of all rows of all gates. */
  readonly same: number;
  readonly undecided: number;
}

export interface Power {
  readonly title: string;
  readonly slowdown: number;
  /** The median change that the pool itself shows, a fraction: the injection, checked. */
  readonly measured: number;
  /** Gates over all rows, and those of them that alarm. */
  readonly gates: number;
  readonly alarms: number;
  /** Gates in which one row is the suspect, by hypervisor and suite. */
  readonly groups: readonly PowerGroup[];
}

export interface PowerGroup {
  readonly hypervisor: string;
  readonly suite: string;
  readonly rows: number;
  /** Gates over all these rows. */
  readonly gates: number;
  /** Share of these gates that found the slow-down. */
  readonly found: number;
  /** The same of the row of which it was found least often. */
  readonly worst: number;
}

export interface RowPower extends RowIdentity {
  readonly minimumEffect: number;
  /** By kind with a slow-down and without a disturbance: the share of gates that found it. */
  readonly found: readonly { readonly slowdown: number; readonly share: number }[];
  /** The smallest effect of a grid that 90 % of gates find; null where none of the grid is. */
  readonly smallest: number | null;
}

export interface ErrorRates {
  readonly rows: number;
  readonly falseAlarms: readonly FalseAlarms[];
  readonly power: readonly Power[];
  readonly rowPower: readonly RowPower[];
}

export async function gateErrorRates(
  runs: readonly MeasuredRun[],
  options: ErrorRateOptions,
): Promise<ErrorRates> {
  const cutter = createCutter(runs, options);
  const falseAlarms: FalseAlarms[] = [];
  const power: Power[] = [];
  const found = new Map<string, { slowdown: number; share: number }[]>();
  for (const kind of gateKinds) {
    options.onKind?.(kind.title);
    if (kind.slowdown === 0) {
      const counted = await countAlarms(cutter, kind, options);
      if (counted) falseAlarms.push(counted);
      continue;
    }
    const shares = await shareFound(cutter, kind, options);
    const measured = cutter.medianChange(kind);
    const whole = await countAlarms(cutter, kind, options);
    if (!shares || measured === null || !whole) continue;
    power.push({
      title: kind.title,
      slowdown: kind.slowdown,
      measured,
      gates: whole.gates,
      alarms: whole.alarms,
      groups: grouped(cutter, shares, options.gatesPerRow),
    });
    if (!isDisturbed(kind)) {
      for (const [name, share] of shares)
        found.set(name, [...(found.get(name) ?? []), { slowdown: kind.slowdown, share }]);
    }
  }
  options.onKind?.('the smallest effect of each row');
  const rowPower: RowPower[] = [];
  for (const name of cutter.names) {
    rowPower.push({
      ...identify(cutter.measurementOf(name)),
      minimumEffect: cutter.minimumEffect(name),
      found: found.get(name) ?? [],
      smallest: await smallestFound(cutter, name, options),
    });
  }
  return { rows: cutter.names.length, falseAlarms, power, rowPower };
}

function identify({ suite, workload, isa, hypervisor }: RowIdentity): RowIdentity {
  return { suite, workload, isa, hypervisor };
}

function isDisturbed({ baseline, now }: GateKind): boolean {
  return baseline !== 'clean' || !now.startsWith('slow-');
}

async function countAlarms(
  cutter: Cutter,
  kind: GateKind,
  { gates, checkpoint }: ErrorRateOptions,
): Promise<FalseAlarms | null> {
  let [alarms, same, undecided, rows] = [0, 0, 0, 0];
  const alarming = new Map<string, number>();
  for (let number = 0; number < gates; number++) {
    await checkpoint?.();
    const verdicts = await cutter.whole(kind, number);
    if (!verdicts) return null;
    const all = [...verdicts.values()];
    if (all.includes('regressed')) alarms++;
    for (const [name, verdict] of verdicts)
      if (verdict === 'regressed') alarming.set(name, (alarming.get(name) ?? 0) + 1);
    same += all.filter((verdict) => verdict === 'same').length;
    undecided += all.filter((verdict) => verdict === 'undecided').length;
    rows += all.length;
  }
  return {
    ...{ title: kind.title, gates, alarms, same: same / rows, undecided: undecided / rows },
    alarming: [...alarming]
      .sort(([, a], [, b]) => b - a)
      .map(([name, gates]) => ({ ...identify(cutter.measurementOf(name)), gates })),
  };
}

async function shareFound(
  cutter: Cutter,
  kind: GateKind,
  options: ErrorRateOptions,
): Promise<ReadonlyMap<string, number> | null> {
  const shares = new Map<string, number>();
  for (const name of cutter.names) {
    const share = await foundShare(cutter, kind, name, options);
    if (share === null) return null;
    shares.set(name, share);
  }
  return shares;
}

async function foundShare(
  cutter: Cutter,
  kind: GateKind,
  name: string,
  { gatesPerRow: gates, checkpoint }: ErrorRateOptions,
  shift = 0,
): Promise<number | null> {
  let found = 0;
  for (let number = 0; number < gates; number++) {
    await checkpoint?.();
    const verdict = await cutter.single(kind, number, name, shift);
    if (verdict === null) return null;
    if (verdict === 'regressed') found++;
  }
  return found / gates;
}

/** By bisection: what finds an effect finds a larger one as well. */
async function smallestFound(
  cutter: Cutter,
  name: string,
  options: ErrorRateOptions,
): Promise<number | null> {
  const kind = gateKinds[0] as GateKind;
  let [low, high] = [0, GRID.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const share = await foundShare(cutter, kind, name, options, Math.log1p(GRID[middle] as number));
    if (share !== null && share >= WANTED) high = middle;
    else low = middle + 1;
  }
  return GRID[low] ?? null;
}

function grouped(cutter: Cutter, shares: ReadonlyMap<string, number>, gatesPerRow: number): PowerGroup[] {
  const groups = groupBy([...shares], ([name]) => {
    const { hypervisor, suite } = cutter.measurementOf(name);
    return `${hypervisor} ${suite}`;
  });
  return [...groups.values()].map((entries) => {
    const { hypervisor, suite } = cutter.measurementOf((entries[0] as [string, number])[0]);
    const all = entries.map(([, share]) => share);
    const gates = all.length * gatesPerRow;
    return { hypervisor, suite, rows: all.length, gates, found: mean(all), worst: Math.min(...all) };
  });
}
