/** From a result to its summary and its rows. */
import { groupBy } from '../../core/group-by.ts';
import { isReference } from '../../core/model/role.ts';
import { clip } from '../../core/present/format.ts';
import { footingOf } from '../../core/results/footing.ts';
import { elsewhereOf, hostClassOf } from '../../core/results/host-class.ts';
import { publicationOfResult } from '../../core/results/publication.ts';
import type {
  ClaimResult,
  HypervisorInfo,
  Interval,
  Measurement,
  Result,
} from '../../core/results/schema.ts';
import { busyLine } from '../verdicts.ts';
import { shortDigest } from './names.ts';
import {
  type Digest,
  type DigestRow,
  type Elsewhere,
  type Judged,
  LONGEST,
  type Mean,
  MOST,
  type Summary,
} from './summary.ts';

const short = (text: string) => clip(text, LONGEST);
/** Six digits say more than any interval. */
const rounded = (value: number) => Number(value.toPrecision(6));
const interval = ({ estimate, low, high }: Interval): Interval => ({
  estimate: rounded(estimate),
  low: rounded(low),
  high: rounded(high),
});

/** `result` has to be plain already (core/present/format.ts); `digest` is that of the copy that the site has of it. */
export function digestOf(result: Result, { id, digest }: Pick<Summary, 'id' | 'digest'>): Digest {
  const { host, tool, startedAt, profile, seed } = result;
  const { id: classId, facts } = hostClassOf(host);
  // Workloads of older results, and of every suite its rows.
  const found = [
    ...result.measurements.filter(({ status }) => status === 'ok'),
    ...result.rows.flatMap(({ status, suite, target }) =>
      status === 'ok' ? [{ suite, hypervisor: target.hypervisor }] : [],
    ),
  ];
  const places = placesOf(result.hypervisors);
  const measured = new Set(found.map(({ hypervisor }) => hypervisor));
  const hypervisors = result.hypervisors
    .filter((one) => measured.has(one.id) && !isReference(one.id))
    .map((one) => ({
      id: short(one.id),
      title: short(one.title),
      mode: one.mode,
      technique: one.technique,
      version: one.version === null ? null : short(one.version),
      ...places.get(one.id),
    }));
  const measuredSuites = [...new Set(found.map(({ suite }) => suite))];
  const means = meansOf(result, places);
  const claims = result.claims.map((claim) => judged(claim, places));
  const rows = result.measurements.filter(({ status }) => status === 'ok').map(rowOf);
  const over = (list: readonly unknown[], most: number) => Math.max(0, list.length - most);
  const summary: Summary = {
    ...{ id, digest, version: short(tool.version), startedAt, profile: short(profile), seed },
    host: {
      classId,
      facts: facts.map(([name, value]) => [short(name), short(value)]),
      cpu: short(host.cpu.model),
      system: short(`${host.os}, kernel ${host.kernel}`),
      footing: footingOf(host),
      under: host.outerHypervisor && short(host.outerHypervisor.hypervisor),
    },
    conditions: conditionsOf(result).map(short),
    publication: shortened(publicationOfResult(result)),
    hypervisors: hypervisors.slice(0, MOST.hypervisors),
    suites: measuredSuites.slice(0, MOST.suites).map(short),
    means: means.slice(0, MOST.means),
    claims: claims.slice(0, MOST.claims),
    leftOut:
      over(hypervisors, MOST.hypervisors) +
      over(measuredSuites, MOST.suites) +
      over(means, MOST.means) +
      over(claims, MOST.claims) +
      over(rows, MOST.rows),
  };
  return { summary, rows: rows.slice(0, MOST.rows) };
}

/** What makes results of one kind of computer differ. */
function conditionsOf(result: Result): string[] {
  const { cpuQuota, outerHypervisor } = result.host;
  const container = outerHypervisor?.evidence.find((one) => one.startsWith('container: '));
  return [
    ...(cpuQuota === null ? [] : [`quota of ${cpuQuota.toFixed(2)} CPUs`]),
    ...(container === undefined ? [] : [`in a ${container.replace(': ', ' of ').replace(/ \(.*/, '')}`]),
    ...(busyLine(result) === null ? [] : ['too busy for some verdicts']),
  ];
}

function shortened(publication: ReturnType<typeof publicationOfResult>): Summary['publication'] {
  return publication && { restriction: short(publication.restriction), source: short(publication.source) };
}

type Places = ReadonlyMap<string, { readonly elsewhere: Elsewhere }>;

/** Of the machines that other computers have part in. */
function placesOf(hypervisors: readonly HypervisorInfo[]): Places {
  return new Map(
    hypervisors.flatMap(({ id }) => {
      const words = elsewhereOf(hypervisors, id);
      if (words === undefined) return [];
      return [[id, { elsewhere: { id: shortDigest([words], 8), words: short(words) } }] as const];
    }),
  );
}

const keyOf = ({ suite, isa, hypervisor }: Pick<Measurement, 'suite' | 'isa' | 'hypervisor'>) =>
  JSON.stringify([suite, isa, hypervisor]);

function meansOf({ suites, measurements, hypervisors }: Result, places: Places): Mean[] {
  const variants = new Map(hypervisors.map(({ id, variant }) => [id, variant]));
  const rowsOf = groupBy(
    measurements.filter(({ overhead }) => overhead),
    keyOf,
  );
  return suites.flatMap((mean): Mean[] => {
    if (!mean.overhead) return [];
    const { suite, isa, hypervisor, overhead, cpuOverhead, workloads } = mean;
    const code = (rowsOf.get(keyOf(mean)) ?? [])
      .map(({ workload, digest, argument }) => `${workload} ${digest} ${argument}`)
      .sort();
    // Anybody may call anything so.
    const variant = variants.get(hypervisor);
    if (variant) code.push(JSON.stringify(variant));
    return [
      {
        ...{ suite: short(suite), isa, hypervisor: short(hypervisor), workloads },
        ...places.get(hypervisor),
        overhead: interval(overhead),
        cpuOverhead: cpuOverhead && interval(cpuOverhead),
        code: shortDigest(code, 8),
      },
    ];
  });
}

function judged(claim: ClaimResult, places: Places): Judged {
  const { id, statement, source, about, band, hypervisor, scope, verdict, estimate, low, high } = claim;
  return {
    key: shortDigest([id, statement, source]),
    ...{ id: short(id), statement: short(statement), source: short(source) },
    year: about?.year ?? 0,
    figure: about?.figure ?? 'cpu-time',
    basis: about?.basis ?? null,
    recalled: about?.recalled ?? false,
    ...{ band, hypervisor: short(hypervisor), scope: short(scope), verdict, estimate, low, high },
    ...places.get(hypervisor),
  };
}

function rowOf(m: Measurement): DigestRow {
  const ends = (of: Interval | null): [number | null, number | null, number | null] =>
    of ? [rounded(of.estimate), rounded(of.low), rounded(of.high)] : [null, null, null];
  return [
    ...([short(m.suite), short(m.workload), m.isa, short(m.hypervisor)] as const),
    ...([m.digest.slice(0, 12), m.argument] as const),
    ...ends(m.overhead),
    ...ends(m.cpuOverhead),
    ...ends(m.nsPerIteration),
  ];
}
