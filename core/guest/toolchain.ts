/**
 * How guest code is compiled and linked. What every build needs is given to any compiler; what compilers and linkers
 * differ in is asked of the one at hand.
 */

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { type Compiler, chosenCompiler, compile, compilerLack, findCompiler } from '../host/compiler.ts';
import { localHost } from '../host/local.ts';
import { installCommand } from '../host/packages.ts';
import { cleanText } from '../host/text.ts';
import type { Isa } from '../results/schema.ts';

const COMMON_FLAGS = [
  '-std=c11 -O2 -ffreestanding -nostdlib -fno-pic -fno-pie -fno-stack-protector',
  '-fno-asynchronous-unwind-tables -fno-unwind-tables -fno-strict-aliasing',
  // A guest kernel's interrupts would write over a red zone.
  '-mno-red-zone',
].flatMap((line) => line.split(' '));

const ISA_FLAGS: Record<Isa, readonly string[]> = {
  x86_64: ['-m64', '-march=x86-64', '-mcmodel=small'],
  i386: ['-m32', '-march=pentium4'],
};

/** The same floating-point results wherever the code runs. */
const COMMON_WORKLOAD_FLAGS = ['-ffp-contract=off', '-fno-math-errno'];
const WORKLOAD_FLAGS: Record<Isa, readonly string[]> = {
  x86_64: COMMON_WORKLOAD_FLAGS,
  i386: [...COMMON_WORKLOAD_FLAGS, '-msse2', '-mfpmath=sse'],
};

const LINK_FLAGS = ['-nostdlib', '-static', '-Wl,-z,max-page-size=4096'];

/** Something to be asked for, in the ways in which compilers have it: the first that is understood is taken. */
interface Wish {
  readonly ways: readonly string[];
  /**
   * What becomes of it where no way is understood: nothing, since such a compiler does not do what the flag forbids; a
   * loss, to be told; or no build at all.
   */
  readonly otherwise: 'nothing' | 'no build' | { readonly loss: string };
}

/** gcc makes calls to memcpy of loops even where it may take none for the library's; with it, it does not. */
const KEEPS_LOOPS = '-fno-tree-loop-distribute-patterns';

const COMPILE_WISHES: readonly Wish[] = [
  { ways: ['-fcf-protection=none'], otherwise: 'nothing' },
  // A loop that copies is to stay the loop that was written. Elsewhere -fno-builtin means it, and the objects are checked.
  { ways: [KEEPS_LOOPS, '-fno-builtin'], otherwise: 'no build' },
  // Loops at the same place in a cache line in every build: a nearby edit should not move a figure.
  { ways: ['-falign-functions=64'], otherwise: { loss: 'functions begin anywhere in a cache line' } },
  { ways: ['-falign-loops=32'], otherwise: { loss: 'loops lie anywhere in a cache line' } },
];

const ISA_WISHES: Record<Isa, readonly Wish[]> = {
  x86_64: [],
  i386: [{ ways: ['-mpreferred-stack-boundary=4', '-mstack-alignment=16'], otherwise: 'no build' }],
};

/** A hypervisor that emulates a guest's kernel has no vector instructions for it. */
const RUNTIME_WISHES: readonly Wish[] = [
  { ways: ['-mgeneral-regs-only', '-mno-sse -mno-mmx'], otherwise: 'no build' },
];

const LINK_WISHES: readonly Wish[] = [
  { ways: ['-no-pie'], otherwise: 'nothing' },
  { ways: ['-Wl,--build-id=none'], otherwise: 'nothing' },
  { ways: ['-Wl,-z,noexecstack'], otherwise: 'nothing' },
  // binutils before 2.39 and LLVM's linker do not warn of what is meant so here.
  { ways: ['-Wl,--no-warn-rwx-segments'], otherwise: 'nothing' },
];

/** The linkers to try, as the compiler is told of them: its own first, and LLVM's where that is missing. */
const LINKERS = [[], ['-fuse-ld=lld']] as const;

export interface Toolchain {
  readonly compiler: Compiler;
  readonly linker: {
    /** By which the compiler finds it. */
    readonly flags: readonly string[];
    /** The first line of its `--version`. */
    readonly version: string;
  };
  /** What its answers depend on, and all that is asked of it: one text, to be hashed. */
  readonly identity: string;
}

