/** Builds the guest images: each C file is compiled once per ISA and linked into every runtime. */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { compile } from '../host/compiler.ts';
import type { Suite } from '../model/suite.ts';
import { packageRoot } from '../package.ts';
import type { Isa } from '../results/schema.ts';
import { cpio } from './cpio.ts';
import { parseElf } from './elf.ts';
import { keepInImageCache } from './image-cache.ts';
import { type CodeUnit, layoutHeader, linkerScript, placeUnits } from './layout.ts';
import { findToolchain, settleFlags, type Toolchain } from './toolchain.ts';

/**
 * What workloads or operations are linked into: `kernel` is bare too, but for operations at level 0; `commands` runs
 * commands of the user's own, and `remote` starts `linux` on another computer.
 */
export type Runtime = 'linux' | 'bare' | 'linux-operations' | 'kernel' | 'commands' | 'remote';

/** The image in which a machine of a runtime runs operations instead of workloads. */
export const OPERATIONS: Partial<Record<ImageKind, Runtime>> = { linux: 'linux-operations', bare: 'kernel' };

/** What a machine is started with: `initramfs` holds the Linux runtime as the first process of a guest. */
export type ImageKind = Runtime | 'initramfs';

export interface GuestImage {
  readonly isa: Isa;
  readonly runtime: ImageKind;
  readonly path: string;
  /** Where the libraries lie that were built with it: see {@link preloadIn}. */
  readonly folder: string;
}

export interface GuestImages {
  image(isa: Isa, runtime: ImageKind): GuestImage;
  /** SHA-256 of an image as a whole: what stands for the code of an operation. */
  imageDigest(isa: Isa, runtime: Runtime): string;
  /** SHA-256 of the linked code of a C file (`cpu/sha256.c`) on an ISA. */
  digest(isa: Isa, unit: string): string;
}

/** Sources of each image, below suites/; those of workloads come besides. */
const RUNTIMES: Record<Runtime, { readonly sources: readonly string[]; readonly workloads: boolean }> = {
  linux: {
    sources: runtime('stack.S linux/main.c linux/linux.c linux/guest-with-kernel-ports.c linux/start.S'),
    workloads: true,
  },
  bare: { sources: runtime('stack.S bare/bare.c bare/start.S'), workloads: true },
  'linux-operations': {
    sources: [
      ...runtime('linux/main.c linux/linux.c linux/guest.c linux/start.S'),
      ...privileged('instructions fresh-page linux'),
    ],
    workloads: false,
  },
  commands: {
    sources: runtime(
      'linux/commands-main.c linux/command.c linux/steps.c linux/privileges.c linux/linux.c linux/guest-with-kernel-ports.c linux/start.S',
    ),
    workloads: false,
  },
  remote: { sources: inRuntime('common.c linux/remote.c linux/lock.c linux/start.S'), workloads: false },
  kernel: {
    sources: [
      ...runtime('bare/bare.c kernel/kernel.c kernel/start.S'),
      ...privileged('instructions fresh-page devices faults mappings interrupts'),
    ],
    workloads: false,
  },
};

/** Loaded into processes of this host: see their sources. */
const PRELOADS = { noatime: 'runtime/preload/noatime.c', xstate: 'runtime/preload/xstate.c' };
const PRELOAD_FLAGS = '-m64 -std=c11 -O2 -ffreestanding -nostdlib -shared -fPIC'.split(' ');

/** What a build has to tell besides images, kept beside them: lines. */
const LOSSES = 'losses';

