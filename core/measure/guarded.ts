/** A suite of somebody else's, whose errors say whose they are, and whose details and rows are what it says they are. */
import { z } from 'zod';
import { UnmakeableError, UserError } from '../errors.ts';
import type { Every } from '../model/every.ts';
import { checkRows } from '../model/row.ts';
import type { MeasuredSuite, Method } from './method.ts';

/**
 * The same suite; what it throws becomes a UserError. `plugin`: who is told to have thrown it. What cannot be presented is
 * a report that cannot be made.
 */
export function guardedSuite(suite: MeasuredSuite, plugin: string): MeasuredSuite {
  const { name, method, rows } = suite;
  const whose = `plugin ${plugin}: suite ${name}`;
  const told = (error: unknown, what: string) =>
    error instanceof UserError ? error : new UserError(`${whose}: ${what}: ${messageOf(error)}`);
  const telling = <T>(what: string, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw told(error, what);
    }
  };
  return {
    ...suite,
    ...(rows && { rows: (result) => telling('rows', () => [...checkRows(name, rows(result))]) }),
    ...(method && { method: guardedMethod(name, method, { telling, told }) }),
  };
}

interface Telling {
  telling<T>(what: string, work: () => T): T;
  told(error: unknown, what: string): UserError;
}

function guardedMethod(suite: string, method: Method, { telling, told }: Telling): Method {
  const { weight, entries, detail, formerList, present } = method;
  const parts: Every<Method> = {
    ...{ weight, entries, detail, formerList },
    async measure(context) {
      try {
        const record = (entry: unknown) => context.record(checkedEntry(method, entry));
        await method.measure({ ...context, record });
      } catch (error) {
        // Whoever has interrupted it knows why.
        if (context.signal.aborted) return;
        throw told(error, 'measure');
      }
    },
    summarize: (recorded, run) =>
      telling('summarize', () => z.array(detail).parse(method.summarize(recorded, run))),
    rows: (details, result) => telling('rows', () => [...checkRows(suite, method.rows(details, result))]),
    present:
      present &&
      ((details, result) => {
        try {
          return present.call(method, details, result);
        } catch (error) {
          throw new UnmakeableError(told(error, 'present').message);
        }
      }),
  };
  return parts;
}

/** What could not be read again must not get into a journal. Throws Error. */
function checkedEntry({ entries }: Method, entry: unknown): unknown {
  const { type } = Object(entry) as { readonly type?: unknown };
  const kind = typeof type === 'string' && Object.hasOwn(entries, type) ? entries[type] : undefined;
  if (!kind) throw new Error(`it records an entry of type ${String(type)}, which it does not know`);
  return kind.schema.parse(entry);
}

function messageOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return error instanceof Error ? error.message : String(error);
  const [issue] = error.issues;
  return [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
}
