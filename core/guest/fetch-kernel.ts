/** Fetches this distribution's kernel, without root and without installing anything. */
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { ExecutionError, execute } from '../host/execute.ts';
import type { Isa } from '../results/schema.ts';
import type { Package } from './apt.ts';
import { readBzImage } from './bzimage.ts';
import { type Archive, fetching, inSpiteOf, noPackage, openArchive } from './fetching.ts';
import { type CachedKernel, cachedVersion, keepKernel, kernelsFolder } from './kernel-cache.ts';
import { GUEST_KERNEL, type KernelKind } from './kernel-kinds.ts';
import { ARCHITECTURES, type KernelFamily, kernelFamily } from './kernel-packages.ts';
import { fetched, type GuestKernel } from './kernels.ts';
import { findModules } from './modules.ts';

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

const EXTRACT_LIMIT_MS = 120_000;
const LEAST_ROOM = 48 * 2 ** 20;

/**
 * The distribution's newest kernel for an ISA, from the cache if it holds that version. Throws UserError where it cannot
 * be had, and the reason of `signal` where that ended it.
 */
export async function fetchKernel(isa: Isa, options: FetchOptions = {}): Promise<GuestKernel> {
  const family = kernelFamily(options.systems);
  const { kind = GUEST_KERNEL } = options;
  if (kind.packages(family, isa).length === 0)
    throw new NoKernelError(`${family.name} has no kernel for ${isa}: ${nameOne(isa)}`);
  const about = {
    short: `${family.name}'s kernel`,
    what: `${family.name}'s kernel for ${isa}`,
    ...{ instead: nameOne(isa), cache: kernelsFolder(), kind: 'kernels', leastRoom: LEAST_ROOM },
  };
  return fetching(about, async (work) => fetched(await fetchInto(work, isa, family, options), kind));
}

async function fetchInto(
  work: string,
  isa: Isa,
  family: KernelFamily,
  { signal, say, kind = GUEST_KERNEL }: FetchOptions,
): Promise<CachedKernel> {
  const archive = await openArchive(work, ARCHITECTURES[isa], nameOne(isa), signal);
  const { trouble } = archive;
  const metapackages = kind.packages(family, isa);
  const wanted = await archive.newest(metapackages, /\blinux-image-\d[\w.+~-]*/);
  if (wanted === null) {
    const Refusal = trouble === null ? NoKernelError : UserError;
    throw new Refusal(noPackage(metapackages, trouble, nameOne(isa)));
  }
  if (trouble !== null) say?.(inSpiteOf(trouble));

  const origin = { package: wanted.name, version: wanted.version };
  const cached = await cachedVersion(isa, origin, kind);
  if (cached?.modules) return cached;
  const files = [await archive.download(wanted)];
  const isLoading = kind.loading.includes(isa);
  const apart = isLoading ? await findModulesOf(archive, wanted) : null;
  if (apart !== null) files.push(await archive.download(apart));
  const { image, modules } = await extract(files, join(work, 'files'), kind.modules, signal);
  const found = await readBzImage(image).catch(({ message }: Error) => {
    throw new UserError(`the kernel in ${wanted.name} cannot be used: ${message}; ${nameOne(isa)}`);
  });
  if (found.isa !== isa)
    throw new UserError(`the kernel in ${wanted.name} is for ${found.isa}; ${nameOne(isa)}`);
  return keepKernel(image, isLoading ? modules : [], origin, work, kind);
}

/** The package of a kernel's modules, if it is another one, as Ubuntu has it. */
async function findModulesOf(archive: Archive, { depends }: Package): Promise<Package | null> {
  const name = /\blinux-modules-\d[\w.+~-]*/.exec(depends)?.[0];
  return name === undefined ? null : archive.find(name);
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