export interface BuildOptions {
  /** Is told, a sentence each, what these images lack and why they lie elsewhere than in the cache. */
  readonly note?: (text: string) => void;
  /** Ends compilers when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A library in the folder of an x86-64 build: `noatime`, which virtiofsd needs without privileges; `xstate`, which User
 * Mode Linux needs on a CPU with AMX.
 */
export function preloadIn(folder: string, name: keyof typeof PRELOADS): string {
  return join(folder, `${name}.so`);
}

function runtime(files: string): string[] {
  return inRuntime(`serve.c common.c ${files}`);
}

function inRuntime(files: string): string[] {
  return files.split(' ').map((file) => `runtime/${file}`);
}

function privileged(names: string): string[] {
  return names.split(' ').map((name) => `privileged/${name}.c`);
}

/**
 * The images of these ISAs, built on demand into the user's cache and found there by content: sources, compiler and
 * linker, and what is asked of them. Throws a UserError where no compiler is found or it fails, or where images cannot
 * be kept.
 */
export async function buildImages(
  suites: readonly Suite[],
  isas: readonly Isa[],
  options: BuildOptions = {},
): Promise<GuestImages> {
  const toolchain = await findToolchain();
  const folders = new Map<Isa, string>();
  for (const isa of isas) folders.set(isa, await buildIsa(suites, isa, toolchain, options));

  const units = placeUnits(suites);
  const digests = new Map<string, string>();
  const whole = new Map<string, string>();
  for (const [isa, folder] of folders) {
    for (const runtime of Object.values(OPERATIONS)) {
      const image = await readFile(join(folder, runtime));
      whole.set(`${isa} ${runtime}`, createHash('sha256').update(image).digest('hex'));
    }
    for (const [key, digest] of await digestUnits(join(folder, 'linux'), units))
      digests.set(`${isa} ${key}`, digest);
  }
  const folderOf = (isa: Isa) => {
    const folder = folders.get(isa);
    if (!folder) throw new Error(`no image was built for ${isa}`);
    return folder;
  };
  return {
    image: (isa, runtime) => {
      const folder = folderOf(isa);
      return { isa, runtime, path: join(folder, runtime), folder };
    },
    imageDigest: (isa, runtime) => whole.get(`${isa} ${runtime}`) ?? '',
    digest: (isa, unit) => digests.get(`${isa} ${unit}`) ?? '',
  };
}

/** SHA-256 of each unit's linked code in an image, by the unit's key. */
export async function digestUnits(image: string, units: readonly CodeUnit[]): Promise<Map<string, string>> {
  const elf = parseElf(await readFile(image));
  return new Map(
    units.map((unit) => {
      const code = elf.section(unit.section);
      if (!code || elf.sectionAddress(unit.section) !== unit.code) {
        throw new Error(`${image}: ${unit.section} is not at its address`);
      }
      return [unit.key, createHash('sha256').update(code).digest('hex')];
    }),
  );
}

async function buildIsa(
  suites: readonly Suite[],
  isa: Isa,
  toolchain: Toolchain,
  { note = () => {}, signal }: BuildOptions,
): Promise<string> {
  const root = packageRoot();
  const units = placeUnits(suites);
  const script = linkerScript(units);
  const sources = [
    ...units.map((unit) => ({
      ...{ path: resolve(root, unit.path), object: unit.object },
      isWorkload: true,
    })),
    ...[...new Set(Object.values(RUNTIMES).flatMap(({ sources }) => sources))].map((file) => ({
      path: join(root, 'suites', file),
      object: objectOf(file),
      isWorkload: false,
    })),
  ];

  const hash = createHash('sha256');
  const preloads = Object.entries(PRELOADS).map(([name, source]) => ({
    library: `${name}.so`,
    source: join(root, 'suites', source),
  }));
  for (const part of [toolchain.identity, PRELOAD_FLAGS.join(' '), layoutHeader(), script])
    hash.update(`${part}\0`);
  const own = join(root, 'suites');
  const others = new Set(
    sources.map(({ path }) => dirname(path)).filter((folder) => !folder.startsWith(own)),
  );
  const headers = [
    await headersIn(own, true),
    ...(await Promise.all([...others].map((at) => headersIn(at, false)))),
  ];
  const files = [...headers.flat(), ...sources.map(({ path }) => path)];
  files.push(...preloads.map(({ source }) => source));
  for (const file of files) {
    hash.update(`${basename(file)}\0`).update(await readFile(file));
  }

  const make = async (work: string) => {
    const { compiler, linker } = toolchain;
    const options = { folder: work, signal };
    const flags = await settleFlags(toolchain, isa, work, signal);
    const includes = ['-I', join(root, 'suites/runtime'), '-I', work];
    const link = (objects: readonly string[], output: string, more: readonly string[] = []) =>
      compile(
        compiler,
        [
          ...[...flags.link, `-Wl,-T,${join(work, 'image.lds')}`, ...more],
          ...[...objects.map((object) => join(work, object)), '-o', join(work, output)],
        ],
        options,
      );
    await writeFile(join(work, 'layout.h'), layoutHeader());
    await writeFile(join(work, 'image.lds'), script);
    await inParallel(sources, ({ path, object, isWorkload }) => {
      const own = isWorkload ? flags.compile : flags.compileRuntime;
      return compile(compiler, [...own, ...includes, '-c', path, '-o', join(work, object)], options);
    });
    const workloads = units.map((unit) => unit.object);
    // Without the functions that a compiler may call, the linker names who calls one.
    if (!flags.keepsLoops) await link(workloads, 'workloads', ['-Wl,--entry=0']);
    for (const [runtime, image] of Object.entries(RUNTIMES))
      await link([...image.sources.map(objectOf), ...(image.workloads ? workloads : [])], runtime);
    if (isa === 'x86_64')
      for (const { library, source } of preloads)
        await compile(
          compiler,
          [...PRELOAD_FLAGS, ...linker.flags, source, '-o', join(work, library)],
          options,
        );
    await writeFile(join(work, LOSSES), flags.losses.map((loss) => `${loss}\n`).join(''));
    const init = { path: 'init', mode: 0o100755, content: await readFile(join(work, 'linux')) };
    await writeFile(join(work, 'initramfs'), cpio([init]));
  };
  const folder = await keepInImageCache(
    {
      name: `${isa}-${hash.digest('hex').slice(0, 24)}`,
      ...{ last: 'initramfs', program: 'linux' },
      make: (work) =>
        make(work).catch((error) => {
          if (!(error instanceof UserError)) throw error;
          throw new UserError(`building the guest images for ${isa} failed: ${error.message}`);
        }),
    },
    note,
  );
  const losses = await readFile(join(folder, LOSSES), 'utf8');
  for (const loss of losses.split('\n').filter(Boolean)) note(loss);
  return folder;
}

function objectOf(source: string): string {
  // The linker script knows the common functions by their name.
  return `${source
    .replace('runtime/common', 'common')
    .replaceAll('/', '.')
    .replace(/\.[cS]$/, '')}.o`;
}

/** Of a plugin, those beside its sources: there is no telling what else its folder holds. */
async function headersIn(folder: string, recursive: boolean): Promise<string[]> {
  const files = await readdir(folder, { recursive });
  return files
    .filter((file) => file.endsWith('.h'))
    .sort()
    .map((file) => join(folder, file));
}

/** Rejects with the first failure, when nothing is going on any more. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    try {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
    } finally {
      queue.length = 0;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: availableParallelism() }, worker));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
