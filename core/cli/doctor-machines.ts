/** What `hvbench doctor` says of machines on other computers. */
import type pc from 'picocolors';
import type { ComputerState } from '../hypervisors/elsewhere.ts';
import type { Examination } from '../library/probe.ts';
import { bytesText, count, duration } from '../present/format.ts';
import { cpuDifferences, type Measured } from '../results/computers.ts';
import { underWords } from '../results/outer-hypervisor.ts';
import { publicationOf } from '../results/publication.ts';
import type { ComputerRecord } from '../results/schema.ts';
import { printable } from './printable.ts';

type Colors = ReturnType<typeof pc.createColors>;

/** Empty if there are none that can be reached; why one cannot stands among the hypervisors. */
export function renderMachines(
  { hypervisors, host, elsewhere }: Pick<Examination, 'hypervisors' | 'host' | 'elsewhere'>,
  colors: Colors,
): string {
  const machines = hypervisors.flatMap(({ id, computer }) => (computer ? [{ id, computer }] : []));
  if (machines.length === 0) return '';
  return [
    colors.bold('Machines on other computers'),
    ...machines.flatMap(({ id, computer }) => {
      const now = elsewhere.find((one) => one.id === id);
      return [
        ...linesOf(computer, { host, hypervisors }),
        ...(now?.state ? stateLines(now.state) : []),
        ...(now?.reason === undefined ? [] : [`how it is now is not known: ${now.reason}`]),
      ].map((line) => `${colors.cyan('i')} ${colors.bold(printable(id))}: ${printable(line)}`);
    }),
  ].join('\n');
}

/** What would disturb a measurement there now, and how far its clock is off. */
function stateLines({ load, stolen, availableBytes, frequency, clock }: ComputerState): string[] {
  const { governor, kHz, mostKHz } = frequency;
  const share = (fraction: number | null) =>
    fraction === null ? 'an unknown share' : `${(fraction * 100).toFixed(2)} %`;
  const megahertz = (value: number) => `${Math.round(value / 1000)} MHz`;
  const pace = [
    governor === null ? 'no frequency governor shows' : `frequency governor ${governor}`,
    kHz !== null &&
      `its CPU at ${megahertz(kHz)}${mostKHz === null ? '' : ` of at most ${megahertz(mostKHz)}`}`,
  ].filter(Boolean);
  return [
    [
      `now: load ${load === null ? 'unknown' : `${load[0].toFixed(2)} over one minute`}`,
      `${share(stolen.now)} of its CPU’s time stolen (${share(stolen.sinceBoot)} since it booted)`,
      availableBytes === null ? 'free memory unknown' : `${bytesText(availableBytes)} of memory available`,
      ...pace,
    ].join(', '),
    clock === null
      ? 'its clock did not answer'
      : `its time of day is ${duration(Math.abs(clock.offsetNs))} ${clock.offsetNs < 0 ? 'behind' : 'ahead of'} this computer’s, give or take ` +
        `${duration(clock.roundTripNs / 2)}; a question and its answer take ${duration(clock.roundTripNs)}`,
  ];
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
