import { cpuDifferences, type Measured } from '../../results/computers.ts';
import { footingOf } from '../../results/footing.ts';
import { emulatorName } from '../../results/outer-hypervisor.ts';
import type { HostRecord, HypervisorInfo, SuiteSummary, Technique } from '../../results/schema.ts';
import type { Position } from '../../stats/index.ts';
import type { Claim } from './claim.ts';
import { FOUNDING } from './claims.ts';
import type { JudgedRows } from './rows.ts';
import { subjects } from './subject.ts';

const TECHNIQUES: Record<Technique, string> = {
  bare: 'bare execution',
  interpretation: 'interpretation',
  'binary-translation': 'binary translation',
  'direct-execution': 'direct execution',
  'amd-v': 'AMD-V',
  'vt-x': 'VT-x',
  unknown: 'unknown',
};

/** Names in a sentence: of more, it says how many. */
const MOST_NAMES = 12;

const PLACES: Readonly<Record<Exclude<Position, 'undecided'>, readonly [one: string, many: string]>> = {
  above: ['costs more', 'cost more'],
  below: ['costs less', 'cost less'],
  inside: ['costs what is claimed', 'cost what is claimed'],
};

const list = new Intl.ListFormat('en', { type: 'conjunction' });

/** Where the rows lie: "8 of 9 workloads cost less, first-touch costs more". */
export function rowsReason(
  { rows, verdict, perhapsMixed, impossible }: JudgedRows,
  noun = 'workload',
): string {
  const total = Object.values(rows).flat().length;
  const decided = (['above', 'below', 'inside'] as const)
    .filter((place) => rows[place].length > 0)
    .sort((a, b) => rows[b].length - rows[a].length);
  const clauses = decided.map((place, index) => {
    const [one, many] = PLACES[place];
    const names = rows[place];
    if (index > 0) return `${listed(names)} ${names.length === 1 ? one : many}`;
    if (total === 1) return `One ${noun}, which ${one}`;
    const share = names.length === total ? `All ${total}` : `${names.length} of ${total}`;
    return `${share} ${noun}s ${names.length === 1 ? one : many}`;
  });
  const open = rows.undecided;
  if (open.length > 0) {
    const all = total === 1 ? `One ${noun}, undecided` : `All ${total} ${noun}s are undecided`;
    clauses.push(
      open.length === total ? all : `${listed(open)} ${open.length === 1 ? 'is' : 'are'} undecided`,
    );
  }
  return [
    `${clauses.join(', ')}.`,
    ...(perhapsMixed && verdict === 'undecided'
      ? [`Chance alone may make one of ${total} differ as much: measure longer.`]
      : []),
    ...(impossible.length > 0 ? [`Without ${listed(impossible)}.`] : []),
  ].join(' ');
}

function listed(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return list.format(names);
  return list.format([...names.slice(0, MOST_NAMES), `${names.length - MOST_NAMES} more`]);
}

/** How the hypervisor stands to those of 2005 that the claim was made about; empty if there is nothing to know. */
export function kinship({ id, note = '' }: Claim, { technique, paging }: HypervisorInfo): string {
  if (!FOUNDING.has(id)) return note;
  if (technique === 'direct-execution') return 'Runs guest user code directly, like the products of 2005.';
  if (technique === 'binary-translation' || technique === 'interpretation')
    return 'Translates or interprets everything; the products of 2005 ran guest user code directly.';
  if (paging === 'shadow-paging') return 'Shadow paging, as on the first CPUs with hardware assist.';
  if (paging === 'nested-paging') return 'Nested paging, which is newer (2007–2008) than the claim.';
  return '';
}

/** Why a suite that ran in a hypervisor of the claim's mode has no CPU overhead to judge. */
export function notMeasured({ suite, isa, workloads, cpuWorkloads }: SuiteSummary): string {
  if (workloads > 0 && cpuWorkloads === 0)
    return `No CPU overhead: every workload of suite ${suite} (${isa}) has batches that took no more CPU time than an empty one.`;
  return `No CPU overhead: too little of suite ${suite} (${isa}) was measured in two or more launches beside native.`;
}

/** Why nothing about time is judged where each instruction is a program's work. */
export function emulated(
  { outerHypervisor }: Pick<HostRecord, 'outerHypervisor'>,
  whose = 'this computer',
): string {
  return `${outerHypervisor && emulatorName(outerHypervisor)} emulates ${whose}’s CPU: the times measured on it are the emulator’s.`;
}

/** Why a machine on another computer has no verdict on any claim; null if it may have one, or is on this one. */
export function elsewhere(hypervisor: HypervisorInfo, measured: Measured): string | null {
  const { computer } = hypervisor;
  const differences = cpuDifferences(measured, hypervisor);
  if (differences.length > 0)
    return `On another computer than native, so the overhead is not its hypervisor’s alone: ${differences.join('; ')}.`;
  return computer && footingOf(computer) === 'emulated' ? emulated(computer, 'that computer') : null;
}

/** Why a claim has nothing to be judged on: what there is instead, and what is missing. */
export function notTestable(claim: Claim, hypervisors: readonly HypervisorInfo[]): string {
  const { of, versus = of, suites } = claim;
  const [fitting, others] = [subjects(of, hypervisors), subjects(versus, hypervisors)];
  if (fitting.length > 0 && others.length > 0) {
    const what = FOUNDING.has(claim.id) ? `Available and ${of.mode}` : 'Available';
    const where = suites ? ` with the suite ${suites.join(' or ')}` : '';
    const beside = versus === of ? '' : ` beside ${others.map(({ id }) => id).join(', ')}`;
    return `${what}, but not measured${where}${beside} in this run: ${fitting.map(({ id }) => id).join(', ')}.`;
  }
  const lacking = fitting.length === 0 ? of : versus;
  return FOUNDING.has(claim.id)
    ? whatThereIs(`No available hypervisor is ${of.mode} on this host.`, hypervisors)
    : `Nothing in this run was ${lacking.words}.`;
}

function whatThereIs(first: string, hypervisors: readonly HypervisorInfo[]): string {
  const guests = hypervisors.filter((hypervisor) => hypervisor.mode !== 'native');
  return [
    first,
    ...guests
      .filter(({ available }) => available)
      .map((hypervisor) => `${named(hypervisor)} is ${TECHNIQUES[hypervisor.technique]}.`),
    ...guests
      .filter((hypervisor) => !hypervisor.available)
      .map((hypervisor) => `${hypervisor.id} is not available${because(hypervisor)}.`),
  ].join(' ');
}

function named({ id, title, version }: HypervisorInfo): string {
  return `${id} (${[title, version].filter(Boolean).join(', ')})`;
}

function because({ reason }: HypervisorInfo): string {
  return reason === undefined ? '' : `: ${reason.replace(/\.$/, '')}`;
}
