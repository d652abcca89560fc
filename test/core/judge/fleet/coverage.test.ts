/** Does the interval over hosts cover the truth in 95 % of simulated fleets? And would one of all launches pooled? */
import { expect, test } from 'vitest';
import {
  createRandom,
  deriveSeed,
  type Interval,
  launchInterval,
  meanOfGroups,
} from '../../../../core/stats/index.ts';
import { coverage, normal, simulate } from '../../stats/simulate.ts';

const FLEETS = 2000;
const SEED = 20050425;
/** Launches of each host, and rounds of each launch. */
const [LAUNCHES, ROUNDS] = [5, 5];

interface Regime {
  readonly hosts: number;
  /** Standard deviation between hosts, in units of a round's noise. */
  readonly hostSd: number;
}

/** One fleet: of each host its launches of rounds. The truth is 0. */
function fleet({ hosts, hostSd }: Regime, random: ReturnType<typeof createRandom>): number[][][] {
  return Array.from({ length: hosts }, () => {
    const own = hostSd * normal(random);
    const launches = simulate({ launchSd: 0.3, launches: LAUNCHES, rounds: ROUNDS }, normal, random);
    return launches.map((rounds) => rounds.map((value) => value + own));
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Each host gives one number. */
const overHosts = (hosts: readonly number[][][]): Interval | null =>
  meanOfGroups(hosts.map((launches) => mean(launches.map(mean)))).interval;

/** What not to do: as if all launches were from one host. */
const pooled = (hosts: readonly number[][][]): Interval | null =>
  meanOfGroups(hosts.flatMap((launches) => launches.map(mean))).interval;

const REGIMES: readonly Regime[] = [
  { hosts: 2, hostSd: 1 },
  { hosts: 3, hostSd: 1 },
  { hosts: 8, hostSd: 0 },
  { hosts: 8, hostSd: 1 },
  { hosts: 40, hostSd: 1 },
];

test.each(REGIMES)('covers: $hosts hosts that differ by $hostSd', (regime) => {
  const random = createRandom(deriveSeed(SEED, regime.hosts, regime.hostSd));
  const share = coverage(FLEETS, 0, () => overHosts(fleet(regime, random)));
  expect(share).toBeGreaterThanOrEqual(0.935);
  expect(share).toBeLessThanOrEqual(0.965);
});

test.each(REGIMES.filter(({ hostSd }) => hostSd > 0))(
  'launches pooled cover far too seldom: $hosts hosts that differ by $hostSd',
  (regime) => {
    const random = createRandom(deriveSeed(SEED, 'pooled', regime.hosts));
    expect(coverage(FLEETS, 0, () => pooled(fleet(regime, random)))).toBeLessThan(0.75);
  },
);

test('one host that is measured for long says nothing of others: its own interval covers their mean far too seldom', () => {
  const random = createRandom(deriveSeed(SEED, 'one'));
  const share = coverage(500, 0, () => {
    const [launches = []] = fleet({ hosts: 1, hostSd: 1 }, random);
    return launchInterval(launches, { resamples: 200, random });
  });
  expect(share).toBeLessThan(0.6);
});
