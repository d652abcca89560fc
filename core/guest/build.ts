/** Builds the guest images: each C file is compiled once per ISA and linked into every runtime. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Suite } from '../../suites/suite.ts';
import { UserError } from '../errors.ts';
import { chosenCompiler, findCompiler } from '../host/compiler.ts';
import { packageRoot } from '../package.ts';
import type { Isa } from '../results/schema.ts';
import { cacheFolder } from './cache-folder.ts';
import { cpio } from './cpio.ts';
import { parseElf } from './elf.ts';
import { layoutHeader, linkerScript, placeUnits, type Unit } from './layout.ts';
import { BUILDING, removeAbandoned } from './unfinished.ts';

const run = promisify(execFile);
const COMPILE_LIMIT_MS = 120_000;

/**
 * What workloads or operations are linked into: `kernel` is bare too, but for operations at level 0; `commands` runs
 * commands of the user's own.
 */
export type Runtime = 'linux' | 'bare' | 'linux-operations' | 'kernel' | 'commands';

/** The image in which a machine of a runtime runs operations instead of workloads. */
export const OPERATIONS: Partial<Record<ImageKind, Runtime>> = { linux: 'linux-operations', bare: 'kernel' };

/** What a machine is started with: `initramfs` holds the Linux runtime as the first process of a guest. */
export type ImageKind = Runtime | 'initramfs';

export interface GuestImage {
  readonly isa: Isa;
  readonly runtime: ImageKind;
  readonly path: string;
}

export interface GuestImages {
  image(isa: Isa, runtime: ImageKind): GuestImage;
  /** SHA-256 of an image as a whole: what stands for the code of an operation. */
  imageDigest(isa: Isa, runtime: Runtime): string;
  /** SHA-256 of the linked code of a C file (`cpu/sha256.c`) on an ISA. */
  digest(isa: Isa, unit: string): string;
}

const COMMON_FLAGS = [
  '-std=c11 -O2 -Wall -Wextra -Werror -ffreestanding -nostdlib -fno-pic -fno-pie -fno-stack-protector',
  '-fno-asynchronous-unwind-tables -fno-unwind-tables -fcf-protection=none',
  // A loop that copies is to stay the loop that was written: no calls to memcpy in its stead.
  '-fno-tree-loop-distribute-patterns',
  // Loops at the same place in a cache line in every build: a nearby edit should not move a figure.
  '-falign-functions=64 -falign-loops=32',
  // The same floating-point results wherever the code runs.
  '-ffp-contract=off -fno-math-errno -fno-strict-aliasing',
  // A guest kernel's interrupts would write over a red zone.
  '-mno-red-zone',
].flatMap((line) => line.split(' '));

const ISA_FLAGS: Record<Isa, readonly string[]> = {
  x86_64: ['-m64', '-march=x86-64', '-mcmodel=small'],
  i386: ['-m32', '-march=pentium4', '-msse2', '-mfpmath=sse', '-mpreferred-stack-boundary=4'],
};

/** Sources of each image, below suites/; those of workloads come besides. */
const RUNTIMES: Record<Runtime, { readonly sources: readonly string[]; readonly workloads: boolean }> = {
  linux: { sources: runtime('linux/main.c linux/linux.c linux/guest.c linux/start.S'), workloads: true },
  bare: { sources: runtime('bare/bare.c bare/start.S'), workloads: true },
  'linux-operations': {
    sources: [
      ...runtime('linux/main.c linux/linux.c linux/guest.c linux/start.S'),
      ...privileged('instructions fresh-page linux'),
    ],
    workloads: false,
  },
  commands: {
    sources: runtime(
      'linux/commands-main.c linux/command.c linux/steps.c linux/privileges.c linux/linux.c linux/guest.c linux/start.S',
    ),
    workloads: false,
  },
  kernel: {
    sources: [
      ...runtime('bare/bare.c kernel/kernel.c kernel/start.S'),
      ...privileged('instructions fresh-page devices faults mappings interrupts'),
    ],
    workloads: false,
  },
};

/** Loaded into a process of this host: see its source. */
const PRELOAD = 'runtime/preload/noatime.c';
const PRELOAD_LIBRARY = 'noatime.so';
const PRELOAD_FLAGS = '-std=c11 -O2 -Wall -Wextra -Werror -ffreestanding -nostdlib -shared -fPIC'.split(' ');

/** Where the library lies that virtiofsd needs without privileges, beside an x86-64 image. */
export function preloadBeside(image: string): string {
  return join(dirname(image), PRELOAD_LIBRARY);
}

function runtime(files: string): string[] {
  return ['serve.c', 'common.c', ...files.split(' ')].map((file) => `runtime/${file}`);
}

function privileged(names: string): string[] {
  return names.split(' ').map((name) => `privileged/${name}.c`);
}

/**
 * The images of these ISAs, built on demand into the user's cache and found there by content: sources,
 * flags and compiler. Throws a UserError where no compiler is found or it fails.
 */
