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
