import { expect, it } from 'vitest';
import { z } from 'zod';
import { pickCpus } from '../../../core/host/affinity.ts';
import { localHost } from '../../../core/host/local.ts';
import type { MeasuredSuite, MethodContext } from '../../../core/measure/method.ts';
import type { JournalEntry } from '../../../core/results/journal.ts';
import { measurePlan } from '../../../core/run/measure-plan.ts';
import type { Plan } from '../../../core/run/plan.ts';
import { QUIET } from '../host/example.ts';

/** A suite that only says for how long it could have measured. */
function suite(name: string, weight: number, told: (seconds: number) => void): MeasuredSuite {
  const measure = async ({ seconds, planned, record }: MethodContext) => {
    expect(planned.suite).toBe(name);
    told(seconds);
    record({ type: 'over' });
  };
  const keeps = { entries: {}, detail: z.unknown(), summarize: () => [], rows: () => [] };
  return { name, title: name, slot: 0, folder: '.', workloads: [], method: { weight, measure, ...keeps } };
}

async function measure(weights: Readonly<Record<string, number>>, signal = new AbortController().signal) {
  const told: number[] = [];
  const entries: JournalEntry[] = [];
  const suites = Object.entries(weights).map(([name, weight]) =>
    suite(name, weight, (seconds) => told.push(seconds)),
  );
  const plan = {
    profile: { budgetSeconds: 60, maxLaunches: 1 },
    cpus: await pickCpus(localHost),
    experiments: [],
    ownMethodSuites: suites.map(({ name }) => ({ suite: name, testbeds: [] })),
  } as unknown as Plan;
  const append = (entry: JournalEntry) => void entries.push(entry);
  const given = { plan, record: QUIET, earlier: [], append, listen: () => {}, signal };
  await measurePlan(given, { suites, hypervisors: [], host: localHost });
  return {
    told: told.map(Math.round),
    types: entries.map((entry) =>
      entry.type === 'suite' ? `${entry.suite} ${entry.entry.type}` : entry.type,
    ),
  };
}

it('gives a suite that measures alone all the time there is', async () => {
  expect(await measure({ one: 2 })).toEqual({ told: [60], types: ['one over', 'end'] });
});

it('shares it by weight, and passes on what was not used', async () => {
  // None of them takes any.
  expect((await measure({ one: 1, two: 2, three: 3 })).told).toEqual([10, 24, 60]);
});

it('measures nothing once it was interrupted, and says so', async () => {
  expect(await measure({ one: 1, two: 1 }, AbortSignal.abort())).toEqual({ told: [], types: ['end'] });
});
