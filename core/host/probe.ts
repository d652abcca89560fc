import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { UserError } from '../errors.ts';
import type { Host } from '../results/schema.ts';
import { findCompiler } from './compiler.ts';
import { probeContainer } from './container.ts';
import { probeCpu } from './cpu.ts';
import { cpuQuota } from './cpu-quota.ts';
import { parseCpuInfo } from './cpuinfo.ts';
import { probeKvm } from './kvm.ts';
import { readLoad, readStealSinceBoot } from './noise.ts';
import { probeOuterHypervisor } from './outer-hypervisor.ts';
import { kernelRelease, readOsName, readTransparentHugePages } from './system.ts';
import { readText } from './text.ts';

/**
 * What this computer is, where the CPU `measuring` measures, hvbench's choice unless told. Reads /proc, /sys and /etc below `root`, opens /dev/kvm once, and runs lscpu and
 * the compiler's `--version` under a time limit. On systems other than Linux, what only Linux tells is null
 * or 'unknown'. Throws UserError where this is Linux and /proc is not mounted.
 */
export async function probeHost(root = '/', measuring?: number): Promise<Host> {
  // Without it nothing is known of mounts, processes and their CPU time either, which all the rest stands on.
  if (process.platform === 'linux' && root === '/' && !existsSync('/proc/self/stat'))
    throw new UserError(
      '/proc is not mounted, so hvbench cannot inspect this computer: mount -t proc proc /proc',
    );
  const info = parseCpuInfo((await readText(root, 'proc/cpuinfo')) ?? '');
  const [cpu, container, compiler] = await Promise.all([
    probeCpu(info, root, measuring),
    probeContainer(root),
    findCompiler(),
  ]);
  const outerHypervisor = await probeOuterHypervisor(info, container, root);
  return {
    cpu,
    memoryBytes: totalmem(),
    kernel: kernelRelease(),
    os: await readOsName(root),
    node: process.version,
    compiler: compiler?.version ?? null,
    outerHypervisor,
    kvm: await probeKvm({ cpu, outerHypervisor, container }, root),
    transparentHugePages: await readTransparentHugePages(root),
    load: readLoad(),
    stealFraction: await readStealSinceBoot(root),
    cpuQuota: cpuQuota(root),
  };
}
