/** The real A/Bs of a validation: one hypervisor against itself, and against itself slowed, each in a folder of its own. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import type { HypervisorName } from '../../config/names.ts';
import { UserError } from '../../errors.ts';
import { reasonOf, writeOrSay } from '../../files.ts';
import type { Ab } from '../../judge/ab/ab.ts';
import { ab } from '../../library/ab.ts';
import { partsOf } from '../../parts.ts';
import { readResult } from '../../results/folder.ts';
import { type Isa, isaSchema } from '../../results/schema.ts';
import type { RunEvent } from '../../run/options.ts';
import { createRandom, deriveSeed, shuffle } from '../../stats/index.ts';
import { type AbKind, type AbRun, CANDIDATE } from '../../validate/ab/pool.ts';
import { twinOf } from '../../validate/ab/twin.ts';
import { slowed } from '../../validate/slow.ts';
import { LaunchTimes } from './launch-times.ts';

/** A kind of A/B, and how it is measured. */
export interface MeasuredKind extends AbKind {
  readonly isa: Isa;
  readonly workloads: readonly string[];
}

export interface PlannedRun {
  readonly kind: MeasuredKind;
  /** Of the candidate, a fraction. */
  readonly slowdown: number;
  /** Among those of its kind and slow-down, from 1. */
  readonly number: number;
}

const outcomeSchema = z.object({
  seconds: z.record(z.string(), z.number()),
  elapsedSeconds: z.number(),
  figures: z.array(
    z.object({
      isa: isaSchema.nullable(),
      /** Null of the mean over a suite. */
      workload: z.string().nullable(),
      metric: z.string(),
      verdict: z.enum(['regressed', 'improved', 'same', 'undecided']),
      estimate: z.number(),
    }),
  ),
});

/** What an A/B said, and what its launches took. */
export type AbOutcome = z.infer<typeof outcomeSchema>;

export interface RealAb extends AbRun {
  readonly outcome: AbOutcome;
  readonly host: NonNullable<ReturnType<typeof readResult>>['host'];
  readonly tool: string;
}

export interface AbRunsOptions {
  readonly folder: string;
  readonly runs: readonly PlannedRun[];
  readonly budgetSeconds: number;
  /** A fraction. */
  readonly minEffect: number;
  readonly seed: number;
  readonly cpu: number | undefined;
  readonly wait: boolean;
  readonly listen: (event: RunEvent) => void;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Measures every run that the folder does not hold yet, in random order, so that the hour of the day is no kind's alone.
 * What was interrupted goes on when the command is repeated. Throws UserError.
 */
export async function measureAbs(options: AbRunsOptions): Promise<RealAb[]> {
  const { folder, runs, seed, say, signal } = options;
  const done: RealAb[] = [];
  const order = shuffle(runs, createRandom(deriveSeed(seed, 'ab runs')));
  for (const [index, run] of order.entries()) {
    const path = join(folder, nameOf(run));
    if (!existsSync(join(path, 'outcome.json'))) {
      say(`${index + 1} of ${order.length}: ${titleOf(run)}`);
      const left = await measure(run, path, options).then(
        () => null,
        (error: Error) => {
          if (signal.aborted) throw new UserError('interrupted; repeat the command to continue');
          if (error instanceof UserError) return error.message;
          throw error;
        },
      );
      if (left !== null) {
        say(`left out: ${titleOf(run)}: ${left}`);
        continue;
      }
    }
    done.push(readRun(run, path));
  }
  return done;
}

function nameOf({ kind: { hypervisor, suite }, slowdown, number }: PlannedRun): string {
  const what = slowdown === 0 ? 'same' : `slow-${Math.round(slowdown * 100)}`;
  return [hypervisor, suite, what, number].join('-');
}

function titleOf({ kind: { hypervisor, suite }, slowdown }: PlannedRun): string {
  const other = slowdown === 0 ? 'itself' : `itself slowed by ${Number((slowdown * 100).toFixed(1))} %`;
  return `${hypervisor} against ${other}, ${suite}`;
}

async function measure(run: PlannedRun, path: string, options: AbRunsOptions): Promise<void> {
  const { kind, slowdown } = run;
  const { cpu, budgetSeconds, minEffect, listen, signal, wait } = options;
  try {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new UserError(`cannot write results to ${path}: ${reasonOf(error)}; choose another --out`);
  }
  const seed = deriveSeed(options.seed, nameOf(run));
  const config: Config = {
    ...{ profile: 'standard', suites: [kind.suite], workloads: [...kind.workloads], isas: [kind.isa] },
    ...{ seed, out: path },
    ...(cpu !== undefined && { cpu }),
  };
  const parts = partsOf(config);
  const own = parts.hypervisors.find(({ id }) => id === kind.hypervisor);
  if (!own) throw new UserError(`unknown hypervisor '${kind.hypervisor}'`);
  const twin = twinOf(own, CANDIDATE);
  const hypervisors = [...parts.hypervisors, slowdown > 0 ? slowed(twin, slowdown, seed) : twin];
  const times = new LaunchTimes();
  const { ab: found } = await ab(
    config,
    {
      ...{ base: kind.hypervisor as HypervisorName, candidate: CANDIDATE as HypervisorName },
      ...{ budget: budgetSeconds, minEffect: minEffect * 100, reports: [], wait, signal },
      listen: (event) => {
        times.listen(event);
        listen(event);
      },
    },
    { ...parts, hypervisors },
  );
  const file = join(path, 'outcome.json');
  const text = JSON.stringify(outcomeOf(found, times.means()));
  writeOrSay(file, text, file, 'free up space, then repeat the command to continue');
}

function outcomeOf({ figures, elapsedSeconds }: Ab, seconds: AbOutcome['seconds']): AbOutcome {
  return {
    ...{ seconds, elapsedSeconds },
    figures: figures.map(({ isa, dimensions: { workload }, metric, verdict, change }) => ({
      ...{ isa, workload: typeof workload === 'string' ? workload : null, metric, verdict },
      estimate: change.estimate,
    })),
  };
}

function readRun({ kind, slowdown }: PlannedRun, path: string): RealAb {
  const outcome = outcomeSchema.parse(JSON.parse(readFileSync(join(path, 'outcome.json'), 'utf8')));
  const result = readResult(path, partsOf().suites);
  if (!result) throw new UserError(`${path} holds no result: remove the folder, and measure it again`);
  const { hypervisor, suite } = kind;
  const { host, tool, measurements } = result;
  return {
    ...{ hypervisor, suite, slowdown, result: { measurements }, seconds: outcome.seconds },
    ...{ outcome, host, tool: tool.version },
  };
}
