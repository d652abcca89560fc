import { UserError } from '../errors.ts';
import { publicationOf } from '../results/publication.ts';
import type { HostRecord } from '../results/schema.ts';
import { findCompiler } from './compiler.ts';
import { probeContainer } from './container.ts';
import { probeCpu } from './cpu.ts';
import { cpuQuota } from './cpu-quota.ts';
import { parseCpuInfo } from './cpuinfo.ts';
import type { Host } from './host.ts';
import { probeKvm } from './kvm.ts';
import { readStealSinceBoot } from './noise.ts';
import { probeOuterHypervisor } from './outer-hypervisor.ts';
import { kernelRelease, readOsName, readTransparentHugePages } from './system.ts';

/**
 * What a computer is, where the CPU `measuring` measures, hvbench's choice unless told. Reads /proc, /sys and /etc, opens
 * /dev/kvm once, and runs lscpu and the compiler's `--version` under a time limit. On systems other than Linux, what only
 * Linux tells is null or 'unknown'. Throws UserError where this is Linux and /proc is not mounted.
 */
export async function probeHost(host: Host, measuring?: number): Promise<HostRecord> {
  // Without it nothing is known of mounts, processes and their CPU time either, which all the rest stands on.
  if (host.platform === 'linux' && (await host.status('/proc/self/stat')) === null)
    throw new UserError(
      '/proc is not mounted, so hvbench cannot inspect this computer: mount -t proc proc /proc',
    );
  const info = parseCpuInfo((await host.read('/proc/cpuinfo')) ?? '');
  const [cpu, container, compiler] = await Promise.all([
    probeCpu(info, host, measuring),
    probeContainer(host),
    findCompiler(host),
  ]);
  const outerHypervisor = await probeOuterHypervisor(info, container, host);
  const publication = publicationOf({ outerHypervisor });
  return {
    cpu,
    memoryBytes: host.facts().memoryBytes,
    kernel: kernelRelease(host),
    os: await readOsName(host),
    node: process.version,
    compiler: compiler?.version ?? null,
    outerHypervisor,
    ...(publication && { publication }),
    kvm: await probeKvm({ cpu, outerHypervisor, container }, host),
    transparentHugePages: await readTransparentHugePages(host),
    load: host.facts().load,
    stealFraction: await readStealSinceBoot(host),
    cpuQuota: cpuQuota(host),
  };
}
