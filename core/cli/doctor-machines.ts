/** What `hvbench doctor` says of machines on other computers. */
import type pc from 'picocolors';
import type { Availability } from '../hypervisors/hypervisor.ts';
import { bytesText, count } from '../present/format.ts';
import { cpuDifferences, type Measured } from '../results/computers.ts';
import { underWords } from '../results/outer-hypervisor.ts';
import { publicationOf } from '../results/publication.ts';
import type { ComputerRecord, HostRecord } from '../results/schema.ts';
import { printable } from './printable.ts';

type Colors = ReturnType<typeof pc.createColors>;

/** Empty if there are none that can be reached; why one cannot stands among the hypervisors. */
export function renderMachines(
  hypervisors: readonly Availability[],
  host: HostRecord,
  colors: Colors,
): string {
  const machines = hypervisors.flatMap(({ id, computer }) => (computer ? [{ id, computer }] : []));
  if (machines.length === 0) return '';
  return [
    colors.bold('Machines on other computers, by SSH'),
    ...machines.flatMap(({ id, computer }) =>
      linesOf(computer, { host, hypervisors }).map(
        (line) => `${colors.cyan('i')} ${colors.bold(printable(id))}: ${printable(line)}`,
      ),
    ),
  ].join('\n');
}

function linesOf(computer: ComputerRecord, measured: Measured): string[] {
  const { cpu, memoryBytes, os, kernel, outerHypervisor, clockSource, sameAsHost } = computer;
  const differences = cpuDifferences(measured, { computer });
  const publication = publicationOf(computer);
  return [
    `${cpu.model}, ${count(cpu.cpus, 'CPU')}, ${bytesText(memoryBytes)}; ${os}, kernel ${kernel}; clock source ${clockSource ?? 'unknown'}`,
    ...(sameAsHost ? ['it is this computer itself, by the boot ID of its kernel'] : []),
    underWords(outerHypervisor),
    ...(differences.length > 0
      ? [`its overheads would compare computers, and no claim is judged by them: ${differences.join('; ')}`]
      : []),
    ...(publication ? [publication.restriction] : []),
  ];
}
