/** Fetches this distribution's kernel, without root and without installing anything. */
import { lstat, mkdir, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { reasonIn, reasonOf } from '../files.ts';
import { ExecutionError, execute } from '../host/execute.ts';
import { findOnPath } from '../host/path.ts';
import type { Isa } from '../results/schema.ts';
import { type Apt, createApt, type Package } from './apt.ts';
import { readBzImage } from './bzimage.ts';
import { type CachedKernel, cachedVersion, keepKernel, kernelsFolder } from './kernel-cache.ts';
import { GUEST_KERNEL, type KernelKind } from './kernel-kinds.ts';
import { ARCHITECTURES, type KernelFamily, kernelFamily } from './kernel-packages.ts';
import { fetched, type GuestKernel } from './kernels.ts';
import { findModules } from './modules.ts';
import { BUILDING, removeAbandoned } from './unfinished.ts';

export interface FetchOptions {
  /** Ends it: everything that it started is killed, and nothing stays. */
  readonly signal?: AbortSignal | undefined;
  /** Hears, in a line, of trouble that it can live with. */
  readonly say?: (text: string) => void;
  /** What this system is and what it is like, as os-release(5) has it; read there unless given. */
  readonly systems?: readonly string[];
  /** What it is for: guests, unless told. */
  readonly kind?: KernelKind;
}

/** The distribution's archive, read whole, holds no kernel for an ISA: Debian's from 13 on, and Ubuntu's, none for i386. */
export class NoKernelError extends UserError {}

const PROGRAMS = ['apt-get', 'apt-cache', 'dpkg-deb', 'tar'];
const EXTRACT_LIMIT_MS = 120_000;
const MIB = 2 ** 20;
/** What it takes on the way at least, bytes: the lists of packages, the package, and what is taken out of it. */
const LEAST_ROOM = 48 * MIB;
/** With less than this a disk is full: apt does not always say so. */
const FULL = MIB;

/**
 * The distribution's newest kernel for an ISA, from the cache if it holds that version. Throws UserError where it cannot
 * be had, and the reason of `signal` where that ended it.
 */
export async function fetchKernel(isa: Isa, options: FetchOptions = {}): Promise<GuestKernel> {
  const family = kernelFamily(options.systems);
  const { kind = GUEST_KERNEL } = options;
  if (kind.packages(family, isa).length === 0)
    throw new NoKernelError(`${family.name} has no kernel for ${isa}: ${nameOne(isa)}`);
  for (const program of PROGRAMS) {
    if ((await findOnPath(program)) === null)
      throw new UserError(`${family.name}'s kernel cannot be fetched without ${program}: ${nameOne(isa)}`);
  }
  const cache = kernelsFolder();
  try {
    await mkdir(cache, { recursive: true });
    await removeAbandoned(cache);
    const free = await roomIn(cache);
    if (free < LEAST_ROOM)
      throw cannotKeep(
        `${Math.floor(free / MIB)} MiB are free there, but fetching one takes at least ${LEAST_ROOM / MIB} MiB`,
      );
    const work = await mkdtemp(join(cache, BUILDING));
    try {
      return fetched(await fetchInto(work, isa, family, options), kind);
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof ExecutionError || error instanceof UserError) {
        // What apt says of a full disk may be anything.
        const reason = reasonIn(message) ?? ((await roomIn(cache)) < FULL ? 'no space is left there' : null);
        if (reason !== null) throw cannotKeep(reason);
      }
      throw error;
    } finally {
      await rm(work, { recursive: true, force: true, maxRetries: 3 });
    }
  } catch (error) {
    if (error instanceof ExecutionError)
      throw new UserError(
        `${family.name}'s kernel for ${isa} cannot be fetched: ${error.message}; ${nameOne(isa)}`,
      );
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw cannotKeep(reasonOf(error));
  }
}

function cannotKeep(reason: string): UserError {
  return new UserError(
    `cannot keep kernels in ${kernelsFolder()}: ${reason}; set XDG_CACHE_HOME to another folder`,
  );
}

