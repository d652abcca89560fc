import { describe, expect, it } from 'vitest';
import { UnmakeableError, UserError } from '../../../core/errors.ts';
import { guardedSuite } from '../../../core/measure/guarded.ts';
import type { MeasuredSuite, Method, MethodContext } from '../../../core/measure/method.ts';
import { spawn } from '../../plugins/toy/spawn.ts';
import { fixtureResult } from '../../reports/fixture.ts';

const result = fixtureResult({ hostile: false });
const run = { ...result, failures: [] };

/** Of the toy, which has one. */
function methodOf({ method }: MeasuredSuite): Method {
  if (!method) throw new Error('it has no method');
  return method;
}

const guarded = (changed: Partial<Method>) =>
  methodOf(guardedSuite({ ...spawn, method: { ...methodOf(spawn), ...changed } }, 'toy'));
const throwing = () => {
  throw new TypeError('undefined is not a function');
};
const entry = (launch: number) => ({ type: 'spawned', command: 'true', launch, ns: [1e6, 2e6, 3e6] });

/** What it does in a run, and the entries that it leaves. */
async function measured(measure: Method['measure'], signal = new AbortController().signal) {
  const entries: unknown[] = [];
  const record = (one: unknown) => void entries.push(one);
  const context = { signal, record } as Partial<MethodContext> as MethodContext;
  const error = await guarded({ measure })
    .measure(context)
    .then(
      () => null,
      (thrown: unknown) => thrown,
    );
  return { entries, error };
}

describe('a suite of a plugin', () => {
  it('finds what it finds', () => {
    const own = methodOf(spawn);
    const entries = [entry(0), entry(1), entry(2)];
    const details = own.summarize(entries, run);
    expect(guarded({}).summarize(entries, run)).toEqual(details);
    expect(guarded({}).rows(details, result)).toEqual(own.rows(details, result));
    expect(own.rows(details, result)).toHaveLength(1);
    expect(guarded({}).present?.(details, result)).toHaveLength(1);
  });

  it('records what it said that it would', async () => {
    const { entries, error } = await measured(async ({ record }) => record(entry(0)));
    expect({ entries, error }).toEqual({ entries: [entry(0)], error: null });
  });

  it.each<[string, Method['measure'], string]>([
    ['throws', async () => throwing(), 'undefined is not a function'],
    [
      'records what it does not know',
      async ({ record }) => record({ type: 'toString' }),
      'it records an entry of type toString, which it does not know',
    ],
    [
      'records what its schema refuses',
      async ({ record }) => record({ ...entry(0), ns: ['1'] }),
      'ns.0: Invalid input: expected number, received string',
    ],
  ])('is told if it %s, and no entry is left', async (_, measure, message) => {
    const { entries, error } = await measured(measure);
    expect(entries).toEqual([]);
    expect(error).toEqual(new UserError(`plugin toy: suite spawn: measure: ${message}`));
  });

  it('says what it has to say itself', async () => {
    const own = new UserError('there is no /bin/true');
    expect(
      (
        await measured(async () => {
          throw own;
        })
      ).error,
    ).toBe(own);
  });

  it('may end as it likes if the run is interrupted', async () => {
    expect(await measured(async () => throwing(), AbortSignal.abort())).toEqual({ entries: [], error: null });
  });

  it('is told if its details, its rows or its sections are none', () => {
    const wrong = guarded({
      summarize: () => [{ command: 1 }],
      rows: () => [{ suite: 'spawn' } as never],
      present: throwing,
    });
    expect(() => wrong.summarize([], run)).toThrow(/^plugin toy: suite spawn: summarize: 0\.command: /);
    expect(() => wrong.rows([], result)).toThrow(
      /^plugin toy: suite spawn: rows: the suite spawn gives a row that is none: 0\.target: /,
    );
    expect(() => wrong.present?.([], result)).toThrow(
      new UnmakeableError('plugin toy: suite spawn: present: undefined is not a function'),
    );
  });

  it('may have rows without a method', () => {
    const { method: _, ...rest } = spawn;
    expect(() => guardedSuite({ ...rest, rows: throwing }, 'toy').rows?.(result)).toThrow(
      'plugin toy: suite spawn: rows: undefined is not a function',
    );
  });
});
