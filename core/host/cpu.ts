import type { HostRecord } from '../results/schema.ts';
import { onlineCpus, pickCpus } from './affinity.ts';
import { readCaches, TYPICAL_CACHES } from './caches.ts';
import { kindOf, quietOf, readTraits } from './cpu-traits.ts';
import type { CpuInfo } from './cpuinfo.ts';
import type { Host } from './host.ts';
import { cleanText } from './text.ts';

const CPU_FOLDER = '/sys/devices/system/cpu';

/** The CPU as the kernel describes it; core and caches are those of the CPU that measures, hvbench's choice unless told. */
export async function probeCpu(info: CpuInfo, host: Host, measuring?: number): Promise<HostRecord['cpu']> {
  const online = await onlineCpus(host);
  const benchCpu = measuring ?? (await pickCpus(host)).benchCpu;
  const traits = await readTraits(host);
  return {
    model: info.model,
    vendor: info.vendor,
    family: info.family,
    modelNumber: info.modelNumber,
    stepping: info.stepping,
    microcode: info.microcode,
    cpus: online.length,
    smt: await readSmt(host),
    governor: await readGovernor(online, host),
    virtualization: info.flags.has('svm') ? 'svm' : info.flags.has('vmx') ? 'vmx' : null,
    core: kindOf(benchCpu, traits),
    quiet: quietOf(benchCpu, traits),
    caches: (await readCaches(benchCpu, host)) ?? TYPICAL_CACHES,
    mitigations: await readMitigations(host),
  };
}

async function readSmt(host: Host): Promise<boolean | null> {
  const active = await host.read(`${CPU_FOLDER}/smt/active`);
  return active === '1' ? true : active === '0' ? false : null;
}

/** The frequency governor; all that occur, where CPUs differ; null where the kernel sets no frequency. */
async function readGovernor(online: readonly number[], host: Host): Promise<string | null> {
  const governors = await Promise.all(
    online.map((cpu) => host.read(`${CPU_FOLDER}/cpu${cpu}/cpufreq/scaling_governor`)),
  );
  const known = new Set(governors.filter((governor) => governor !== null && governor !== ''));
  return known.size > 0 ? cleanText([...known].join(', ')) : null;
}

/** What the kernel says of each CPU vulnerability, by the kernel's name of it. */
async function readMitigations(host: Host): Promise<Record<string, string>> {
  const folder = `${CPU_FOLDER}/vulnerabilities`;
  const mitigations: Record<string, string> = {};
  for (const name of await host.list(folder)) {
    const text = await host.read(`${folder}/${name}`);
    if (text !== null) mitigations[cleanText(name, 64)] = cleanText(text, 512);
  }
  return mitigations;
}
