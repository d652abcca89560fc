/** Where everything is put together: the suites, the hypervisors and the reports that there are, and those of plugins. */

import { reports } from '../reports/index.ts';
import { suites } from '../suites/index.ts';
import type { Config } from './config/config.ts';
import type { Plugin } from './config/plugin.ts';
import { UnmakeableError, UserError } from './errors.ts';
import { placeUnits } from './guest/layout.ts';
import { localHost } from './host/local.ts';
import { guarded } from './hypervisors/guarded.ts';
import { withMachines } from './hypervisors/machines.ts';
import { hypervisors } from './hypervisors/registry.ts';
import { withVariants } from './hypervisors/variant.ts';
import { CLAIMS } from './judge/claims/claims.ts';
import { judgeClaims } from './judge/claims/judge.ts';
import { ownClaims } from './judge/claims/own.ts';
import { withPredictions } from './judge/predict/claim.ts';
import { readCounted } from './library/counted.ts';
import { guardedSuite } from './measure/guarded.ts';
import type { MeasuredSuite } from './measure/method.ts';
import type { Every } from './model/every.ts';
import type { Report } from './model/report.ts';
import type { Result } from './results/schema.ts';
import type { RunOptions, RunOutcome } from './run/options.ts';
import type { Parts } from './run/parts.ts';
import { namesIn } from './run/selection.ts';

/**
 * Everything that there is with these plugins. Throws UserError if one of them brings what is there already: names are how
 * people ask for things, and how results tell them apart. The same for a variant that a driver cannot make, and for a
 * machine by SSH without an address.
 */
export function partsOf({
  plugins = [],
  variants = {},
  sshMachines,
  reference,
  exits,
}: Pick<Config, 'plugins' | 'variants' | 'sshMachines' | 'reference' | 'exits'> = {}): Parts {
  const taken = new Names();
  for (const { id } of hypervisors) taken.claim('hypervisor', id, null);
  for (const suite of suites) claimSuite(taken, suite, null);
  for (const { name } of reports) taken.claim('report', name, null);
  // Objects of the runtimes are called like this.
  taken.claim('suite', 'runtime', null);
  for (const plugin of plugins) {
    taken.claim('plugin', plugin.name, plugin);
    for (const { id } of plugin.hypervisors ?? []) taken.claim('hypervisor', id, plugin);
    for (const suite of plugin.suites ?? []) claimSuite(taken, suite, plugin);
    for (const { name } of plugin.reports ?? []) taken.claim('report', name, plugin);
  }
  const all = <Part>(partsIn: (plugin: Plugin) => readonly Part[]) => plugins.flatMap(partsIn);
  const everySuite = [
    ...suites,
    ...all(({ name, suites = [] }) => suites.map((suite) => guardedSuite(suite, name))),
  ];
  const predict = predictionsBy(exits, everySuite);
  return {
    host: localHost,
    suites: everySuite,
    hypervisors: withMachines(
      withVariants(
        [
          ...hypervisors,
          ...all(({ name, hypervisors = [] }) => hypervisors.map((driver) => guarded(driver, name))),
        ],
        variants,
      ),
      sshMachines,
      reference,
    ),
    variants,
    reports: [
      ...reports,
      ...all(({ name, reports = [] }) => reports.map((report) => guardedReport(report, name))),
    ],
    plugins: plugins.map(({ name, version }) => ({ name, ...(version !== undefined && { version }) })),
    judge: (result) => {
      const { negligible } = result.plan;
      const claims = judgeClaims({ ...result, negligible }, [...CLAIMS, ...ownClaims(result.config)]);
      return [...predict({ ...result, claims })];
    },
    predict,
  };
}

/** Reads the result in which exits were counted when it is first asked for: few commands judge claims. */
function predictionsBy(path: string | undefined, suites: readonly MeasuredSuite[]): Parts['predict'] {
  let counted: Result | undefined;
  return (result) => {
    if (path === undefined) return result.claims;
    counted ??= readCounted(path, suites);
    return withPredictions(result.claims, result, counted);
  };
}

/** A run (core/run/run.ts) with these parts. Throws what that throws. */
export async function bench(config: Config, options: RunOptions, parts: Parts): Promise<RunOutcome> {
  // Not with all the rest: commands that only report load no engine, and few files are open at once.
  const { run } = await import('./run/run.ts');
  // What cannot be read is told before anything is measured for it.
  if (config.exits !== undefined) readCounted(config.exits, parts.suites);
  return await run(config, options, parts);
}

/** Who has which name, of all that is named on the command line. */
class Names {
  readonly #owners = new Map<string, string>();

  /** Throws UserError if somebody has it; null is hvbench itself. */
  claim(kind: string, name: string, plugin: Plugin | null): void {
    const key = `${kind} ${name}`;
    const owner = this.#owners.get(key);
    if (owner !== undefined)
      throw new UserError(`plugin ${plugin?.name}: ${owner} has a ${kind} ${name} already: choose another`);
    this.#owners.set(key, plugin ? `plugin ${plugin.name}` : 'hvbench');
  }
}

function claimSuite(taken: Names, suite: MeasuredSuite, plugin: Plugin | null): void {
  taken.claim('suite', suite.name, plugin);
  for (const name of namesIn(suite)) taken.claim('workload', name, plugin);
  if (placeUnits([suite]).length > 0) taken.claim('slot', String(suite.slot), plugin);
}

/** A report of somebody else's that fails costs itself alone. */
function guardedReport(report: Report, plugin: string): Every<Report> {
  return {
    name: report.name,
    async write(result, dir, known) {
      try {
        return await report.write(result, dir, known);
      } catch (error) {
        const { message, syscall } = error as NodeJS.ErrnoException;
        // A file that cannot be written is told like every other.
        if (syscall !== undefined) throw error;
        throw new UnmakeableError(`plugin ${plugin}: report ${report.name}: ${message}`);
      }
    },
  };
}
