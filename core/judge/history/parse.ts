/** The text of a history file: a header, then a line for each result. */
import type { z } from 'zod';
import { firstIssue, firstLine } from '../../errors.ts';
import type { HostClass } from '../../results/host-class.ts';
import { entrySchema, HISTORY_SCHEMA, type HistoryEntry, headerSchema, keyOf } from './entry.ts';

export interface History {
  readonly hostClass: HostClass;
  /** By the time at which they were begun; none twice. */
  readonly entries: readonly HistoryEntry[];
}

/**
 * The results in a history file; null where not even its header is whole. A last line without an end, left by
 * a writer that was killed, does not count. Two writers may both have begun the file, or added the same
 * result, and version control may have joined two files: repeated lines count once. Throws Error on other damage.
 */
export function parseHistory(content: string): History | null {
  const lines = content.split('\n').slice(0, -1);
  const entries = new Map<string, HistoryEntry>();
  let hostClass: HostClass | null = null;
  lines.forEach((line, index) => {
    const value = parseLine(line, index);
    if (hostClass === null || isHeader(value)) {
      const header = check(headerSchema, checkSchema(value), index);
      if (hostClass && header.hostClass.id !== hostClass.id) {
        throw new Error(`line ${index + 1} begins another host class, ${header.hostClass.id}`);
      }
      hostClass ??= header.hostClass;
    } else {
      const entry = check(entrySchema, value, index);
      if (!entries.has(keyOf(entry))) entries.set(keyOf(entry), entry);
    }
  });
  const sorted = [...entries.values()].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  return hostClass && { hostClass, entries: sorted };
}

function parseLine(line: string, index: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`line ${index + 1} is not JSON`);
  }
}

function isHeader(value: unknown): boolean {
  return (value as { type?: unknown } | null)?.type === 'header';
}

/** A file of another program, or of another hvbench, is told apart from a damaged one. */
function checkSchema(value: unknown): unknown {
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (schema === HISTORY_SCHEMA) return value;
  const found = typeof schema === 'string' ? `is of schema ${firstLine(schema, 100)}` : 'has no schema';
  throw new Error(`it ${found}, not ${HISTORY_SCHEMA}`);
}

function check<T>(schema: z.ZodType<T>, value: unknown, index: number): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { where, what } = firstIssue(parsed.error);
  throw new Error(`line ${index + 1} is damaged: ${where && `${where}: `}${what}`);
}
