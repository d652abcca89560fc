/** Fetches Debian's kernel for guests, without root and without installing anything. */
import { lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { ExecutionError, execute } from '../host/execute.ts';
import { findOnPath } from '../host/path.ts';
import type { Isa } from '../results/schema.ts';
import { type Apt, createApt, type Package } from './apt.ts';
import { readBzImage } from './bzimage.ts';
import { type CachedKernel, cachedVersion, keepKernel, kernelsFolder } from './kernel-cache.ts';
import type { GuestKernel } from './kernels.ts';
import { BUILDING, removeAbandoned } from './unfinished.ts';

export interface FetchOptions {
  /** Ends it: everything that it started is killed, and nothing stays. */
  readonly signal?: AbortSignal | undefined;
  /** Hears, in a line, of trouble that it can live with. */
  readonly say?: (text: string) => void;
}

/** The smallest of Debian's kernels with what guests need: packages that depend on the newest of its kind. */
const KERNELS: Record<Isa, { readonly architecture: string; readonly metapackage: string }> = {
  x86_64: { architecture: 'amd64', metapackage: 'linux-image-cloud-amd64' },
  i386: { architecture: 'i386', metapackage: 'linux-image-686' },
};
const PROGRAMS = ['apt-get', 'apt-cache', 'dpkg-deb', 'tar'];
const EXTRACT_LIMIT_MS = 120_000;

/**
 * Debian's newest kernel for an ISA, from the cache if it holds that version. Throws UserError where it cannot
 * be had, and the reason of `signal` where that ended it.
 */
export async function fetchKernel(isa: Isa, options: FetchOptions = {}): Promise<GuestKernel> {
  for (const program of PROGRAMS) {
    if ((await findOnPath(program)) === null)
      throw new UserError(`Debian's kernel cannot be fetched without ${program}: ${nameOne(isa)}`);
  }
  const cache = kernelsFolder();
  try {
    await mkdir(cache, { recursive: true });
    await removeAbandoned(cache);
    const work = await mkdtemp(join(cache, BUILDING));
    try {
      const { path, release } = await fetchInto(work, isa, options);
      return { isa, path, release, origin: 'fetched' };
    } finally {
      await rm(work, { recursive: true, force: true, maxRetries: 3 });
    }
  } catch (error) {
    if (error instanceof ExecutionError)
      throw new UserError(`Debian's kernel for ${isa} cannot be fetched: ${error.message}; ${nameOne(isa)}`);
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new UserError(`cannot keep kernels in ${cache}: ${code}; set XDG_CACHE_HOME to another folder`);
  }
}

async function fetchInto(work: string, isa: Isa, { signal, say }: FetchOptions): Promise<CachedKernel> {
  const { architecture, metapackage } = KERNELS[isa];
  const folder = join(work, 'apt');
  await mkdir(folder);
  const apt = await createApt(folder, architecture, signal);
  const trouble = await apt.update().then(
    () => null,
    (error) => {
      // One of several lists may be missing, such as that of a mirror which is just being renewed.
      if (error instanceof ExecutionError) return error.message;
      throw error;
    },
  );
  const wanted = await findNewest(apt, metapackage);
  if (wanted === null) {
    const why = trouble === null ? '' : ` (${trouble})`;
    throw new UserError(`apt knows no ${metapackage} here${why}: ${nameOne(isa)}`);
  }
  if (trouble !== null) say?.(`going on although not every list of packages could be fetched: ${trouble}`);

  const origin = { package: wanted.name, version: wanted.version };
  const cached = await cachedVersion(isa, origin);
  if (cached) return cached;
  const file = await apt.download(wanted).catch((error) => {
    if (!(error instanceof ExecutionError)) throw error;
    throw new UserError(
      `${wanted.name} ${wanted.version} cannot be downloaded: ${error.message}; try again later, or ${nameOne(isa)}`,
    );
  });
  const image = await extract(file, join(work, 'files'), signal);
  const found = await readBzImage(image).catch(({ message }: Error) => {
    throw new UserError(`the kernel in ${wanted.name} cannot be used: ${message}; ${nameOne(isa)}`);
  });
  if (found.isa !== isa)
    throw new UserError(`the kernel in ${wanted.name} is for ${found.isa}; ${nameOne(isa)}`);
  return keepKernel(image, origin, work);
}

/** The package that a metapackage stands for, as it is now. */
async function findNewest(apt: Apt, metapackage: string): Promise<Package | null> {
  const { depends } = (await apt.find(metapackage)) ?? { depends: '' };
  const name = /\blinux-image-\d[\w.+~-]*/.exec(depends)?.[0];
  return name === undefined ? null : apt.find(name);
}

/** Takes nothing but the kernel out of a package: its modules are many times as large. */
async function extract(file: string, folder: string, signal: AbortSignal | undefined): Promise<string> {
  await mkdir(folder);
  const script = `dpkg-deb --fsys-tarfile "$1" |
    tar -x --no-same-owner --no-same-permissions --wildcards './boot/vmlinuz-*'`;
  await execute('sh', ['-c', script, 'sh', file], { cwd: folder, timeoutMs: EXTRACT_LIMIT_MS, signal });
  const boot = join(folder, 'boot');
  const [name, ...others] = await readdir(boot);
  if (name === undefined || others.length > 0 || !(await lstat(join(boot, name))).isFile())
    throw new ExecutionError('its package does not hold one kernel', 0);
  return join(boot, name);
}

function nameOne(isa: Isa): string {
  return `name a kernel for ${isa} with --kernel FILE`;
}
