/** One launch, watched: when its milestones were reached, and what it had taken of the host by then. */

import { treeCpuNs } from '../../core/host/cpu-time.ts';
import type { Host } from '../../core/host/host.ts';
import { mappedFiles, memoryOf } from '../../core/host/memory.ts';
import { dropFromCache, fillCache, residency } from '../../core/host/page-cache.ts';
import { type Machine, MachineError } from '../../core/hypervisors/hypervisor.ts';
import type { BootCache, BootLaunch } from './schema.ts';
import type { LaunchableTarget } from './targets.ts';

type Watched = Omit<BootLaunch, 'type' | 'launch' | 'hypervisor' | 'machineType' | 'isa' | 'role' | 'cache'>;

export interface LaunchContext {
  readonly host: Host;
  readonly cpu: number;
  readonly signal: AbortSignal;
  /** Files that a hypervisor's machines read, by its id: what a launch has mapped is added. */
  readonly files: Map<string, Set<string>>;
  /** Called with the machine once it has been looked at, and before it is stopped. */
  readonly verify?: (machine: Machine) => Promise<void>;
}

/** The files of a target that are known so far. */
async function filesOf(
  { machine, image, kernel }: LaunchableTarget,
  { host, files }: LaunchContext,
): Promise<string[]> {
  const { hypervisor } = machine;
  let known = files.get(hypervisor.id);
  if (!known) {
    known = new Set(await hypervisor.files?.(host));
    files.set(hypervisor.id, known);
  }
  return [...known, image.path, ...(kernel ? [kernel.path] : [])];
}

/**
 * Launches once, with the page cache made ready for it, and stops the machine again. Throws MachineError where the
 * machine fails.
 */
export async function watchLaunch(
  target: LaunchableTarget,
  cache: BootCache | null,
  context: LaunchContext,
): Promise<Watched> {
  const { hypervisor, availability } = target.machine;
  const { host, cpu, signal, files, verify } = context;
  const paths = await filesOf(target, context);
  if (cache === 'cold') dropFromCache(paths);
  if (cache === 'warm') fillCache(paths);
  const before = residency(paths);
  const machine = await hypervisor.launch(host, {
    image: target.image,
    ...{ cpu, features: availability.features, kernel: target.kernel, signal },
    ...(target.machineType !== null && { machineType: target.machineType }),
  });
  try {
    // It stands still now, until it is asked for something.
    const cpuMs = treeCpuNs(machine.pid, host) / 1e6;
    const memory = memoryOf(machine.pid, host);
    if (memory.peakResidentBytes === 0) throw new MachineError('the machine is gone');
    const after = residency(paths);
    for (const path of mappedFiles(machine.pid, host)) files.get(hypervisor.id)?.add(path);
    await verify?.(machine);
    return {
      milestonesMs: machine.milestones,
      cpuMs,
      ...memory,
      files: {
        residentBytes: before.residentBytes,
        readBytes: Math.max(0, after.residentBytes - before.residentBytes),
        unknownBytes: after.unknownBytes,
      },
    };
  } finally {
    await machine.stop();
  }
}
