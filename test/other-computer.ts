/** A made-up computer that a machine may be on beside this one. */
import type { ComputerRecord, HostRecord } from '../core/results/schema.ts';

/** Like this host, but for the name of its CPU. */
export function computerLike({ cpu, memoryBytes, kernel, os }: HostRecord, model: string): ComputerRecord {
  const { vendor, family, modelNumber, stepping, microcode, cpus, governor, caches } = cpu;
  return {
    cpu: { model, vendor, family, modelNumber, stepping, microcode, cpus, governor, caches },
    ...{ memoryBytes, kernel, os, clockSource: 'tsc', stealFraction: 0, sameAsHost: false },
    outerHypervisor: null,
  };
}
