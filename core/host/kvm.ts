/** Whether KVM can be used, and what it stands on: without AMD-V or VT-x behind it, it is not hardware-assisted. */
import type { HostRecord } from '../results/schema.ts';
import type { Host } from './host.ts';
import { diagnoseKvm } from './kvm-advice.ts';

const DEVICE = '/dev/kvm';

export interface KvmSurroundings {
  readonly cpu: Pick<HostRecord['cpu'], 'vendor' | 'virtualization'>;
  readonly outerHypervisor: HostRecord['outerHypervisor'];
  /** What probeContainer found. */
  readonly container: string | null;
}

/** The CPU flag without which a module cannot serve /dev/kvm; null needs none. */
const MODULES: Readonly<Record<string, HostRecord['cpu']['virtualization']>> = {
  kvm_amd: 'svm',
  kvm_intel: 'vmx',
  kvm_pvm: null,
};

/**
 * The module behind /dev/kvm: the one that holds the kvm module. A kernel with built-in KVM lists no holders;
 * there /sys/module names its parts even if they found no hardware, so the CPU's flag decides.
 */
export function pickBacking(
  holders: readonly string[],
  modules: readonly string[],
  flag: HostRecord['cpu']['virtualization'],
): string | null {
  const holder = holders.find((name) => /^kvm_[a-z0-9_]{1,32}$/.test(name));
  if (holder !== undefined) return holder;
  const able = Object.keys(MODULES).filter((name) => modules.includes(name));
  return (
    able.find((name) => flag !== null && MODULES[name] === flag) ??
    able.find((name) => MODULES[name] === null) ??
    null
  );
}

/** Nested paging in use, by the module's own parameter: true, false, or null where it has none. */
export async function readNestedPaging(backing: string | null, host: Host): Promise<boolean | null> {
  const parameter = backing === 'kvm_amd' ? 'npt' : backing === 'kvm_intel' ? 'ept' : null;
  if (parameter === null) return null;
  const value = await host.read(`/sys/module/${backing}/parameters/${parameter}`);
  return value === 'Y' || value === '1' ? true : value === 'N' || value === '0' ? false : null;
}

/** Fills `HostRecord.kvm`; opens the device once and closes it. Never rejects. */
export async function probeKvm(surroundings: KvmSurroundings, host: Host): Promise<HostRecord['kvm']> {
  const { cpu, outerHypervisor, container } = surroundings;
  const [holders, modules] = await Promise.all([
    host.list('/sys/module/kvm/holders'),
    host.list('/sys/module'),
  ]);
  const backing = pickBacking(holders, modules, cpu.virtualization);
  const failure = await host.openFailure(DEVICE);
  const advice =
    failure === null
      ? null
      : diagnoseKvm({
          platform: host.platform,
          failure,
          backing,
          virtualization: cpu.virtualization,
          vendor: cpu.vendor,
          outerHypervisor,
          container,
          group: await deviceGroup(host),
        });
  return {
    present: failure !== 'ENOENT',
    accessible: failure === null,
    backing,
    nestedPaging: await readNestedPaging(backing, host),
    reason: advice === null ? null : `${advice.reason}; to fix it: ${advice.remedy}`,
  };
}

/** The name of the group that may read and write the device; null where no group other than root's may. */
async function deviceGroup(host: Host): Promise<string | null> {
  const status = await host.status(DEVICE);
  if (status === null || status.groupId === 0 || (status.mode & 0o060) !== 0o060) return null;
  const groups = (await host.read('/etc/group')) ?? '';
  return new RegExp(`^([a-z_][a-z0-9_-]*):[^:]*:${status.groupId}:`, 'm').exec(groups)?.[1] ?? null;
}