/** What is free where a folder is, bytes. */
async function roomIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function fetchInto(
  work: string,
  isa: Isa,
  family: KernelFamily,
  { signal, say, kind = GUEST_KERNEL }: FetchOptions,
): Promise<CachedKernel> {
  const folder = join(work, 'apt');
  await mkdir(folder);
  const apt = await createApt(folder, ARCHITECTURES[isa], signal);
  const trouble = await apt.update().then(
    () => null,
    (error) => {
      // One of several lists may be missing, such as that of a mirror which is just being renewed.
      if (error instanceof ExecutionError) return error.message;
      throw error;
    },
  );
  const metapackages = kind.packages(family, isa);
  const wanted = await findNewest(apt, metapackages);
  if (wanted === null) {
    const why = trouble === null ? '' : ` (${trouble})`;
    const names = new Intl.ListFormat('en', { type: 'disjunction' }).format(metapackages);
    const Refusal = trouble === null ? NoKernelError : UserError;
    throw new Refusal(`apt has no package ${names} here${why}: ${nameOne(isa)}`);
  }
  if (trouble !== null) say?.(`continuing, although not every package list could be fetched: ${trouble}`);

  const origin = { package: wanted.name, version: wanted.version };
  const cached = await cachedVersion(isa, origin, kind);
  if (cached?.modules) return cached;
  const download = (each: Package) =>
    apt.download(each).catch((error) => {
      if (!(error instanceof ExecutionError)) throw error;
      throw new UserError(
        `${each.name} ${each.version} cannot be downloaded: ${error.message}; try again later, or ${nameOne(isa)}`,
      );
    });
  const files = [await download(wanted)];
  const isLoading = kind.loading.includes(isa);
  const apart = isLoading ? await findModulesOf(apt, wanted) : null;
  if (apart !== null) files.push(await download(apart));
  const { image, modules } = await extract(files, join(work, 'files'), kind.modules, signal);
  const found = await readBzImage(image).catch(({ message }: Error) => {
    throw new UserError(`the kernel in ${wanted.name} cannot be used: ${message}; ${nameOne(isa)}`);
  });
  if (found.isa !== isa)
    throw new UserError(`the kernel in ${wanted.name} is for ${found.isa}; ${nameOne(isa)}`);
  return keepKernel(image, isLoading ? modules : [], origin, work, kind);
}

/** The package that the first metapackage which apt knows stands for, as it is now. */
async function findNewest(apt: Apt, metapackages: readonly string[]): Promise<Package | null> {
  for (const metapackage of metapackages) {
    const { depends } = (await apt.find(metapackage)) ?? { depends: '' };
    const name = /\blinux-image-\d[\w.+~-]*/.exec(depends)?.[0];
    const found = name === undefined ? null : await apt.find(name);
    if (found !== null) return found;
  }
  return null;
}

/** The package of a kernel's modules, if it is another one, as Ubuntu has it. */
async function findModulesOf(apt: Apt, { depends }: Package): Promise<Package | null> {
  const name = /\blinux-modules-\d[\w.+~-]*/.exec(depends)?.[0];
  return name === undefined ? null : apt.find(name);
}

/** Takes the kernel out of the first of its packages, and the few of its modules that are wanted out of all. */
async function extract(
  packages: readonly string[],
  folder: string,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ image: string; modules: string[] }> {
  await mkdir(folder);
  // A kernel may have some of the modules built in, and then its packages lack their files.
  const script = `wanted=$1; shift
    unpack() { dpkg-deb --fsys-tarfile "$file" | tar -x --no-same-owner --no-same-permissions --wildcards "$@"; }
    file=$1; unpack './boot/vmlinuz-*' && for file; do unpack $wanted 2>/dev/null || true; done`;
  const wanted = ['./lib', './usr/lib'].flatMap((lib) =>
    names.map((path) => `${lib}/modules/*/${dirname(path)}/*`),
  );
  // No shell may find files of these names: -f keeps the stars.
  await execute('sh', ['-f', '-c', script, 'sh', [...new Set(wanted)].join(' '), ...packages], {
    ...{ cwd: folder, timeoutMs: EXTRACT_LIMIT_MS, signal },
  });
  const boot = join(folder, 'boot');
  const [name, ...others] = await readdir(boot);
  if (name === undefined || others.length > 0 || !(await lstat(join(boot, name))).isFile())
    throw new ExecutionError('its package does not hold one kernel', 0);
  const modules: string[] = [];
  for (const place of ['lib/modules', 'usr/lib/modules']) {
    const [release] = await readdir(join(folder, place)).catch(() => []);
    if (release !== undefined) modules.push(...(await findModules(join(folder, place, release), names)));
  }
  return { image: join(boot, name), modules };
}

function nameOne(isa: Isa): string {
  return `name a kernel for ${isa} with --kernel FILE`;
}
