import type { HypervisorInfo, SuiteSummary, Technique } from '../../results/schema.ts';
import type { Claim } from './claims.ts';

const TECHNIQUES: Record<Technique, string> = {
  bare: 'bare execution',
  interpretation: 'interpretation',
  'binary-translation': 'binary translation',
  'direct-execution': 'direct execution',
  'amd-v': 'AMD-V',
  'vt-x': 'VT-x',
};

/** What was judged, and how the hypervisor stands to those of 2005 that the claim was made about. */
export function basis(claim: Claim, hypervisor: HypervisorInfo, suite: SuiteSummary): string {
  const { workloads, cpuWorkloads = workloads } = suite;
  const mean =
    cpuWorkloads < workloads
      ? `Geometric mean of ${cpuWorkloads} of ${workloads} workloads; the others have no CPU time.`
      : workloads === 1
        ? 'One workload.'
        : `Geometric mean of ${workloads} workloads.`;
  return [mean, kinship(claim, hypervisor)].filter(Boolean).join(' ');
}

function kinship({ mode }: Claim, { technique, paging }: HypervisorInfo): string {
  if (mode === 'hosted') {
    if (technique === 'direct-execution') return 'Runs guest user code directly, like the products of 2005.';
    return 'Translates or interprets everything; the products of 2005 ran guest user code directly.';
  }
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

/** Why a claim has nothing to be judged on: what there is instead, and what is missing. */
export function notTestable({ mode }: Claim, hypervisors: readonly HypervisorInfo[]): string {
  const guests = hypervisors.filter((hypervisor) => hypervisor.mode !== 'native');
  const available = guests.filter((hypervisor) => hypervisor.available);
  const ofMode = available.filter((hypervisor) => hypervisor.mode === mode);
  if (ofMode.length > 0) {
    return `Available and ${mode}, but not measured in this run: ${ofMode.map(({ id }) => id).join(', ')}.`;
  }
  return [
    `No available hypervisor is ${mode} on this host.`,
    ...available.map((hypervisor) => `${named(hypervisor)} is ${TECHNIQUES[hypervisor.technique]}.`),
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
