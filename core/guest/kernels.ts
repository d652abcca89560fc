/** The Linux kernels that guests can boot here: named by the user, fetched earlier, or the host's own. */
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { release as runningRelease } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { type Advice, quoted } from '../host/advice.ts';
import { isRefusal } from '../host/permission.ts';
import { type Isa, isaSchema } from '../results/schema.ts';
import { readBzImage } from './bzimage.ts';
import { type CachedKernel, newestCached } from './kernel-cache.ts';
import { GUEST_KERNEL, type KernelKind } from './kernel-kinds.ts';
import { kernelFamily } from './kernel-packages.ts';
import { findModules, inLoadOrder } from './modules.ts';
import { compareVersions } from './versions.ts';

export interface GuestKernel {
  readonly isa: Isa;
  /** Absolute. */
  readonly path: string;
  readonly release: string;
  readonly origin: 'given' | 'fetched' | 'host';
  /**
   * Modules that reach the host's files, in the order in which they are loaded; what is built in has none. Null where an
   * older version of this tool fetched the kernel, and left them out.
   */
  readonly modules: readonly string[] | null;
}

/** What a host's own kernel is of: hosts are x86-64 here. */
export const HOST_ISA: Isa = 'x86_64';

/** By ISA. */
export type GuestKernels = Partial<Readonly<Record<Isa, GuestKernel>>> & {
  /** The host's own kernel, if it is one that this user may not read, and there is no other: its path. */
  readonly unreadable?: string;
};

/** Those that there are. */
export function listKernels(kernels: GuestKernels): GuestKernel[] {
  return isaSchema.options.flatMap((isa) => kernels[isa] ?? []);
}

/** Why guests of an ISA have no kernel, and what gives them one; `systems` as `kernelFamily` takes them. */
export function kernelLack(
  isa: Isa,
  { unreadable }: GuestKernels,
  systems?: readonly string[],
): Required<Advice> {
  const fetch = 'npx hvbench guest';
  if (unreadable === undefined || isa !== HOST_ISA) {
    const reason = `there is no Linux kernel for ${isa} guests`;
    const { name, metapackages } = kernelFamily(systems);
    if (metapackages[isa].length > 0) return { reason, remedy: fetch };
    return { reason: `${reason}, and ${name} has none`, remedy: 'npx hvbench run --kernel FILE …' };
  }
  return {
    reason: `the Linux kernel ${unreadable} may not be read by this user`,
    remedy: `sudo chmod +r ${quoted(unreadable)}   # or, without root: ${fetch}, or --kernel FILE`,
  };
}

/**
 * A kernel for each ISA that has one: among `given` (files, each for the ISA that it is of), then in the cache
 * of fetched ones, then in `boot`. Throws UserError where a given file is no kernel.
 */
export async function findKernels(given: readonly string[], boot = '/boot'): Promise<GuestKernels> {
  const named = await readGiven(given);
  const found: Partial<Record<Isa, GuestKernel>> = {};
  for (const isa of isaSchema.options) {
    const kernel = named.get(isa) ?? (await fetchedKernel(isa)) ?? (await hostKernel(isa, boot));
    if (kernel) found[isa] = kernel;
  }
  const unreadable = found[HOST_ISA] ? null : await unreadableKernel(boot);
  return unreadable === null ? found : { ...found, unreadable };
}

async function readGiven(files: readonly string[]): Promise<Map<Isa, GuestKernel>> {
  const kernels = new Map<Isa, GuestKernel>();
  for (const file of files) {
    const { isa, release } = await readBzImage(file).catch(({ message }: Error) => {
      throw new UserError(`cannot use ${file} as a guest's kernel: ${message}`);
    });
    const path = resolve(file);
    const other = kernels.get(isa);
    if (other && other.path !== path)
      throw new UserError(`${other.path} and ${path} are both kernels for ${isa}: name one`);
    kernels.set(isa, { isa, path, release, origin: 'given', modules: await installedModules(release) });
  }
  return kernels;
}

async function fetchedKernel(isa: Isa): Promise<GuestKernel | null> {
  const kernel = await newestCached(isa);
  return kernel && fetched(kernel, GUEST_KERNEL);
}

/** The running kernel's image, else the newest that can be read: Ubuntu keeps them from users. */
async function hostKernel(isa: Isa, boot: string): Promise<GuestKernel | null> {
  for (const path of await hostImages(boot)) {
    const image = await readBzImage(path).catch(() => null);
    if (image?.isa !== isa) continue;
    const { release } = image;
    return { isa, path, release, origin: 'host', modules: await installedModules(release) };
  }
  return null;
}

/** The first of the host's images that is there for others than this user. */
async function unreadableKernel(boot: string): Promise<string | null> {
  for (const path of await hostImages(boot)) {
    const code = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).then(
      (file) => file.close(),
      ({ code }: NodeJS.ErrnoException) => code,
    );
    if (isRefusal(code ?? undefined)) return path;
  }
  return null;
}

/** Paths of what looks like kernels: that of the running one first, then the newest, by their names. */
async function hostImages(boot: string): Promise<string[]> {
  const names = await readdir(boot).catch(() => []);
  const isRunning = (release: string) => Number(release === runningRelease());
  return names
    .flatMap((name) => /^vmlinuz-(.+)$/.exec(name)?.[1] ?? [])
    .sort((a, b) => isRunning(b) - isRunning(a) || compareVersions(b, a))
    .map((release) => join(boot, `vmlinuz-${release}`));
}

/** As a kernel to boot. */
export function fetched({ isa, path, release, modules }: CachedKernel, kind: KernelKind): GuestKernel {
  const paths = modules?.map(({ name }) => join(dirname(path), name));
  return { isa, path, release, origin: 'fetched', modules: paths ? inLoadOrder(paths, kind.modules) : null };
}

function installedModules(release: string): Promise<string[]> {
  return findModules(join('/lib/modules', release));
}
