import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFile,
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { buildImages, digestUnits, type GuestImages, OPERATIONS } from '../../../core/guest/build.ts';
import { type Elf, parseElf } from '../../../core/guest/elf.ts';
import {
  CODE_BASE,
  COMMON_BASE,
  DATA_BASE,
  IMAGE_END,
  placeUnits,
  RUNTIME_BASE,
} from '../../../core/guest/layout.ts';
import { packageRoot } from '../../../core/package.ts';
import { suites } from '../../../suites/index.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { numbers } from '../../plugins/toy/numbers.ts';
import { requireOrSkip } from '../../require.ts';
import { fakeRoot } from '../host/fake-root.ts';
import { ISAS, useImageCache } from './cache.ts';

const units = placeUnits(suites);
/** Enough where it is not about what is built: the workloads are most of the work. */
const FEW = suites
  .filter(({ name }) => name === 'cpu')
  .map((suite) => ({ ...suite, workloads: suite.workloads.filter(({ name }) => name === 'tak') }));

/** PVH: a note of type 18 by Xen, whose content is where to enter. */
function pvhEntry(kernel: Elf) {
  const note = kernel.section('.pvh') as Buffer;
  return {
    type: note.readUInt32LE(8),
    owner: note.toString('latin1', 12, 15),
    entry: Number(note.readBigUInt64LE(16)),
  };
}

/** Multiboot 1: its header within the first 8 KiB of the file. */
function multibootPlace(file: Buffer): string {
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(0x1bad_b002);
  return file.subarray(0, 8192).indexOf(magic) > 0 ? 'near its beginning' : 'not there';
}

