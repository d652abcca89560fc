/** What there is to measure, and with what. */
import { probeHost } from '../host/probe.ts';
import type { MachineFeature } from '../model/features.ts';
import type { HypervisorInfo, Isa } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';

/** One piece of work; what `workloads` in a configuration names. */
export interface ListedOperation {
  readonly name: string;
  /** One line: what is done once. */
  readonly title: string;
  /** What it exposes about a hypervisor. */
  readonly exposes: string;
}

export interface ListedWorkload extends ListedOperation {
  /** What a machine must offer. */
  readonly needs: readonly MachineFeature[];
}

export interface ListedSuite {
  readonly name: string;
  readonly title: string;
  /** Whether it tests hvbench itself: measured only if it is named. */
  readonly selfTest: boolean;
  /** The suite's own name if it has its own method: it takes the whole computer, and is measured only if it is named. */
  readonly study: string | null;
  readonly workloads: readonly ListedWorkload[];
  readonly operations: readonly ListedOperation[];
}

export interface ListedHypervisor
  extends Pick<HypervisorInfo, 'id' | 'title' | 'mode' | 'technique' | 'isas' | 'available'> {
  /** ISAs that are measured only if they are named. */
  readonly onRequest: readonly Isa[];
}

/** `hvbench list --json` prints this object. */
export interface Inventory {
  readonly suites: readonly ListedSuite[];
  readonly hypervisors: readonly ListedHypervisor[];
}

/** Suites in the order in which they are measured, and every hypervisor, whether it can run here or not. */
export async function list({ suites, hypervisors, host: computer }: Parts): Promise<Inventory> {
  const host = await probeHost(computer);
  const infos = [];
  for (const hypervisor of hypervisors)
    infos.push(await hypervisor.probe(computer, { record: host, kernels: {} }));
  return {
    suites: suites.map(({ name, title, selfTest, method, workloads, operations = [] }) => ({
      name,
      title,
      selfTest: selfTest ?? false,
      study: method ? name : null,
      workloads: workloads.map((workload) => ({
        name: workload.name,
        title: workload.title,
        exposes: workload.exposes,
        needs: workload.needs ?? [],
      })),
      operations: operations.map((operation) => ({
        name: operation.name,
        title: operation.title,
        exposes: operation.exposes,
      })),
    })),
    hypervisors: infos.map(({ id, title, mode, technique, isas, onRequest, available }) => ({
      id,
      title,
      mode,
      technique,
      isas,
      onRequest,
      available,
    })),
  };
}
