/** The one rule for names: what was named and yields nothing is told with its reason, and the rest is measured. */
import type { Config } from '../config/config.ts';
import { isReference } from '../model/role.ts';
import type { Suite } from '../model/suite.ts';
import type { HypervisorInfo, Isa } from '../results/schema.ts';
import { lacksOf, nothingRuns } from './able.ts';
import { plannedOperations, plannedRows } from './names.ts';
import type { Plan } from './plan.ts';
import { namesIn, platformsOf, type Selection } from './selection.ts';

/** What a user named, on the command line or in a configuration. */
export type Asked = Pick<
  Config,
  'hypervisors' | 'sshMachines' | 'reference' | 'suites' | 'workloads' | 'isas'
>;

/** A name of which nothing is measured. */
export interface Unmeasured {
  readonly kind: 'hypervisor' | 'suite' | 'workload' | 'ISA';
  readonly name: string;
  readonly reason: string;
}

/** One thing that is measured; `name`: null for a suite with a method of its own, which has no workloads. */
interface Item {
  readonly suite: string;
  readonly name: string | null;
  readonly isa: Isa;
  readonly hypervisor: string;
}

/**
 * Every name of which the plan measures nothing. Throws UserError, with each reason, where hypervisors other than native
 * were named and none of them is left.
 */
export function unmeasuredOf(asked: Asked, plan: Plan, selection: Selection): Unmeasured[] {
  const items = itemsOf(plan);
  const absent = <K extends keyof Item>(names: readonly string[] | undefined, key: K) =>
    [...new Set(names)].filter((name) => !items.some((item) => item[key] === name));
  // Who names a machine and no hypervisor asks for that machine as well.
  const named =
    asked.hypervisors ?? Object.keys(asked.sshMachines ?? {}).filter((name) => name !== asked.reference);
  const hypervisors = absent(named, 'hypervisor').map((name) => ({
    ...{ kind: 'hypervisor' as const, name },
    reason: whyHypervisor(name, plan, selection),
  }));
  const others = (asked.hypervisors ?? []).filter((name) => !isReference(name));
  if (others.length > 0 && others.every((name) => hypervisors.some((one) => one.name === name)))
    throw nothingRuns(hypervisors.map(({ name, reason }) => `${name}: ${reason}`));
  const suites = absent(asked.suites, 'suite');
  return [
    ...hypervisors,
    ...suites.map((name) => ({
      ...{ kind: 'suite' as const, name },
      reason: whySuite(name, plan, selection),
    })),
    ...absent(asked.workloads, 'name').map((name) => ({
      ...{ kind: 'workload' as const, name },
      reason: whyWorkload(name, plan, selection),
    })),
    ...absent(asked.isas, 'isa').map((name) => ({
      ...{ kind: 'ISA' as const, name },
      reason: whyIsa(name as Isa, plan, selection),
    })),
  ];
}

/** What was named and yields nothing is no hypervisor that this run could use, whatever else it can. */
export function markUnmeasured(
  hypervisors: readonly HypervisorInfo[],
  unmeasured: readonly Unmeasured[],
): HypervisorInfo[] {
  return hypervisors.map((info) => {
    const found = unmeasured.find(({ kind, name }) => kind === 'hypervisor' && name === info.id);
    return found ? { ...info, available: false, reason: found.reason } : info;
  });
}

function itemsOf(plan: Plan): Item[] {
  const able = ({ unavailable }: { readonly unavailable?: string | undefined }) => unavailable === undefined;
  const rows = plannedRows(plan).filter(able);
  const operations = plannedOperations(plan).filter(able);
  const studied = plan.ownMethodSuites.flatMap(({ suite, testbeds }) =>
    testbeds.flatMap(({ isa, machines }) =>
      machines.map(({ hypervisor }): Item => ({ suite, name: null, isa, hypervisor: hypervisor.id })),
    ),
  );
  return [
    ...rows.map(({ workload, ...row }): Item => ({ ...row, name: workload })),
    ...operations.map(({ operation, ...row }): Item => ({ ...row, name: operation })),
    ...studied,
  ];
}

function whyHypervisor(id: string, plan: Plan, selection: Selection): string {
  const own = plan.availabilities.find((one) => one.id === id);
  if (own && !own.available) return own.reason ?? 'it cannot run here';
  const rows = [...plannedRows(plan), ...plannedOperations(plan)].filter(
    ({ hypervisor }) => hypervisor === id,
  );
  const row = rows.find(({ unavailable }) => unavailable !== undefined)?.unavailable;
  if (row !== undefined) return row;
  if (own?.mode === 'native' && plan.experiments.some(({ operations }) => operations.length > 0))
    return 'it runs Linux processes, and single operations are measured in guests';
  const [lack] = own ? lacksOf(selection, [own]) : [];
  return lack?.slice(id.length + 2) ?? 'none of the requested work runs on it';
}

function whySuite(name: string, plan: Plan, selection: Selection): string {
  const suite = selection.suites.find((one) => one.name === name);
  const wanted = selection.workloads;
  if (suite && wanted && !suite.method && !namesIn(suite).some((one) => wanted.has(one)))
    return `it has no workload ${[...wanted].join(' and no ')}`;
  return whyNowhere(suite ? [suite] : [], plan, selection);
}

function whyWorkload(name: string, plan: Plan, selection: Selection): string {
  const own = selection.suites.filter((suite) => namesIn(suite).includes(name));
  const operation = own.flatMap(({ operations = [] }) => operations).find((one) => one.name === name);
  const { isas } = operation ?? {};
  if (isas && !isas.some((isa) => selection.isas.includes(isa))) return `it is for ${isas.join(', ')} alone`;
  return whyNowhere(own, plan, selection);
}

function whyIsa(isa: Isa, plan: Plan, selection: Selection): string {
  return because('none of the selected work runs on it', lacksOf(selection, plan.availabilities, [isa]));
}

function whyNowhere(suites: readonly Suite[], plan: Plan, selection: Selection): string {
  if (selection.hypervisors.some(({ id, elsewhere }) => isReference(id) && elsewhere))
    return 'it is measured on this computer alone, and what it would be compared with is on another one (--reference)';
  const platforms = [...new Set(suites.flatMap(platformsOf))];
  const lacks = lacksOf(selection, plan.availabilities, selection.isas, platforms);
  return because('none of the selected work runs it here', lacks);
}

function because(what: string, lacks: readonly string[]): string {
  return lacks.length > 0 ? `${what} (${lacks.join('; ')})` : what;
}