/** `chosen`: see findCompiler. Throws UserError where there is no compiler, or none of its linkers. */
export async function findToolchain(chosen = chosenCompiler()): Promise<Toolchain> {
  const compiler = await findCompiler(localHost, chosen);
  if (!compiler) {
    const { reason, remedy } = compilerLack(chosen, localHost);
    throw new UserError(`${reason}; try: ${remedy}`);
  }
  const { command, args, version } = compiler;
  const failures: string[] = [];
  for (const flags of LINKERS) {
    try {
      const said = await compile(compiler, [...flags, '-nostdlib', '-Wl,--version']);
      const linker = { flags, version: cleanText(said.split('\n', 1)[0] ?? '') };
      const asked = [
        ...[COMMON_FLAGS, ISA_FLAGS, WORKLOAD_FLAGS, LINK_FLAGS],
        ...[COMPILE_WISHES, ISA_WISHES, RUNTIME_WISHES, LINK_WISHES],
      ];
      return {
        ...{ compiler, linker },
        identity: JSON.stringify([command, args, version, linker, asked]),
      };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failures.push(error.message);
    }
  }
  throw new UserError(
    `${[command, ...args].join(' ')} cannot link: ${failures[0]}; try: ${installCommand('binutils', localHost)}`,
  );
}

/** The flags for an ISA, settled with a compiler. */
export interface Flags {
  /** For workloads. */
  readonly compile: readonly string[];
  /** For what surrounds them, which has no floating-point arithmetic. */
  readonly compileRuntime: readonly string[];
  readonly link: readonly string[];
  /** Whether it is the compiler's promise that loops stay loops; else the objects have to be looked at. */
  readonly keepsLoops: boolean;
  /** What this compiler's code lacks, a sentence each. */
  readonly losses: readonly string[];
}

/**
 * Asks a compiler and its linker which flags they know, by small programs in `folder`. Throws UserError where they
 * cannot make a program for this ISA, with their own words.
 */
export async function settleFlags(
  toolchain: Toolchain,
  isa: Isa,
  folder: string,
  signal?: AbortSignal,
): Promise<Flags> {
  const { compiler, linker } = toolchain;
  const source = join(folder, `asked-${isa}.c`);
  const object = join(folder, `asked-${isa}.o`);
  const program = join(folder, `asked-${isa}`);
  await writeFile(source, 'void _start(void);\nvoid _start(void) { for (;;) ; }\n');
  const base = [...COMMON_FLAGS, ...ISA_FLAGS[isa]];
  const linkBase = [...ISA_FLAGS[isa], ...linker.flags, ...LINK_FLAGS];
  const compileWith = (flags: readonly string[]) =>
    // Clang only warns of some that it does not know.
    compile(compiler, [...base, ...flags, '-Werror', '-c', source, '-o', object], { folder, signal });
  const linkWith = (flags: readonly string[]) =>
    compile(compiler, [...linkBase, ...flags, object, '-o', program], { folder, signal });

  const losses: string[] = [];
  const settle = async (wishes: readonly Wish[], attempt: (flags: readonly string[]) => Promise<string>) => {
    const knows = async (flags: readonly string[]) => {
      try {
        await attempt(flags);
        return true;
      } catch (error) {
        if (error instanceof UserError) return false;
        throw error;
      }
    };
    // Most often all is understood, and one question is enough.
    const first = wishes.flatMap(({ ways: [way = ''] }) => way.split(' '));
    if (await knows(first)) return first;
    await attempt([]);
    const known: string[] = [];
    for (const { ways, otherwise } of wishes) {
      const way = await firstOf(ways, (each) => knows(each.split(' ')));
      if (way !== null) known.push(...way.split(' '));
      else if (otherwise === 'no build')
        throw new UserError(`${compiler.version} knows none of ${ways.join(', ')}`);
      else if (otherwise !== 'nothing')
        losses.push(`${compiler.version} does not know ${ways.join(', ')}: ${otherwise.loss}`);
    }
    return known;
  };
  const compileFlags = await settle([...COMPILE_WISHES, ...ISA_WISHES[isa]], compileWith);
  const runtimeFlags = await settle(RUNTIME_WISHES, compileWith);
  const linkFlags = await settle(LINK_WISHES, linkWith);
  for (const file of [source, object, program]) await rm(file, { force: true });
  return {
    compile: [...base, ...compileFlags, ...WORKLOAD_FLAGS[isa]],
    compileRuntime: [...base, ...compileFlags, ...runtimeFlags],
    link: [...linkBase, ...linkFlags],
    keepsLoops: compileFlags.includes(KEEPS_LOOPS),
    losses,
  };
}

async function firstOf<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<T | null> {
  for (const item of items) if (await holds(item)) return item;
  return null;
}
