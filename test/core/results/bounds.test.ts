import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { assemble } from '../../../core/results/assemble.ts';
import { runLines } from '../../../core/results/journal.ts';
import { parseResult } from '../../../core/results/read-result.ts';
import { resultSchema } from '../../../core/results/schema.ts';
import { suites } from '../../../suites/index.ts';
import { bootRow } from '../../suites/boot/present/example.ts';
import { ended, level, levelsOf, loadProfileEntry, step } from '../../suites/consolidation/example.ts';
import { begin, step as densityStep, journal, name } from '../../suites/density/example.ts';
import { header, suiteEntries } from './example.ts';

const HUGE = 1.79e308;
const consolidationEntries = [
  loadProfileEntry(),
  ...levelsOf('native', { 1: 10, 2: 10 }),
  ended('native', 'machines', 2),
];
const ownMethodEntries = [
  ...suiteEntries('consolidation', consolidationEntries),
  ...suiteEntries('density', journal),
];
const assembled = assemble([header(), ...ownMethodEntries], suites);
const RESULT = { ...assembled, details: { ...assembled.details, boot: [{ ...bootRow('kvm', 100) }] } };
const isTaken = (result: unknown) => {
  try {
    parseResult(result, suites);
    return true;
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    return false;
  }
};

/** Whether a result is taken in which one figure is another. */
function takes(path: string, value: number): boolean {
  const keys = path.split('.');
  const copy = structuredClone(RESULT);
  let at = copy as unknown as Record<string, unknown>;
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
  expect(at[keys.at(-1) as string], path).toBeTypeOf('number');
  at[keys.at(-1) as string] = value;
  return isTaken(copy);
}

describe('a result', () => {
  it.each([
    ['details.boot.0.milestonesMs.ready.estimate', HUGE, 0],
    ['details.boot.0.milestonesMs.ready.high', HUGE, -1],
    ['details.boot.0.samples.0.milestonesMs.ready', HUGE, -1],
    ['details.boot.0.cpuMs.estimate', HUGE, 1e-300],
    ['details.boot.0.peakResidentBytes', HUGE, -1],
    ['details.density.0.steps.0.machines', HUGE, 0],
    ['details.density.0.steps.0.answerMs', HUGE, -1],
    ['details.density.0.steps.0.usedBytes', HUGE, -HUGE],
    ['details.density.0.terms.ceilingBytes', HUGE, 0],
    ['details.consolidation.0.mix.tasks.0.ns', HUGE, 1e-300],
    ['details.consolidation.0.mix.ceilingMs', HUGE, 0],
    ['details.consolidation.0.steps.0.levels.0.turnsPerSecond.median', HUGE, -1],
    ['details.consolidation.0.steps.0.levels.0.latencyMs.p95', HUGE, -1],
    ['details.consolidation.0.steps.0.storm.lastMs', HUGE, -1],
    ['details.consolidation.0.steps.0.memory.pssBytes', HUGE, -1],
  ])('whose %s cannot be is refused', (path, most, least) => {
    expect(takes(path, 1)).toBe(true);
    expect([takes(path, most), takes(path, least)]).toEqual([false, false]);
  });

  it.each([
    ['claims', 25_001],
    ['hypervisors', 257],
    ['measurements', 25_001],
    ['rows', 50_001],
    ['failures', 100_001],
  ] as const)('with more %s than any run makes is refused in a line', (list, length) => {
    const parsed = resultSchema.safeParse({
      ...RESULT,
      [list]: Array.from({ length }, () => RESULT[list][0]),
    });
    expect(parsed.error?.issues.map(({ path, code }) => [path.join('.'), code])).toContainEqual([
      list,
      'too_big',
    ]);
  });

  it.each(['boot', 'consolidation', 'density'])(
    'with more details of %s than any run makes is refused',
    (name) => {
      const [detail] = RESULT.details[name as 'boot'];
      const details = { ...RESULT.details, [name]: Array.from({ length: 1001 }, () => detail) };
      expect(isTaken({ ...RESULT, details })).toBe(false);
    },
  );

  it('with details of a suite that is not there keeps them as they are', () => {
    const details = { ...RESULT.details, teapot: [{ cups: 8 }] };
    expect(parseResult({ ...RESULT, details }, suites).details.teapot).toEqual([{ cups: 8 }]);
  });

  it.each(['../../etc/x', 'a/b', '', '__proto__x', 'A', 'x'.repeat(33)])(
    'with details of a suite called %j is refused: reports name files after it',
    (name) => {
      expect(isTaken({ ...RESULT, details: { ...RESULT.details, [name]: [] } })).toBe(false);
    },
  );

  it.each([1e308, -1e308, -1])('that took %d seconds is refused', (elapsedSeconds) => {
    expect(resultSchema.safeParse({ ...RESULT, stopped: { reason: 'budget', elapsedSeconds } }).success).toBe(
      false,
    );
  });

  it('whose configuration is nested without end is refused', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const takes = (config: unknown) => resultSchema.safeParse({ ...RESULT, config }).success;
    expect([takes({ deep }), takes({ rows: [{ gate: [1] }] })]).toEqual([false, true]);
  });

  it('may hold a host that uses less than before', () => {
    expect(takes('details.density.0.steps.0.usedBytes', -(2 ** 30))).toBe(true);
  });
});

describe('an entry of the journal', () => {
  const { schema } = runLines(suites);

  it.each([
    ['a level without machines', level({ guests: [] })],
    ['a machine without windows', level({ guests: [{ ...level().guests[0], turns: [] } as never] })],
    ['machines that never started', step({ startMs: [] })],
    ['memory of no machine', step({ pssBytes: [] })],
    ['a storm without end', step({ stormMs: HUGE })],
    ['a step of no machine', { type: 'density-step', ...name('kvm'), ...densityStep(0, 1) }],
    ['nothing to stay below', { ...begin('kvm'), ceilingBytes: 0 }],
  ])('of %s is refused', (_, entry) => {
    expect(schema.safeParse(entry).success).toBe(false);
  });
});