describe('the images', () => {
  useImageCache();
  let images: GuestImages;
  beforeAll(async () => {
    images = await buildImages(suites, ISAS);
  });

  it.each(ISAS)('hold the very same code of every workload at the same address: %s', async (isa) => {
    const { path: linux } = images.image(isa, 'linux');
    const { path: bare } = images.image(isa, 'bare');
    // digestUnits throws where a unit is not at the address that the layout gives it.
    const digests = await digestUnits(linux, units);
    expect(await digestUnits(bare, units)).toEqual(digests);
    expect(digests.size).toBe(units.length);
    expect(new Set(digests.values()).size).toBe(units.length);
    // What the workloads call is the same too.
    const common = async (path: string) => parseElf(await readFile(path)).section('.common');
    expect(await common(bare)).toEqual(await common(linux));
    for (const [key, digest] of atLeastOne(digests)) expect(images.digest(isa, key)).toBe(digest);
  });

  it.each(ISAS)('have the digests that binutils finds: %s', async (isa) => {
    const folder = await fakeRoot({});
    for (const runtime of ['linux', 'bare'] as const) {
      for (const unit of atLeastOne(units)) {
        const code = join(folder, 'code');
        const args = ['-O', 'binary', '--only-section', unit.section, images.image(isa, runtime).path, code];
        execFileSync('objcopy', args);
        const digest = createHash('sha256')
          .update(await readFile(code))
          .digest('hex');
        expect(digest, `${runtime} ${unit.key}`).toBe(images.digest(isa, unit.key));
      }
    }
  });

  it.skipIf(ISAS.length < 2)('differ between ISAs in every workload', () => {
    for (const { key } of atLeastOne(units)) {
      expect(images.digest('x86_64', key)).toMatch(/^[0-9a-f]{64}$/);
      expect(images.digest('x86_64', key)).not.toBe(images.digest('i386', key));
    }
  });

  it.each(ISAS)('have the way by the kernel that guests may need, but in operations: %s', async (isa) => {
    const holds = async (runtime: 'linux' | 'commands' | 'linux-operations') =>
      (await readFile(images.image(isa, runtime).path)).includes('/dev/port');
    expect(await holds('linux')).toBe(true);
    expect(await holds('commands')).toBe(true);
    // No guest with ports runs it, and the digest of operations is of all of it: results compare by that.
    expect(await holds('linux-operations')).toBe(false);
  });

  it.each(ISAS)('load where the layout says: %s', async (isa) => {
    for (const runtime of ['linux', 'bare'] as const) {
      const elf = parseElf(await readFile(images.image(isa, runtime).path));
      expect(elf.sectionAddress('.runtime')).toBe(RUNTIME_BASE);
      expect(elf.sectionAddress('.common')).toBe(COMMON_BASE);
      const { segments } = elf;
      let end = RUNTIME_BASE;
      for (const { address, memorySize } of atLeastOne([...segments].sort((a, b) => a.address - b.address))) {
        expect(address).toBeGreaterThanOrEqual(end);
        end = address + memorySize;
      }
      // The runtime, which differs, must not reach into what is the same everywhere.
      const below = segments.filter(({ address }) => address < COMMON_BASE);
      expect(below).not.toEqual([]);
      for (const { address, memorySize } of atLeastOne(below))
        expect(address + memorySize).toBeLessThanOrEqual(COMMON_BASE);
      expect(end).toBeGreaterThan(DATA_BASE);
      expect(end).toBeLessThanOrEqual(IMAGE_END);
    }
  });

  it('have no digest for what is not in them, and no image for an ISA that was not built', async () => {
    expect(images.digest('x86_64', 'cpu/nothing.c')).toBe('');
    const narrow = await buildImages(suites, ['x86_64']);
    expect(() => narrow.image('i386', 'linux')).toThrow('i386');
  });

  it('keep the code of all others as it is when that of a plugin is linked in', {
    timeout: 60_000,
  }, async () => {
    const more = await buildImages([...suites, numbers], ISAS);
    for (const isa of ISAS) {
      expect(more.digest(isa, 'numbers/collatz.c')).toMatch(/^[0-9a-f]{64}$/);
      for (const { key } of atLeastOne(units))
        expect(more.digest(isa, key), key).toBe(images.digest(isa, key));
      for (const runtime of Object.values(OPERATIONS))
        expect(more.imageDigest(isa, runtime)).toBe(images.imageDigest(isa, runtime));
    }
  });

  it('come with one for operations in each kind of machine, each with its own digest', async () => {
    const digests = new Set<string>();
    for (const isa of ISAS) {
      for (const runtime of Object.values(OPERATIONS)) {
        const { path } = images.image(isa, runtime);
        const content = await readFile(path);
        expect(parseElf(content).isa).toBe(isa);
        const digest = createHash('sha256').update(content).digest('hex');
        expect(images.imageDigest(isa, runtime), `${isa} ${runtime}`).toBe(digest);
        digests.add(digest);
      }
    }
    expect(digests.size).toBe(ISAS.length * 2);
  });

  it.each(ISAS)('for operations hold no code of a workload, and load below all of it: %s', async (isa) => {
    for (const runtime of Object.values(OPERATIONS)) {
      const elf = parseElf(await readFile(images.image(isa, runtime).path));
      expect(elf.sectionAddress('.runtime')).toBe(RUNTIME_BASE);
      for (const { section } of atLeastOne(units))
        expect(elf.section(section) ?? Buffer.of()).toHaveLength(0);
      for (const { address, memorySize } of atLeastOne(elf.segments)) {
        expect(address).toBeGreaterThanOrEqual(RUNTIME_BASE);
        expect(address + memorySize).toBeLessThanOrEqual(CODE_BASE);
      }
    }
  });

  it.each(ISAS)('have entries for whoever starts them: %s', async (isa) => {
    const kernel = parseElf(await readFile(images.image(isa, 'kernel').path));
    const process = parseElf(await readFile(images.image(isa, 'linux-operations').path));
    // A VMM of ours jumps to the symbol, a Multiboot loader to the entry of the file.
    expect(kernel.symbol('start_kernel')).toBe(kernel.entry);
    expect(process.symbol('start_kernel')).toBeNull();
    for (const elf of [kernel, process]) {
      const [start = 0, end = 0] = ['start', 'end'].map((edge) => elf.symbol(`workload_table_${edge}`) ?? 0);
      // struct workload, in suites/runtime/abi.h
      expect((end - start) / 64).toBeGreaterThanOrEqual(7);
      expect((end - start) % 64).toBe(0);
    }
    const file = await readFile(images.image(isa, 'kernel').path);
    const entered = isa === 'x86_64' ? pvhEntry(kernel) : multibootPlace(file);
    expect(entered).toEqual(
      isa === 'x86_64' ? { type: 18, owner: 'Xen', entry: kernel.entry } : 'near its beginning',
    );
  });

  it('are not taken for good where a unit is not at its address', async () => {
    const { path } = images.image('x86_64', 'bare');
    const moved = units.map((unit, i) => (i === 0 ? { ...unit, code: unit.code + 64 } : unit));
    await expect(digestUnits(path, moved)).rejects.toThrow('not at its address');
  });
});

