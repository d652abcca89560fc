/** Whether KVM can be used, and what it stands on: without AMD-V or VT-x behind it, it is not hardware-assisted. */
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../results/schema.ts';
import { diagnoseKvm } from './kvm-advice.ts';
import { listFolder, readText } from './text.ts';

export interface KvmSurroundings {
  readonly cpu: Pick<Host['cpu'], 'vendor' | 'virtualization'>;
  readonly outerHypervisor: Host['outerHypervisor'];
  /** What probeContainer found. */
  readonly container: string | null;
}

/** The CPU flag without which a module cannot serve /dev/kvm; null needs none. */
const MODULES: Readonly<Record<string, Host['cpu']['virtualization']>> = {
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
  flag: Host['cpu']['virtualization'],
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
export async function readNestedPaging(backing: string | null, root = '/'): Promise<boolean | null> {
  const parameter = backing === 'kvm_amd' ? 'npt' : backing === 'kvm_intel' ? 'ept' : null;
  if (parameter === null) return null;
  const value = await readText(root, `sys/module/${backing}/parameters/${parameter}`);
  return value === 'Y' || value === '1' ? true : value === 'N' || value === '0' ? false : null;
}

/** Fills `Host.kvm`; opens the device once and closes it. Never rejects. */
export async function probeKvm(surroundings: KvmSurroundings, root = '/'): Promise<Host['kvm']> {
  const { cpu, outerHypervisor, container } = surroundings;
  const device = join(root, 'dev/kvm');
  const [holders, modules] = await Promise.all([
    listFolder(root, 'sys/module/kvm/holders'),
    listFolder(root, 'sys/module'),
  ]);
  const backing = pickBacking(holders, modules, cpu.virtualization);
  const failure = await tryOpen(device);
  const advice =
    failure === null
      ? null
      : diagnoseKvm({
          platform: process.platform,
          failure,
          backing,
          virtualization: cpu.virtualization,
          vendor: cpu.vendor,
          outerHypervisor,
          container,
          group: await deviceGroup(device, root),
        });
  return {
    present: failure !== 'ENOENT',
    accessible: failure === null,
    backing,
    nestedPaging: await readNestedPaging(backing, root),
    reason: advice === null ? null : `${advice.reason}; to fix it: ${advice.remedy}`,
  };
}

/** Null, or the name of the error (ENOENT, EACCES, …) with which opening for reading and writing failed. */
async function tryOpen(device: string): Promise<string | null> {
  try {
    await (await open(device, constants.O_RDWR)).close();
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }
}

/** The name of the group that may read and write the device; null where no group other than root's may. */
async function deviceGroup(device: string, root: string): Promise<string | null> {
  const status = await stat(device).catch(() => null);
  if (status === null || status.gid === 0 || (status.mode & 0o060) !== 0o060) return null;
  const groups = (await readText(root, 'etc/group')) ?? '';
  return new RegExp(`^([a-z_][a-z0-9_-]*):[^:]*:${status.gid}:`, 'm').exec(groups)?.[1] ?? null;
}
