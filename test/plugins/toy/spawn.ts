/** A suite with a method of its own: what starting a program takes, from asking for it to its end. */
import { spawn as start } from 'node:child_process';
import { once } from 'node:events';
import type { MeasuredSuite, Method, MethodContext, Row } from 'hvbench';
import { createRandom, deriveSeed, launchInterval, shuffle, toRatio } from 'hvbench/stats';
import { presentSpawns } from './present.ts';
import { detailSchema, entrySchema, ROUNDS, type SpawnDetail, type Spawned } from './schema.ts';

const COMMANDS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  true: ['/bin/true'],
  'sh -c': ['/bin/sh', '-c', ':'],
};
const LAUNCHES = 5;

async function measure({
  plan,
  seconds,
  recorded,
  record,
  listen,
  signal,
}: MethodContext<Spawned>): Promise<void> {
  const until = performance.now() + seconds * 1000;
  const done = new Set(recorded.map(({ command, launch }) => `${command} ${launch}`));
  for (let launch = 0; launch < LAUNCHES; launch++) {
    listen({ type: 'step', text: `spawn: launch ${launch + 1}` });
    for (const command of shuffle(
      Object.keys(COMMANDS),
      createRandom(deriveSeed(plan.seed, 'spawn', launch)),
    )) {
      if (done.has(`${command} ${launch}`)) continue;
      const ns: number[] = [];
      for (let round = 0; round < ROUNDS; round++) ns.push(await timeOne(command, plan.cpus.benchCpu));
      // Two launches are the fewest that have an interval.
      if (signal.aborted || (launch > 1 && performance.now() > until)) return;
      record({ type: 'spawned', command, launch, ns });
    }
  }
}

/** Nanoseconds by the host's clock. */
async function timeOne(command: string, cpu: number): Promise<number> {
  const began = process.hrtime.bigint();
  const child = start('taskset', ['-c', String(cpu), ...(COMMANDS[command] ?? [])], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return Number(process.hrtime.bigint() - began);
}

function summarize(entries: readonly Spawned[]): SpawnDetail[] {
  return Object.keys(COMMANDS).flatMap((command) => {
    const own = entries.filter((entry) => entry.command === command);
    return own.length > 0
      ? [{ command, launches: own.map(({ launch, ns }) => ({ launch, values: ns })) }]
      : [];
  });
}

/** One row for each command, with the values of each launch: compare judges by them. */
function rows(details: readonly SpawnDetail[], { seed, plan }: Parameters<Method['rows']>[1]): Row[] {
  return details.flatMap(({ command, launches }): Row[] => {
    const random = createRandom(deriveSeed(seed, 'spawn', command));
    // Times have a factor of noise, not a summand: their logarithms are compared.
    const logs = launches.map(({ values }) => values.map(Math.log));
    const interval = launchInterval(logs, { resamples: plan.resamples, random });
    if (!interval) return [];
    return [
      {
        suite: 'spawn',
        target: { hypervisor: 'native', isa: 'x86_64', machineType: null },
        dimensions: { command },
        status: 'ok',
        identity: { rounds: ROUNDS },
        metrics: {
          started: {
            title: 'started and ended',
            unit: 'ns',
            better: 'lower',
            value: toRatio(interval),
            minimumEffect: { fraction: 0.1, reason: 'what the page cache does to a program' },
            samples: launches,
          },
        },
      },
    ];
  });
}

const method: Method<Spawned, SpawnDetail> = {
  weight: 1,
  entries: { spawned: { schema: entrySchema, most: 1000 } },
  detail: detailSchema,
  measure,
  summarize,
  rows,
  present: presentSpawns,
};

export const spawn: MeasuredSuite = {
  name: 'spawn',
  title: 'What starting a program takes',
  workloads: [],
  method,
};