describe('buildImages', () => {
  afterEach(() => void vi.unstubAllEnvs());

  /** A cache folder of the test's own, and a compiler that writes down what it is asked to compile. */
  async function workshop(body = 'exec gcc "$@"') {
    const folder = await fakeRoot({ log: '', cc: `#!/bin/sh\necho "$*" >> "\${0%cc}log"\n${body}\n` });
    await chmod(join(folder, 'cc'), 0o755);
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
    vi.stubEnv('CC', join(folder, 'cc'));
    return {
      folder,
      async compiled(): Promise<string[]> {
        const log = await readFile(join(folder, 'log'), 'utf8');
        // What the compiler is asked by trial does not count.
        return [...log.matchAll(/ -c (?!\S*\/asked-)(\S+)/g)].map(([, source]) => source as string);
      },
      async cached(): Promise<string[]> {
        return (await readdir(join(folder, 'cache/hvbench/images'))).sort();
      },
    };
  }

  it('compiles each file once, and nothing the second time', async () => {
    const { folder, compiled, cached } = await workshop();
    const first = await buildImages(suites, ['x86_64']);
    const { path } = first.image('x86_64', 'linux');
    expect(path.startsWith(join(folder, 'cache/hvbench/images/x86_64-'))).toBe(true);
    const sources = await compiled();
    expect(sources.filter((source, index) => sources.indexOf(source) !== index)).toEqual([]);
    const places = units.map(({ key }) => join(packageRoot(), 'suites', key));
    expect(sources).toEqual(expect.arrayContaining(places));
    const { mtimeMs } = await stat(path);

    const second = await buildImages(suites, ['x86_64']);
    expect(second.image('x86_64', 'linux').path).toBe(path);
    expect(await compiled()).toEqual(sources);
    expect((await stat(path)).mtimeMs).toBe(mtimeMs);
    expect(await cached()).toHaveLength(1);
  });

  it('builds again after its folder was removed', async () => {
    const { folder } = await workshop();
    const { path } = (await buildImages(FEW, ['x86_64'])).image('x86_64', 'bare');
    const content = await readFile(path);
    await rm(join(folder, 'cache'), { recursive: true });
    await buildImages(FEW, ['x86_64']);
    // Bit by bit: nothing of the place or the time of a build is in an image.
    expect((await readFile(path)).equals(content)).toBe(true);
  });

  it('lets two builds at once end well', async () => {
    const { cached } = await workshop();
    const both = await Promise.all([buildImages(FEW, ['x86_64']), buildImages(FEW, ['x86_64'])]);
    const [one, other] = both.map((images) => images.image('x86_64', 'linux').path);
    expect(one).toBe(other);
    expect(await digestUnits(one as string, placeUnits(FEW))).toHaveLength;
    expect(await cached()).toEqual([expect.stringMatching(/^x86_64-[0-9a-f]{24}$/)]);
  });

  it('puts what another compiler makes into another folder', async () => {
    const { folder, cached } = await workshop();
    await buildImages(FEW, ['x86_64']);
    const other = '#!/bin/sh\n[ "$1" = --version ] && echo "another compiler 1.0" && exit\nexec gcc "$@"\n';
    await writeFile(join(folder, 'cc'), other);
    await buildImages(FEW, ['x86_64']);
    expect(await cached()).toHaveLength(2);
  });

  it('puts what is made after any change into another folder', { timeout: 240_000 }, async () => {
    const { folder, cached } = await workshop();
    const before = await buildImages(FEW, ['x86_64']);
    const another = '\nint another(int x);\nint another(int x) { return x + 1; }\n';
    const changes = [
      { of: 'a workload', file: 'suites/cpu/tak.c', text: another, digests: ['cpu/tak.c'] },
      { of: 'a header', file: 'suites/runtime/abi.h', text: '\n#define ANOTHER 1\n', digests: [] },
      { of: 'the runtime', file: 'suites/runtime/serve.c', text: another, digests: [] },
      { of: 'an operation', file: 'suites/privileged/faults.c', text: another, digests: [] },
      {
        of: 'the kernel',
        file: 'suites/runtime/kernel/kernel.h',
        text: '\n#define ANOTHER 1\n',
        digests: [],
      },
      {
        of: 'the flags',
        file: 'core/guest/toolchain.ts',
        text: "\nCOMMON_FLAGS.push('-DANOTHER');\n",
        digests: [],
      },
    ];
    const folders = await cached();
    for (const { of, file, text, digests } of changes) {
      const copy = join(folder, of);
      for (const part of ['core', 'suites', 'package.json'])
        await cp(join(packageRoot(), part), join(copy, part), { recursive: true });
      await appendFile(join(copy, file), text);
      const { buildImages: buildCopy }: { buildImages: typeof buildImages } = await import(
        join(copy, 'core/guest/build.ts')
      );
      const after = await buildCopy(FEW, ['x86_64']);
      folders.push(basename(dirname(after.image('x86_64', 'linux').path)));
      expect(await cached(), of).toEqual(folders.toSorted());
      expect(new Set(folders).size, of).toBe(folders.length);
      const changed = placeUnits(FEW).filter(
        ({ key }) => after.digest('x86_64', key) !== before.digest('x86_64', key),
      );
      expect(
        changed.map(({ key }) => key),
        of,
      ).toEqual(digests);
    }
  });

  it('says in one line that there is no compiler', async () => {
    const { folder } = await workshop();
    vi.stubEnv('CC', '');
    vi.stubEnv('PATH', folder.replace(/$/, '/empty'));
    const error = await buildImages(FEW, ['x86_64']).catch((reason) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(/^no C compiler found .*apt-get install gcc.*$/);
  });

  it('says in one line that the compiler in CC does not work, and takes no other', async () => {
    const { folder } = await workshop();
    const missing = join(folder, 'no-such-compiler');
    vi.stubEnv('CC', missing);
    const error = await buildImages(FEW, ['x86_64']).catch((reason) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(/^CC is set to ".*no-such-compiler", which does not work .*unset CC/);
  });

  it('sweeps away what a build that was killed has left, and nothing else', async () => {
    const { folder, cached } = await workshop();
    const cache = join(folder, 'cache/hvbench/images');
    const hours = (ago: number) => new Date(Date.now() - ago * 3_600_000);
    for (const [name, ago] of [
      ['building-dead', 1.1],
      ['building-alive', 0.9],
      ['x86_64-finished', 1000],
    ] as const) {
      await mkdir(join(cache, name), { recursive: true });
      await writeFile(join(cache, name, 'layout.h'), '');
      await utimes(join(cache, name), hours(ago), hours(ago));
    }
    await buildImages(FEW, ['x86_64']);
    expect(await cached()).toEqual([
      'building-alive',
      expect.stringMatching(/^x86_64-[0-9a-f]{24}$/),
      'x86_64-finished',
    ]);
  });

  it('says in one line what the compiler said, and leaves nothing half built', async () => {
    const { cached } = await workshop(
      'case "$*" in *--version) echo cc 1; exit;; esac\necho "x.c: In function f:" >&2\necho "x.c:1:2: error: no good" >&2\necho "more" >&2\nexit 1',
    );
    const error = await buildImages(FEW, ['x86_64']).catch((reason) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe('building the guest images for x86_64 failed: x.c:1:2: error: no good');
    expect(await cached()).toEqual([]);
  });

  it('keeps images in a folder of its own in TMPDIR where the cache cannot hold them, and says so', async () => {
    const { folder } = await workshop();
    vi.stubEnv('XDG_CACHE_HOME', '/dev/null');
    vi.stubEnv('TMPDIR', folder);
    const own = join(folder, `hvbench-${process.getuid?.()}`);
    for (const _ of ['built', 'found']) {
      const notes: string[] = [];
      const images = await buildImages(FEW, ['x86_64'], { note: (text) => void notes.push(text) });
      expect(images.image('x86_64', 'linux').path.startsWith(join(own, 'images/x86_64-'))).toBe(true);
      expect(notes).toEqual([
        `guest images are kept in ${own}/images: /dev/null/hvbench/images cannot be written (ENOTDIR) (XDG_CACHE_HOME names another cache)`,
      ]);
    }
    expect((await stat(own)).mode & 0o777).toBe(0o700);
  });

  it('takes no images from a folder that others can write to', async () => {
    const { folder } = await workshop();
    vi.stubEnv('XDG_CACHE_HOME', '/dev/null');
    vi.stubEnv('TMPDIR', folder);
    const own = join(folder, `hvbench-${process.getuid?.()}`);
    await mkdir(own);
    await chmod(own, 0o777);
    const failure = () => buildImages(FEW, ['x86_64']).catch((reason) => reason);
    expect((await failure()).message).toContain(`${own} can be written by others`);
    await rm(own, { recursive: true });
    await symlink(folder, own);
    expect((await failure()).message).toContain(`${own} can be written by others`);
  });

  it('says in one line that images can be kept nowhere', async () => {
    await workshop();
    vi.stubEnv('XDG_CACHE_HOME', '/dev/null');
    vi.stubEnv('TMPDIR', '/dev/null');
    const error = await buildImages(FEW, ['x86_64']).catch((reason) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(
      /^cannot keep guest images: \/dev\/null\/hvbench\/images cannot .*; \/dev\/null\/hvbench-\d+ cannot .*; set XDG_CACHE_HOME to .*$/,
    );
  });

  it.each(['gcc', 'clang'])('builds without a warning: %s', async (compiler) => {
    if (requireOrSkip(compiler, spawnSync(compiler, ['--version']).status === 0)) return;
    // Users' compilers may warn as they like: here is where it counts.
    const unused = '-Wno-unused-command-line-argument';
    await workshop(`exec ${compiler} -Wall -Wextra -Werror ${unused} "$@"`);
    await buildImages(suites, ISAS);
  });

  it('asks an old linker, and shows what it says itself', async () => {
    const old =
      'case "$*" in *--version) ;; *%s*) echo "/usr/bin/ld: unrecognized option \'%s\'" >&2; echo "collect2: error: ld returned 1 exit status" >&2; exit 1;; esac\nexec gcc "$@"';
    const option = '--no-warn-rwx-segments';
    const { folder } = await workshop(old.replaceAll('%s', option));
    const { path } = (await buildImages(FEW, ['x86_64'])).image('x86_64', 'bare');
    expect(parseElf(await readFile(path)).sectionAddress('.runtime')).toBe(RUNTIME_BASE);
    await writeFile(join(folder, 'cc'), `#!/bin/sh\n${old.replaceAll('%s', 'max-page-size')}\n`);
    await rm(join(folder, 'cache'), { recursive: true });
    const error = await buildImages(FEW, ['x86_64']).catch((reason) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(
      "building the guest images for x86_64 failed: /usr/bin/ld: unrecognized option 'max-page-size'",
    );
  });

  it('says what a linker that cannot be used says', async () => {
    await workshop(
      '[ "$*" = --version ] && echo cc 1 && exit\necho "collect2: fatal error: cannot find \'ld\'" >&2\nexit 1',
    );
    const error = await buildImages(FEW, ['x86_64']).catch((reason) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(
      /\/cc cannot link: collect2: fatal error: cannot find 'ld'; try: .*binutils$/,
    );
  });

  it('tells what its code lacks, each time that it is used', async () => {
    await workshop(
      'case "$*" in *--version) ;; *-falign-loops*) echo "cc: error: unknown argument" >&2; exit 1;; esac\nexec gcc "$@"',
    );
    for (const _ of ['built', 'found']) {
      const notes: string[] = [];
      await buildImages(FEW, ['x86_64'], { note: (text) => void notes.push(text) });
      expect(notes).toEqual([
        expect.stringMatching(/^gcc .* does not know -falign-loops=32: loops lie anywhere in a cache line$/),
      ]);
    }
  });

  it('refuses what would call functions out of the loops of a workload', async () => {
    // A compiler that knows no way to keep loops, and makes of them what it likes.
    await workshop(
      'case "$*" in *-fno-tree-loop-distribute-patterns*) echo "cc: error: unknown argument" >&2; exit 1;; esac\nexec gcc -ftree-loop-distribute-patterns "$@"',
    );
    const error = await buildImages(suites, ['x86_64']).catch((reason) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(/undefined reference to `mem(cpy|set)'$/);
  });
});
