/** Machines on other computers, in sentences that every report shares. */
import { groupBy } from '../core/group-by.ts';
import { roleOf } from '../core/model/role.ts';
import { bytesText, count, percent } from '../core/present/format.ts';
import { cpuDifferences } from '../core/results/computers.ts';
import { underWords } from '../core/results/outer-hypervisor.ts';
import type { ComputerRecord, HypervisorInfo, Result } from '../core/results/schema.ts';

interface Elsewhere {
  readonly id: string;
  readonly computer: ComputerRecord;
}

const elsewhere = (hypervisors: readonly HypervisorInfo[]): Elsewhere[] =>
  hypervisors.flatMap(({ id, available, computer }) => (available && computer ? [{ id, computer }] : []));

/** What comes before all else: ratios that say nothing of a hypervisor. */
export function comparisonRemarks({ hypervisors, host }: Pick<Result, 'hypervisors' | 'host'>): string[] {
  return hypervisors.flatMap((one) => {
    const { id, available } = one;
    const differences = available ? cpuDifferences({ host, hypervisors }, one) : [];
    return differences.length === 0
      ? []
      : [
          `Overheads of ${id} compare two computers, not a hypervisor with none: ${differences.join('; ')}. No claim is judged by them.`,
        ];
  });
}

/** What each of them is, and how its connection held. */
export function computerRemarks({
  hypervisors,
  launches,
}: Pick<Result, 'hypervisors' | 'launches'>): string[] {
  return [...elsewhere(hypervisors).map(described), ...stealRemarks(launches), ...lossRemarks(launches)];
}

function described({ id, computer }: Elsewhere): string {
  const { cpu, memoryBytes, os, kernel, clockSource, stealFraction, outerHypervisor, sameAsHost } = computer;
  if (sameAsHost)
    return `${id} was reached by SSH, and is this computer itself, by the boot ID of its kernel: a native process.`;
  const stolen =
    stealFraction === null ? '' : `, ${percent(stealFraction, 2).replace('+', '')} stolen since it booted`;
  return (
    `${id} was measured on another computer: ${cpu.model}, ${count(cpu.cpus, 'CPU')}, ${bytesText(memoryBytes)}; ` +
    `${os}, kernel ${kernel}. It ${underWords(outerHypervisor)}. Its times are by its own clock (${clockSource ?? 'of unknown source'}), and its ` +
    `CPU time is what its own kernel counts${stolen}.`
  );
}

/** Steal above this share of CPU time disturbs what is measured. */
export const NOTABLE_STEAL = 0.01;

function stealRemarks(launches: Result['launches']): string[] {
  const shares = launches.flatMap(({ stolenElsewhere = {} }) => Object.entries(stolenElsewhere));
  const stolen = groupBy(
    shares.filter(([, share]) => share > NOTABLE_STEAL),
    ([id]) => id,
  );
  return [...stolen].map(
    ([id, some]) =>
      `The hypervisor beneath ${id} stole more than 1 % of its CPU time during ${some.length} of ${count(shares.filter(([one]) => one === id).length, 'launch', 'launches')}.`,
  );
}

function lossRemarks(launches: Result['launches']): string[] {
  const lost = groupBy(
    launches.flatMap(({ lost = [] }) => lost),
    ({ hypervisor }) => hypervisor,
  );
  return [...lost].map(
    ([id, losses]) =>
      `The connection to ${id} was lost ${count(losses.length, 'time')}, and tried again (${[...new Set(losses.map(({ error }) => error))].join('; ')}).`,
  );
}

/** Of a run's command; where the other computers are is left to whoever knows. */
export function machineFlags({ hypervisors, config }: Pick<Result, 'hypervisors' | 'config'>): string[] {
  const guests = hypervisors.flatMap(({ id, computer }) => (computer && roleOf(id) === 'guest' ? [id] : []));
  const names = [...guests, config.reference].filter(
    (name): name is string => typeof name === 'string' && /^[a-z][a-z0-9-]*$/.test(name),
  );
  return names.map((name) => `--machine ${name}=ssh://HOST`);
}
