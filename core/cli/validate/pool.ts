/** The pool of a validation: real runs under every condition, each in a folder of its own. */

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import type { Profile } from '../../config/profiles.ts';
import { UserError } from '../../errors.ts';
import { reasonOf, writeOrSay } from '../../files.ts';
import type { CpuChoice } from '../../host/affinity.ts';
import { isReference } from '../../model/role.ts';
import { bench, partsOf } from '../../parts.ts';
import { readResult } from '../../results/folder.ts';
import type { Result } from '../../results/schema.ts';
import type { RunEvent } from '../../run/options.ts';
import { createRandom, deriveSeed, shuffle } from '../../stats/index.ts';
import { type Condition, conditions, QUOTA_SHARE } from '../../validate/conditions.ts';
import { neighbour, quota, type Undo } from '../../validate/disturb.ts';
import { slowed } from '../../validate/slow.ts';
import { LaunchTimes } from './launch-times.ts';

/** A run: its condition, its result, and what a launch took, as {@link costOf} reads it. */
export interface PoolRun {
  readonly condition: Condition;
  readonly result: Result;
  readonly seconds: Readonly<Record<string, number>>;
}

export interface PoolOptions {
  readonly folder: string;
  /** Divides the number of runs of each condition: 1 for a whole validation. */
  readonly fewer: number;
  readonly launches: number;
  readonly seed: number;
  readonly config: Config;
  readonly cpus: CpuChoice;
  readonly listen: (event: RunEvent) => void;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

const secondsSchema = z.record(z.string(), z.number());

/**
 * Measures every run that the folder does not hold yet, in random order, so that the hour of the day is no
 * condition's alone; a validation that was interrupted goes on. Throws UserError.
 */
export async function measurePool(options: PoolOptions): Promise<PoolRun[]> {
  const { folder, fewer, seed, cpus, signal, say } = options;
  const { suites } = partsOf();
  const runs = conditions.flatMap((condition) =>
    Array.from(
      { length: Math.max(condition.id === 'clean' ? 3 : 1, Math.round(condition.runs / fewer)) },
      (_, number) => ({
        condition,
        path: join(folder, `${condition.id}-${number + 1}`),
      }),
    ),
  );
  const pool: PoolRun[] = [];
  const order = shuffle(runs, createRandom(deriveSeed(seed, 'pool')));
  for (const [index, { condition, path }] of order.entries()) {
    if (!existsSync(join(path, 'seconds.json'))) {
      say(`${index + 1} of ${order.length}: ${condition.title}`);
      const done = await measure(condition, path, deriveSeed(seed, path), options).catch((error: Error) => {
        if (condition.disturbance !== 'quota' || error instanceof UserError) throw error;
        say(`left out: ${condition.title}: ${error.message}`);
        return false;
      });
      if (signal.aborted) throw new UserError('interrupted; repeat the command to continue');
      if (!done) continue;
    }
    const result = readResult(path, suites);
    if (!result) throw new UserError(`${path} holds no result: remove the folder, and measure it again`);
    const { benchCpu } = result.plan;
    if (benchCpu !== cpus.benchCpu)
      throw new UserError(
        `${path} was measured on CPU ${benchCpu}, not ${cpus.benchCpu}: continue with --cpu ${benchCpu}, or choose another --out`,
      );
    const seconds = secondsSchema.parse(JSON.parse(readFileSync(join(path, 'seconds.json'), 'utf8')));
    pool.push({ condition, result, seconds });
  }
  return pool;
}

async function measure(
  condition: Condition,
  path: string,
  seed: number,
  { config, cpus, launches, listen, signal }: PoolOptions,
): Promise<boolean> {
  try {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new UserError(`cannot write results to ${path}: ${reasonOf(error)}; choose another --out`);
  }
  const undo = await disturb(condition, cpus);
  try {
    const times = new LaunchTimes();
    const counts = { fullLaunches: launches, minLaunches: launches, maxLaunches: launches };
    const precision = { direct: Number.MIN_VALUE, translated: Number.MIN_VALUE };
    const profile: Partial<Profile> = { ...counts, precision, budgetSeconds: 3600 };
    const { slowdown } = condition;
    await bench(
      { ...config, seed: seed >>> 0, out: path },
      {
        profile,
        reports: [],
        workloadsOnly: true,
        hasCpu: true,
        signal,
        listen: (event) => {
          times.listen(event);
          listen(event);
        },
        ...(slowdown > 0 && {
          adapt: (driver) => (isReference(driver.id) ? driver : slowed(driver, slowdown, seed)),
        }),
      },
      partsOf(),
    );
    if (signal.aborted) return false;
    const seconds = join(path, 'seconds.json');
    writeOrSay(
      seconds,
      JSON.stringify(times.means()),
      seconds,
      'free up space, then repeat the command to continue',
    );
    return true;
  } finally {
    await undo();
  }
}

async function disturb({ disturbance }: Condition, { benchCpu, toolCpus }: CpuChoice): Promise<Undo> {
  if (disturbance === 'quota') return quota(QUOTA_SHARE);
  if (disturbance === 'neighbour-same-core') return neighbour(benchCpu);
  if (disturbance === 'neighbour-beside') return neighbour(toolCpus[0] ?? benchCpu);
  return async () => {};
}