export async function buildImages(suites: readonly Suite[], isas: readonly Isa[]): Promise<GuestImages> {
  const compiler = await findCompiler();
  if (!compiler) {
    const chosen = chosenCompiler();
    throw new UserError(
      chosen
        ? `CC is set to ${JSON.stringify(chosen)}, which does not work: name one command without arguments, or unset CC`
        : 'no C compiler found: install one (Debian: apt-get install gcc) or name it in CC',
    );
  }
  const folders = new Map<Isa, string>();
  for (const isa of isas) folders.set(isa, await buildIsa(suites, isa, compiler));

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
    image: (isa, runtime) => ({ isa, runtime, path: join(folderOf(isa), runtime) }),
    imageDigest: (isa, runtime) => whole.get(`${isa} ${runtime}`) ?? '',
    digest: (isa, unit) => digests.get(`${isa} ${unit}`) ?? '',
  };
}

/** SHA-256 of each unit's linked code in an image, by the unit's key. */
export async function digestUnits(image: string, units: readonly Unit[]): Promise<Map<string, string>> {
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
  compiler: { command: string; version: string },
): Promise<string> {
  const root = packageRoot();
  const runtimeFolder = join(root, 'suites/runtime');
  const units = placeUnits(suites);
  const script = linkerScript(units);
  const sources = [
    ...units.map((unit) => ({ path: join(root, 'suites', unit.key), object: unit.object })),
    ...[...new Set(Object.values(RUNTIMES).flatMap(({ sources }) => sources))].map((file) => ({
      path: join(root, 'suites', file),
      object: objectOf(file),
    })),
  ];

  const hash = createHash('sha256');
  const flags = [...COMMON_FLAGS, ...ISA_FLAGS[isa]];
  const preload = join(root, 'suites', PRELOAD);
  const { command, version } = compiler;
  for (const part of [command, version, flags.join(' '), PRELOAD_FLAGS.join(' '), layoutHeader(), script])
    hash.update(`${part}\0`);
  const files = [...(await headers(join(root, 'suites'))), ...sources.map(({ path }) => path), preload];
  for (const file of files) {
    hash.update(`${basename(file)}\0`).update(await readFile(file));
  }
  const cache = join(cacheFolder(), 'images');
  const folder = join(cache, `${isa}-${hash.digest('hex').slice(0, 24)}`);
  if (await exists(join(folder, 'initramfs'))) return folder;

  const work = await mkdir(cache, { recursive: true })
    .then(() => removeAbandoned(cache))
    .then(() => mkdtemp(join(cache, BUILDING)))
    .catch((error: NodeJS.ErrnoException) => {
      throw new UserError(
        `cannot build guest images in ${cache}: ${error.code}; set XDG_CACHE_HOME to another folder`,
      );
    });
  try {
    await writeFile(join(work, 'layout.h'), layoutHeader());
    await writeFile(join(work, 'image.lds'), script);
    await inParallel(sources, ({ path, object }) =>
      compile(command, [...flags, '-I', runtimeFolder, '-I', work, '-c', path, '-o', join(work, object)]),
    );
    for (const [runtime, { sources, workloads }] of Object.entries(RUNTIMES)) {
      const objects = [...sources.map(objectOf), ...(workloads ? units.map((unit) => unit.object) : [])];
      await compile(command, [
        ...ISA_FLAGS[isa],
        ...'-nostdlib -static -no-pie -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,max-page-size=4096'.split(
          ' ',
        ),
        '-Wl,--no-warn-rwx-segments',
        `-Wl,-T,${join(work, 'image.lds')}`,
        ...objects.map((object) => join(work, object)),
        '-o',
        join(work, runtime),
      ]);
    }
    if (isa === 'x86_64')
      await compile(command, [...PRELOAD_FLAGS, preload, '-o', join(work, PRELOAD_LIBRARY)]);
    const init = { path: 'init', mode: 0o100755, content: await readFile(join(work, 'linux')) };
    await writeFile(join(work, 'initramfs'), cpio([init]));
    // Renaming is atomic: whoever looks finds all of it or nothing. Another run may have been faster.
    await rename(work, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

function objectOf(source: string): string {
  // The linker script knows the common functions by their name.
  return `${source
    .replace('runtime/common', 'common')
    .replaceAll('/', '.')
    .replace(/\.[cS]$/, '')}.o`;
}

async function headers(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files
    .filter((file) => file.endsWith('.h'))
    .sort()
    .map((file) => join(folder, file));
}

async function compile(command: string, args: readonly string[]): Promise<void> {
  try {
    await run(command, args, { timeout: COMPILE_LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 1 << 20 });
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const line = stderr.split('\n').find((text) => /error|fatal|cannot/i.test(text)) ?? message;
    throw new UserError(`building the guest images failed: ${line.trim()}`);
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}
