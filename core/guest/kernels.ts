/** The Linux kernels that guests can boot here: named by the user, fetched earlier, or the host's own. */
import { readdir } from 'node:fs/promises';
import { release as runningRelease } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { type Isa, isaSchema } from '../results/schema.ts';
import { readBzImage } from './bzimage.ts';
import { type CachedKernel, newestCached } from './kernel-cache.ts';
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

export type GuestKernels = Partial<Readonly<Record<Isa, GuestKernel>>>;

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
  return found;
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
  return kernel && fetched(kernel);
}

/** The running kernel's image, else the newest that can be read: distributions may keep them from users. */
async function hostKernel(isa: Isa, boot: string): Promise<GuestKernel | null> {
  const names = await readdir(boot).catch(() => []);
  const running = `vmlinuz-${runningRelease()}`;
  const images = await Promise.all(
    names
      .filter((name) => name.startsWith('vmlinuz-'))
      .map(async (name) => {
        const path = join(boot, name);
        const image = await readBzImage(path).catch(() => null);
        return image?.isa === isa ? { path, release: image.release, isRunning: name === running } : null;
      }),
  );
  const [best] = images
    .filter((image) => image !== null)
    .sort((a, b) => Number(b.isRunning) - Number(a.isRunning) || compareVersions(b.release, a.release));
  if (!best) return null;
  const { path, release } = best;
  return { isa, path, release, origin: 'host', modules: await installedModules(release) };
}

/** As a guest's kernel. */
export function fetched({ isa, path, release, modules }: CachedKernel): GuestKernel {
  const paths = modules?.map(({ name }) => join(dirname(path), name));
  return { isa, path, release, origin: 'fetched', modules: paths ? inLoadOrder(paths) : null };
}

function installedModules(release: string): Promise<string[]> {
  return findModules(join('/lib/modules', release));
}
