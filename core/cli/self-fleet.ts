/** What merging a fleet takes, by the number of hosts, whose results are varied from a real one: `hvbench self --fleet DIR`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Table from 'cli-table3';
import { roleOf } from '../model/role.ts';
import { packageRoot } from '../package.ts';
import { bytesText, count } from '../present/format.ts';
import type { FleetEntry } from '../results/fleet/entry.ts';
import { RESULT } from '../results/folder.ts';
import type { Interval, Measurement, Result } from '../results/schema.ts';
import { createRandom, type Random } from '../stats/index.ts';
import { type NodeCost, timeNode } from './self-node.ts';

const SIZES = [1, 10, 100, 1000];
const LIMIT_MS = 300_000;
/** Hosts differ by about as much, either way. */
const SPREAD = 0.02;

/** Of a process that does nothing else, with all reports written. */
export interface FleetCost extends NodeCost {
  readonly hosts: number;
  /** Of all results together. */
  readonly bytes: number;
}

/** Throws where merging fails. */
export async function fleetCosts(result: Result, sizes: readonly number[] = SIZES): Promise<FleetCost[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hvbench-self-'));
  try {
    const entries: FleetEntry[] = [];
    const costs: FleetCost[] = [];
    let bytes = 0;
    for (const hosts of [...sizes].sort((a, b) => a - b)) {
      while (entries.length < hosts) {
        const { entry, size } = writeHost(folder, entries.length, result);
        entries.push(entry);
        bytes += size;
      }
      costs.push({ hosts, bytes, ...(await timeCollect(folder, entries)) });
    }
    return costs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeHost(folder: string, place: number, result: Result): { entry: FleetEntry; size: number } {
  const name = `host-${place}`;
  const file = join(folder, 'hosts', name, RESULT);
  const text = `${JSON.stringify(varied(result, createRandom(place)), null, 1)}\n`;
  mkdirSync(join(folder, 'hosts', name), { recursive: true });
  writeFileSync(file, text);
  return { entry: { name, state: 'done', file }, size: Buffer.byteLength(text) };
}

/** Overheads of guests a little more or less than in the first one; the samples stay, which nothing reads. */
function varied(result: Result, random: Random): Result {
  const shift = (overhead: Interval | null): Interval | null => {
    if (!overhead) return null;
    const times = 1 + SPREAD * (2 * random.nextFloat() - 1);
    const of = (end: number) => (1 + end) * times - 1;
    return { estimate: of(overhead.estimate), low: of(overhead.low), high: of(overhead.high) };
  };
  const both = <T extends Pick<Measurement, 'hypervisor' | 'overhead' | 'cpuOverhead'>>(one: T): T =>
    roleOf(one.hypervisor) === 'guest'
      ? { ...one, overhead: shift(one.overhead), cpuOverhead: shift(one.cpuOverhead) }
      : one;
  return { ...result, measurements: result.measurements.map(both), suites: result.suites.map(both) };
}

/** In a process of its own, whose memory is that of nothing else. */
async function timeCollect(folder: string, entries: readonly FleetEntry[]): Promise<NodeCost> {
  const list = join(folder, 'entries.json');
  writeFileSync(list, JSON.stringify(entries));
  const library = pathToFileURL(join(packageRoot(), 'dist/core/index.js')).href;
  const script = `
    import { readFileSync } from 'node:fs';
    import { collectFleet } from ${JSON.stringify(library)};
    await collectFleet(${JSON.stringify(folder)}, JSON.parse(readFileSync(${JSON.stringify(list)}, 'utf8')));`;
  return await timeNode(['--input-type=module', '--eval', script], LIMIT_MS, 'merging a fleet');
}

export function renderFleetCosts(costs: readonly FleetCost[]): string {
  const table = new Table({
    head: ['merging a fleet of', 'results', 'seconds', 'ms a host', 'peak memory'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  table.push(
    ...costs.map(({ hosts, bytes, seconds, peakResidentBytes }) => [
      count(hosts, 'host'),
      bytesText(bytes),
      seconds.toFixed(1),
      ((seconds * 1000) / hosts).toFixed(1),
      peakResidentBytes === null ? 'not known' : bytesText(peakResidentBytes),
    ]),
  );
  return `${table.toString()}\n`;
}
