/** The proof of the gate's error rates: what is counted over many gates. */
import { type GateKind, gateKinds } from './conditions.ts';
import { type CutOptions, type Cutter, createCutter, guestRows, type Run } from './gates.ts';

/** Effects at which the least one that is found is sought, fractions. */
const GRID = [0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 1];
const WANTED = 0.9;

export interface ProofOptions extends CutOptions {
  /** Gates over all rows, for each kind without a slow-down. */
  readonly gates: number;
  /** Gates over one row, for each row and each kind with a slow-down. */
  readonly gatesPerRow: number;
  readonly onKind?: (title: string) => void;
}

export interface FalseAlarms {
  readonly title: string;
  readonly gates: number;
  /** Gates in which any row was said to have regressed. */
  readonly alarms: number;
  /** Shares of all rows of all gates. */
  readonly same: number;
  readonly undecided: number;
}

export interface Power {
  readonly title: string;
  readonly slowdown: number;
  /** The median change that the pool itself shows, a fraction: the injection, checked. */
  readonly measured: number;
  readonly gatesPerRow: number;
  /** Found, of all gates of all rows of the suite. */
  readonly suites: readonly {
    readonly suite: string;
    readonly rows: number;
    readonly found: number;
    readonly worst: number;
  }[];
}

export interface RowPower {
  readonly suite: string;
  readonly workload: string;
  readonly isa: string;
  readonly hypervisor: string;
  readonly minimumEffect: number;
  /** By kind with a slow-down and without a disturbance: the share of gates that found it. */
  readonly found: readonly { readonly slowdown: number; readonly share: number }[];
  /** The smallest effect of a grid that 90 % of gates find; null where none of the grid is. */
  readonly smallest: number | null;
}

export interface Proof {
  readonly rows: number;
  readonly falseAlarms: readonly FalseAlarms[];
  readonly power: readonly Power[];
  readonly rowPower: readonly RowPower[];
}

export async function prove(runs: readonly Run[], options: ProofOptions): Promise<Proof> {
  const cutter = createCutter(runs, options);
  const falseAlarms: FalseAlarms[] = [];
  const power: Power[] = [];
  const found = new Map<string, { slowdown: number; share: number }[]>();
  for (const kind of gateKinds) {
    options.onKind?.(kind.title);
    if (kind.slowdown === 0) {
      const counted = await countAlarms(cutter, kind, options.gates);
      if (counted) falseAlarms.push(counted);
      continue;
    }
    const shares = await shareFound(cutter, kind, options.gatesPerRow);
    const measured = cutter.medianChange(kind);
    if (!shares || measured === null) continue;
    power.push({
      title: kind.title,
      slowdown: kind.slowdown,
      measured,
      gatesPerRow: options.gatesPerRow,
      suites: bySuite(cutter, shares),
    });
    if (!isDisturbed(kind)) {
      for (const [name, share] of shares)
        found.set(name, [...(found.get(name) ?? []), { slowdown: kind.slowdown, share }]);
    }
  }
  options.onKind?.('the smallest effect of each row');
  const rowPower: RowPower[] = [];
  for (const name of guestRows(cutter.names, cutter.measurementOf)) {
    const { suite, workload, isa, hypervisor } = cutter.measurementOf(name);
    rowPower.push({
      suite,
      workload,
      isa,
      hypervisor,
      minimumEffect: cutter.minimumEffect(name),
      found: found.get(name) ?? [],
      smallest: await smallestFound(cutter, name, options.gatesPerRow),
    });
  }
  return { rows: cutter.names.length, falseAlarms, power, rowPower };
}

function isDisturbed({ baseline, now }: GateKind): boolean {
  return baseline !== 'clean' || !now.startsWith('slow-');
}

async function countAlarms(cutter: Cutter, kind: GateKind, gates: number): Promise<FalseAlarms | null> {
  let [alarms, same, undecided, rows] = [0, 0, 0, 0];
  for (let number = 0; number < gates; number++) {
    const verdicts = await cutter.whole(kind, number);
    if (!verdicts) return null;
    const all = [...verdicts.values()];
    if (all.includes('regressed')) alarms++;
    same += all.filter((verdict) => verdict === 'same').length;
    undecided += all.filter((verdict) => verdict === 'undecided').length;
    rows += all.length;
  }
  return { title: kind.title, gates, alarms, same: same / rows, undecided: undecided / rows };
}

async function shareFound(
  cutter: Cutter,
  kind: GateKind,
  gates: number,
): Promise<ReadonlyMap<string, number> | null> {
  const shares = new Map<string, number>();
  for (const name of guestRows(cutter.names, cutter.measurementOf)) {
    const share = await foundShare(cutter, kind, name, gates);
    if (share === null) return null;
    shares.set(name, share);
  }
  return shares;
}

async function foundShare(
  cutter: Cutter,
  kind: GateKind,
  name: string,
  gates: number,
  shift = 0,
): Promise<number | null> {
  let found = 0;
  for (let number = 0; number < gates; number++) {
    const verdict = await cutter.single(kind, number, name, shift);
    if (verdict === null) return null;
    if (verdict === 'regressed') found++;
  }
  return found / gates;
}

/** By bisection: what finds an effect finds a larger one as well. */
async function smallestFound(cutter: Cutter, name: string, gates: number): Promise<number | null> {
  const kind = gateKinds[0] as GateKind;
  let [low, high] = [0, GRID.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const share = await foundShare(cutter, kind, name, gates, Math.log1p(GRID[middle] as number));
    if (share !== null && share >= WANTED) high = middle;
    else low = middle + 1;
  }
  return GRID[low] ?? null;
}

function bySuite(cutter: Cutter, shares: ReadonlyMap<string, number>): Power['suites'] {
  const suites = new Map<string, number[]>();
  for (const [name, share] of shares) {
    const { suite } = cutter.measurementOf(name);
    suites.set(suite, [...(suites.get(suite) ?? []), share]);
  }
  return [...suites].map(([suite, all]) => ({
    suite,
    rows: all.length,
    found: all.reduce((sum, share) => sum + share, 0) / all.length,
    worst: Math.min(...all),
  }));
}
