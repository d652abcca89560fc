/**
 * Times that a machine tells of a batch, held against the tool's own clock: the host's clock is one for all its
 * processes, so a batch lies between the question and the answer. A machine's word is taken for nothing that cannot be.
 */
import { availableParallelism } from 'node:os';
import type { Reply } from '../guest/protocol.ts';
import { MachineError } from './hypervisor.ts';

/** What the kernel counts in ticks, or late, may be so much more than what passed, ns. */
const CPU_SLACK_NS = 100e6;

type Told = Pick<Reply, 'hostBegin' | 'hostEnd' | 'cpuNs'>;

/**
 * Throws MachineError where a batch of so many iterations cannot have had these times, asked and answered at these, all
 * on the host's monotonic clock, ns.
 */
export function checkTimes(
  iterations: number,
  { hostBegin, hostEnd, cpuNs }: Told,
  askedNs: bigint,
  answeredNs: bigint,
): void {
  const lie = (what: string) => new MachineError(`implausible answer from the machine: ${what}`);
  if (hostBegin < askedNs)
    throw lie('it did not mark the start of its batch, or marked it before the request');
  if (hostEnd < hostBegin) throw lie('it did not mark the end of its batch, or marked it before the start');
  if (hostEnd > answeredNs) throw lie('its batch ended after its answer');
  if (hostEnd === hostBegin && iterations > 0)
    throw lie(`its batch of ${iterations} iterations took no time`);
  const most = Number(answeredNs - askedNs) * availableParallelism() + CPU_SLACK_NS;
  if (!(cpuNs >= 0 && cpuNs <= most)) throw lie('it took more CPU time than was available');
}

/** How much faster another computer's clock may go than this one's, as a fraction: any clock of a computer is better. */
const MOST_DRIFT = 0.01;
/** By which a reading of either clock may be off, ns. */
const READING_NS = 1e6;

/**
 * The same of a machine on another computer, by whose own clock its times are: they bound how long it took, not when.
 * `passedNs`: between question and answer, on this computer's clock; `cpus`: of the other computer.
 */
export function checkElapsed(
  iterations: number,
  { hostBegin, hostEnd, cpuNs }: Told,
  passedNs: bigint,
  cpus: number,
): void {
  const lie = (what: string) => new MachineError(`implausible answer from the machine: ${what}`);
  const most = Number(passedNs) * (1 + MOST_DRIFT) + READING_NS;
  const wallNs = Number(hostEnd - hostBegin);
  if (hostBegin === 0n || hostEnd < hostBegin) throw lie('it did not mark both ends of its batch');
  if (wallNs > most)
    throw lie(
      `its batch took ${(wallNs / 1e6).toFixed(1)} ms by its clock, and ${(Number(passedNs) / 1e6).toFixed(1)} ms passed here`,
    );
  if (wallNs === 0 && iterations > 0) throw lie(`its batch of ${iterations} iterations took no time`);
  if (!(cpuNs >= 0 && cpuNs <= most * cpus + CPU_SLACK_NS))
    throw lie('it took more CPU time than was available');
}
