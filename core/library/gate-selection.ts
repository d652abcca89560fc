/** What a gate measures by itself. */
import type { Config } from '../config/config.ts';
import type { RowIdentity } from '../judge/compare/match.ts';
import type { BaselineClass } from '../judge/gate/baseline.ts';
import type { Parts } from '../run/parts.ts';

/** What to measure for a baseline: its rows, as far as this version still has them, or what the configuration names. */
export function selectionOf({ rows }: BaselineClass, config: Config, { suites, hypervisors }: Parts): Config {
  const named = (key: keyof RowIdentity, known: readonly string[]) => {
    const all = [...new Set(rows.map((row) => row[key]))].filter((name) => known.includes(name));
    return all.length > 0 ? all : undefined;
  };
  const workloads = suites.flatMap((suite) => suite.workloads.map(({ name }) => name));
  const selection = {
    suites:
      config.suites ??
      named(
        'suite',
        suites.map(({ name }) => name),
      ),
    workloads: config.workloads ?? named('workload', workloads),
    hypervisors:
      config.hypervisors ??
      named(
        'hypervisor',
        hypervisors.map(({ id }) => id),
      ),
    isas: config.isas ?? [...new Set(rows.map(({ isa }) => isa))],
  };
  const given = Object.entries(selection).filter(([, value]) => value !== undefined);
  return { ...config, ...Object.fromEntries(given) };
}
