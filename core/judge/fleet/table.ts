/** The figures of a fleet's hosts, class by class, as they are read: of each result only these stay in memory. */
import { type HostClass, hostClassOf } from '../../results/host-class.ts';
import type { Result } from '../../results/schema.ts';
import { factsOf } from '../compare/hosts.ts';
import { metricRowName, type NamedRow } from '../compare/match-metrics.ts';
import { type HostFigure, type HostRow, hostRows } from './host-rows.ts';

export interface HostReading
  extends Pick<HostFigure, 'log' | 'low' | 'high' | 'error' | 'identity' | 'quiet' | 'otherCpu'> {
  /** Its place in the fleet. */
  readonly host: number;
}

export interface FigureTable extends Pick<HostFigure, 'metric' | 'title' | 'unit' | 'better'> {
  readonly readings: HostReading[];
}

export interface RowTable extends NamedRow {
  readonly workloads: number | null;
  readonly figures: Map<string, FigureTable>;
  /** Hosts that measured it. */
  readonly measured: Set<number>;
  /** Hosts that were asked for it and have none, and why. */
  readonly absent: Map<number, { readonly failed: boolean; readonly reason: string }>;
}

export interface ClassTable {
  readonly hostClass: HostClass;
  readonly hosts: number[];
  readonly rows: Map<string, RowTable>;
  /** How many hosts say what, of each fact. */
  readonly facts: Map<string, Map<string, number>>;
  /** By suite and ISA: how many hosts have figures of workloads, but no control beside them. */
  readonly withoutControl: Map<string, Pick<RowTable, 'suite' | 'target'> & { hosts: number }>;
}

/** Characters of names and reasons that a fleet keeps: a thousand hosts of a class of its own each bring a fifth of it. */
const MOST_CHARACTERS = 256e6;
const LONGEST_REASON = 300;

export class FleetTable {
  readonly #classes = new Map<string, ClassTable>();
  /** Every identity once: of a thousand hosts nearly all are equal. */
  readonly #identities = new Map<string, string>();
  readonly #most: number;
  #characters = 0;

  /** `most`: characters of names and reasons to keep. */
  constructor(most = MOST_CHARACTERS) {
    this.#most = most;
  }

  /** The class with the most hosts first. */
  classes(): ClassTable[] {
    return [...this.#classes.values()].sort(
      (a, b) => b.hosts.length - a.hosts.length || (a.hostClass.id < b.hostClass.id ? -1 : 1),
    );
  }

  /** Takes what the host of that place says; gives why it cannot, and then has taken nothing of it. */
  add(host: number, result: Result): { why: 'unreadable' | 'too-many-rows'; reason: string } | null {
    const rows = hostRows(result);
    const facts = new Map(factsOf(result));
    const hostClass = hostClassOf(result.host);
    const twice = firstTwice(rows);
    if (twice)
      return {
        why: 'unreadable',
        reason: `its result has a row twice: ${metricRowName(twice).slice(0, LONGEST_REASON)}`,
      };
    const own = this.#classes.get(hostClass.id) ?? emptyClass(hostClass);
    const characters = this.#newCharacters(own, rows, facts);
    if (this.#characters + characters > this.#most)
      return {
        why: 'too-many-rows',
        reason: 'it has too many rows that no other host has: they would not fit into memory',
      };
    this.#characters += characters;
    this.#classes.set(hostClass.id, own);
    own.hosts.push(host);
    for (const [what, value] of facts) {
      const values = own.facts.get(what) ?? new Map<string, number>();
      own.facts.set(what, values.set(value, (values.get(value) ?? 0) + 1));
    }
    const unwatched = new Set<string>();
    for (const row of rows) {
      this.#addRow(own, host, row);
      if (row.workloads !== null && row.figures.some(({ quiet }) => quiet === 'unknown'))
        unwatched.add(row.key);
    }
    countWithoutControl(own, rows, unwatched);
    return null;
  }

  #addRow({ rows }: ClassTable, host: number, row: HostRow): void {
    const { key, suite, target, dimensions, workloads, status, error = '' } = row;
    const table: RowTable = rows.get(key) ?? {
      ...{ suite, target, dimensions, workloads, figures: new Map() },
      ...{ measured: new Set(), absent: new Map() },
    };
    rows.set(key, table);
    if (status !== 'ok') {
      const reason = error.slice(0, LONGEST_REASON) || status;
      table.absent.set(host, { failed: status === 'failed', reason });
      return;
    }
    table.measured.add(host);
    for (const figure of row.figures) {
      const { metric, title, unit, better, log, low, high, error: own, quiet, otherCpu } = figure;
      const known: FigureTable = table.figures.get(metric) ?? { metric, title, unit, better, readings: [] };
      table.figures.set(metric, known);
      const identity = this.#once(figure.identity);
      known.readings.push({ host, identity, log, low, high, error: own, quiet, otherCpu });
    }
  }

  #once(identity: string): string {
    const known = this.#identities.get(identity) ?? identity;
    this.#identities.set(identity, known);
    return known;
  }

  /** How much longer the names and reasons would become. */
  #newCharacters(
    { rows: known, facts: knownFacts }: ClassTable,
    rows: readonly HostRow[],
    facts: ReadonlyMap<string, string>,
  ): number {
    let characters = 0;
    for (const { key, status, error = '', figures } of rows) {
      const table = known.get(key);
      if (!table) characters += 2 * key.length;
      if (status !== 'ok') characters += Math.min(error.length, LONGEST_REASON);
      for (const { metric, title, identity, otherCpu } of figures) {
        if (!table?.figures.has(metric)) characters += metric.length + title.length;
        if (!this.#identities.has(identity)) characters += identity.length;
        characters += otherCpu?.length ?? 0;
      }
    }
    for (const [what, value] of facts)
      if (!knownFacts.get(what)?.has(value)) characters += what.length + value.length;
    return characters;
  }
}

/** A host gives one number for each figure. */
function firstTwice(rows: readonly HostRow[]): HostRow | undefined {
  const seen = new Set<string>();
  return rows.find(({ key }) => seen.size === seen.add(key).size);
}

function emptyClass(hostClass: HostClass): ClassTable {
  return { hostClass, hosts: [], rows: new Map(), facts: new Map(), withoutControl: new Map() };
}

/** Each suite and ISA once for a host, however many of its hypervisors lack a control. */
function countWithoutControl(
  { withoutControl }: ClassTable,
  rows: readonly HostRow[],
  unwatched: ReadonlySet<string>,
): void {
  const scopes = new Map(
    rows.filter(({ key }) => unwatched.has(key)).map((row) => [`${row.target.isa} ${row.suite}`, row]),
  );
  for (const [scope, { suite, target }] of scopes) {
    const known = withoutControl.get(scope) ?? { suite, target, hosts: 0 };
    known.hosts++;
    withoutControl.set(scope, known);
  }
}
