/** The kernel of an emulated computer: one that has KVM on AMD-V. */
import { join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { readBzImage } from '../guest/bzimage.ts';
import { type FetchOptions, fetchKernel } from '../guest/fetch-kernel.ts';
import { newestCached } from '../guest/kernel-cache.ts';
import { HOST_KERNEL } from '../guest/kernel-kinds.ts';
import { fetched } from '../guest/kernels.ts';
import { EMULATED_MODULES, findModules, KVM_AMD, KVM_MODULES, NINE_P, namesIn } from '../guest/modules.ts';

export interface HostKernel {
  readonly path: string;
  readonly release: string;
  /** In the order in which they are loaded; what is built in has none. */
  readonly modules: readonly string[];
}

const ISA = 'x86_64';

/** Those that a kernel needs where KVM cannot be. */
export function withoutKvm(modules: readonly string[]): string[] {
  const kvm = namesIn(KVM_MODULES);
  return modules.filter((path) => namesIn([path]).every((name) => !kvm.includes(name)));
}

/** The one in the cache, if any. */
export async function cachedHostKernel(): Promise<HostKernel | null> {
  const kernel = await newestCached(ISA, HOST_KERNEL);
  return kernel && complete(fetched(kernel, HOST_KERNEL));
}

/**
 * The one that was named, with its modules in /lib/modules; else the one in the cache; else one that is fetched, which
 * `phase` is told. Throws UserError where it cannot be had.
 */
export async function hostKernel(
  given: string | undefined,
  phase: (text: string) => void,
  options: FetchOptions,
): Promise<HostKernel> {
  if (given !== undefined) return await namedKernel(given);
  const cached = await cachedHostKernel();
  if (cached) return cached;
  phase('fetching a kernel with KVM (70 MB)');
  return complete(await fetchKernel(ISA, { ...options, kind: HOST_KERNEL }));
}

async function namedKernel(file: string): Promise<HostKernel> {
  const { isa, release } = await readBzImage(file).catch(({ message }: Error) => {
    throw new UserError(`cannot use ${file} as a kernel: ${message}`);
  });
  if (isa !== ISA) throw new UserError(`cannot use ${file} as a kernel: it is for ${isa}, not for ${ISA}`);
  const folder = join('/lib/modules', release);
  const modules = await findModules(folder, EMULATED_MODULES);
  return complete({ path: resolve(file), release, modules }, folder);
}

/** Throws UserError where what is never built in is missing. */
function complete(
  { path, release, modules }: Omit<HostKernel, 'modules'> & { readonly modules: readonly string[] | null },
  folder = 'its package',
): HostKernel {
  const names = namesIn(modules ?? []);
  for (const module of [KVM_AMD, NINE_P]) {
    const [name] = namesIn([module]);
    if (name !== undefined && !names.includes(name))
      throw new UserError(
        `Linux ${release} cannot be the kernel of an emulated computer: ${folder} has no module ${name}; name another kernel with --kernel FILE`,
      );
  }
  return { path, release, modules: modules ?? [] };
}
