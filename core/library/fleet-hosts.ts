/** The hosts of a fleet, read one after the other: of each result only its figures stay in memory. */
import { createHash } from 'node:crypto';
import { lstatSync, realpathSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { firstLine, UserError } from '../errors.ts';
import { FleetTable } from '../judge/fleet/table.ts';
import type { FleetEntry, FleetState } from '../results/fleet/entry.ts';
import type { Fleet, FleetHost, HostReason } from '../results/fleet/schema.ts';
import { parseTextOf, RESULT } from '../results/folder.ts';
import { footingOf } from '../results/footing.ts';
import { hostClassOf } from '../results/host-class.ts';
import { type Publication, publicationOfResult } from '../results/publication.ts';
import { FORMER_SCHEMA, parseResult } from '../results/read-result.ts';
import { RESULT_SCHEMA, type Result } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';
import { othersResultText } from './others-result.ts';

export interface ReadHosts {
  readonly hosts: readonly FleetHost[];
  readonly table: FleetTable;
  readonly publication: Fleet['publication'];
}

export interface ReadOptions {
  /** Called after each host that has been read. */
  readonly progress?: ((read: number, of: number) => void) | undefined;
  /** Between two hosts. */
  readonly signal?: AbortSignal | undefined;
}

const LONGEST_REASON = 500;

/** Why a host is in no mean. */
class Refused extends Error {
  readonly why: HostReason;
  constructor(why: HostReason, reason: string) {
    super(firstLine(reason, LONGEST_REASON));
    this.why = why;
  }
}

const STATES: Readonly<Record<Exclude<FleetState, 'done'>, string>> = {
  failed: 'its run failed',
  running: 'its run has not ended yet',
  pending: 'its run has not begun yet',
  lost: 'its run is lost: nothing knows of it any more',
};

/** What was read of earlier hosts, by what tells that a host is the same one. */
type Seen = ReadonlyMap<string, string>;

/** `folder`: of the fleet. Throws what the signal says if it aborts. */
export async function readHosts(
  folder: string,
  entries: readonly FleetEntry[],
  { progress, signal }: ReadOptions,
  { suites }: Pick<Parts, 'suites'>,
): Promise<ReadHosts> {
  const table = new FleetTable();
  const hosts: FleetHost[] = [];
  const seen = new Map<string, string>();
  let publication: Publication | null = null;
  for (const [place, entry] of entries.entries()) {
    const { name, state } = entry;
    const host = { name, state, hostClass: null, startedAt: null, leftOut: null } satisfies FleetHost;
    let known: FleetHost = host;
    try {
      const text = textOf(folder, entry, seen);
      const result = parse(entry.file ?? '', text, suites);
      known = { ...host, hostClass: hostClassOf(result.host).id, startedAt: result.startedAt };
      if (footingOf(result.host) === 'emulated')
        throw new Refused('emulated', 'its CPU is emulated: its times are those of the emulator');
      const refusal = table.add(place, result);
      if (refusal) throw new Refused(refusal.why, refusal.reason);
      for (const sign of [signOf(entry), signOfContent(text)]) seen.set(sign, name);
      publication ??= publicationOfResult(result);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      known = { ...known, leftOut: { why: error.why, reason: error.message } };
    }
    hosts.push(known);
    progress?.(place + 1, entries.length);
    // A thousand results take half a minute: whoever waits can interrupt.
    await setImmediate();
    signal?.throwIfAborted();
  }
  return { hosts, table, publication };
}

/** The text of a host's result. Throws Refused if there is none, or it is one that was read already. */
function textOf(folder: string, entry: FleetEntry, seen: Seen): string {
  const { state, file, reason } = entry;
  if (state !== 'done') throw new Refused(state, [STATES[state], reason].filter(Boolean).join(': '));
  if (file === undefined)
    throw new Refused('no-result', ['its run left no result', reason].filter(Boolean).join(': '));
  refuseTwice(seen, signOf(entry), (first) => `it is the same host as ${first}, and a host counts once`);
  const text = unlinkedText(folder, file);
  refuseTwice(seen, signOfContent(text), (first) => `its result is a copy of that of ${first}`);
  return text;
}

const signOf = ({ name, host = name }: FleetEntry) => `host ${host}`;

/** Of a result its beginning tells enough: when it was begun, its seed, the first samples. */
const BEGINNING = 1 << 16;

function signOfContent(text: string): string {
  const digest = createHash('sha256').update(text.slice(0, BEGINNING)).digest('hex');
  return `content ${text.length} ${digest}`;
}

function refuseTwice(seen: Seen, sign: string, reason: (first: string) => string): void {
  const first = seen.get(sign);
  if (first !== undefined) throw new Refused('same-host', reason(first));
}

/** A file that another computer may have brought here: one that is a link, or lies behind one, leads elsewhere. */
function unlinkedText(folder: string, file: string): string {
  try {
    if (lstatSync(file).isSymbolicLink()) throw new UserError(`cannot read ${file}: it is a link`);
    const inside = relative(resolve(folder), dirname(resolve(file)));
    if (!inside.startsWith('..') && realpathSync(dirname(file)) !== resolve(realpathSync(folder), inside))
      throw new UserError(`cannot read ${file}: it lies behind a link`);
    return othersResultText(file, 'cannot be merged');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Refused('no-result', `its run left no ${RESULT}`);
    throw new Refused('unreadable', message);
  }
}

/** Throws Refused, whatever a file of somebody else's is that is no result. */
function parse(file: string, text: string, suites: Parts['suites']): Result {
  try {
    return parseTextOf(file, text, (content) => parseResult(content, suites));
  } catch (error) {
    const { message } = error as Error;
    const other = /"schema"\s*:\s*"(hvbench\/result@\d{1,6})"/.exec(text.slice(0, 1000))?.[1];
    if (other !== undefined && !READABLE.has(other))
      throw new Refused(
        'other-format',
        `its result has the format ${other}, which this version does not read`,
      );
    throw new Refused('unreadable', message);
  }
}

const READABLE: ReadonlySet<string> = new Set([RESULT_SCHEMA, FORMER_SCHEMA]);
