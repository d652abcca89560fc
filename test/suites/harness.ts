/**
 * Runs workloads without the tool: a suite's C files, as the tool compiles them, linked into a small static
 * Linux program that takes commands from standard input. No C library, so that i386 needs none either.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findToolchain, settleFlags } from '../../core/guest/toolchain.ts';
import { chosenCompiler, findCompiler } from '../../core/host/compiler.ts';
import { localHost } from '../../core/host/local.ts';
import { requireOrSkip } from '../require.ts';

export type Isa = 'x86_64' | 'i386';
export const ISAS: readonly Isa[] = ['x86_64', 'i386'];

export type Command =
  | { readonly prepare: string; readonly seed?: number; readonly argument?: number; readonly guest?: 0 | 1 }
  /** A batch. */
  | { readonly run: number }
  /** A batch without the `before` that belongs ahead of it. */
  | { readonly again: number }
  /** Adds 1 to the word at this offset of the arena of 4 KiB pages. */
  | { readonly spoil: number };

export interface Outcome {
  /** One a command: a checksum, or 0 and -1 from `prepare`. */
  readonly replies: readonly bigint[];
  readonly signal: string | null;
}

export interface Program {
  readonly objects: readonly string[];
  execute(commands: readonly Command[], limitMs?: number): Outcome;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the tool compiles with here, and clang, whose code has to compute the same. */
const COMPILERS = [
  chosenCompiler(),
  ...(requireOrSkip('clang', (await findCompiler(localHost, 'clang')) !== null) ? [] : ['clang']),
];

/** Each ISA with each compiler. */
export const BUILDS = (
  await Promise.all(
    COMPILERS.map(async (chosen) => {
      const { folder, remove } = workFolder();
      const toolchain = await findToolchain(chosen);
      const { compiler } = toolchain;
      const builds = [];
      for (const isa of ISAS)
        builds.push({
          ...{ isa, compiler, by: compiler.version },
          flags: await settleFlags(toolchain, isa, folder),
        });
      remove();
      return builds;
    }),
  )
).flat();
export type Build = (typeof BUILDS)[number];

const WARNINGS = ['-Wall', '-Wextra', '-Werror'];

/** The table's ends are objects linked first and last. */
const edge = (name: string) =>
  `.section .workload_table,"a"\n.balign 64\n.globl ${name}\n${name}:\n.section .note.GNU-stack,"",@progbits\n`;

const MAIN = `
#include "abi.h"
#ifdef __x86_64__
enum { READ = 0, WRITE = 1, MMAP = 9, MADVISE = 28, EXIT = 60 };
static long call(long number, long a, long b, long c) {
    register long flags __asm__("r10") = 0x104022; /* private, anonymous, no reserve, fixed but not over another */
    register long file __asm__("r8") = -1;
    register long offset __asm__("r9") = 0;
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(flags), "r"(file),
                     "r"(offset) : "rcx", "r11", "memory");
    return result;
}
static long map(uptr base, usize bytes) { return call(MMAP, (long)base, (long)bytes, 3); }
__asm__(".globl _start\\n_start: xor %ebp, %ebp\\n and $-16, %rsp\\n call serve\\n");
#else
enum { READ = 3, WRITE = 4, MMAP = 90, MADVISE = 219, EXIT = 1 };
static long call(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}
static long map(uptr base, usize bytes) {
    long arguments[6] = {(long)base, (long)bytes, 3, 0x104022, -1, 0};
    return call(MMAP, (long)arguments, 0, 0);
}
__asm__(".globl _start\\n_start: xor %ebp, %ebp\\n and $-16, %esp\\n call serve\\n");
#endif

extern const struct workload table_start[], table_end[];

static char input[65536];
static const char *at = input;

static u64 number(void) {
    u64 value = 0;
    while (*at == ' ') at++;
    while (*at >= '0' && *at <= '9') value = value * 10 + (u64)(*at++ - '0');
    return value;
}

static int discard(struct context *context, void *base, usize bytes) {
    (void)context;
    return call(MADVISE, (long)base, (long)bytes, 4) == 0 ? 0 : -1;
}

static const struct workload *find(const char *name, u32 length) {
    for (const struct workload *workload = table_start; workload < table_end; workload++) {
        u32 i = 0;
        while (i < length && workload->name[i] == name[i]) i++;
        if (i == length && workload->name[i] == 0) return workload;
    }
    return NULL;
}

static void reply(u64 value) {
    char text[17];
    for (u32 i = 0; i < 16; i++) text[i] = "0123456789abcdef"[(value >> (60 - 4 * i)) & 15];
    text[16] = '\\n';
    call(WRITE, 1, (long)text, sizeof text);
}

__attribute__((used, noreturn)) void serve(void) {
    static struct context context = {
        .small = {(u8 *)0x10000000, 0x10000000}, .large = {(u8 *)0x20000000, 0x8000000}, .discard = discard};
    const struct workload *workload = NULL;
    if (map(0x10000000, 0x18000000) != 0x10000000) call(EXIT, 2, 0, 0);
    for (long got, length = 0; (got = call(READ, 0, (long)(input + length), (long)sizeof input - 1 - length)) > 0;)
        length += got;
    for (;;) {
        char command = *at++;
        if (command == 0) call(EXIT, 0, 0, 0);
        if (command == 'p') {
            const char *name = ++at;
            while (*at != ' ') at++;
            workload = find(name, (u32)(at - name));
            if (!workload) call(EXIT, 3, 0, 0);
            context.seed = (u32)number();
            context.argument = number();
            context.guest = (u32)number();
            reply((u64)(i64)(workload->prepare ? workload->prepare(&context) : 0));
        } else if (command == 's') {
            ++*(u32 *)(context.small.base + number());
            reply(0);
        } else {
            u32 iterations = (u32)number();
            if (command == 'r' && workload->before && workload->before(&context, iterations) != 0)
                call(EXIT, 4, 0, 0);
            reply(workload->run(&context, iterations));
        }
        at++;
    }
}
`;

/** Compiles and links a suite's folder (`cpu`) into `folder`. Throws with the compiler's words. */
export function build(suite: string, { compiler: { command, args }, flags }: Build, folder: string): Program {
  const own = mkdtempSync(join(folder, `${suite}-`));
  const compile = (source: string, object: string) =>
    execFileSync(
      command,
      [
        ...[...args, ...flags.compile, ...(source.endsWith('.c') ? WARNINGS : [])],
        ...['-I', join(ROOT, 'suites/runtime'), '-c', source, '-o', object],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
  const path = (name: string) => join(own, name);

  const sources = readdirSync(join(ROOT, 'suites', suite)).filter((file) => file.endsWith('.c'));
  const objects = sources.map((source) => {
    compile(join(ROOT, 'suites', suite, source), path(`${source}.o`));
    return path(`${source}.o`);
  });
  compile(join(ROOT, 'suites/runtime/common.c'), path('common.o'));
  writeFileSync(path('main.c'), MAIN);
  compile(path('main.c'), path('main.o'));
  for (const name of ['start', 'end']) {
    writeFileSync(path(`${name}.s`), edge(`table_${name}`));
    compile(path(`${name}.s`), path(`${name}.o`));
  }
  const program = path(suite);
  const linked = [path('start.o'), ...objects, path('common.o'), path('main.o'), path('end.o')];
  execFileSync(command, [...args, ...flags.link, ...linked, '-o', program], { stdio: 'pipe' });
  return { objects, execute: (commands, limitMs) => execute(program, commands, limitMs) };
}

/** A folder for what `build` makes, and the function that removes it. */
export function workFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'hvbench-suites-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function execute(program: string, commands: readonly Command[], limitMs = 20_000): Outcome {
  const { stdout, signal, status, error } = spawnSync(program, {
    input: commands.map((command) => `${line(command)}\n`).join(''),
    encoding: 'latin1',
    timeout: limitMs,
  });
  if (status) throw new Error(`the harness ended with ${status}`);
  if (error && !signal) throw error;
  return {
    replies: stdout
      .split('\n')
      .filter(Boolean)
      .map((hex) => BigInt(`0x${hex}`)),
    signal,
  };
}

function line(command: Command): string {
  if ('prepare' in command) {
    return `p ${command.prepare} ${command.seed ?? 1} ${command.argument ?? 0} ${command.guest ?? 0}`;
  }
  if ('run' in command) return `r ${command.run}`;
  return 'again' in command ? `a ${command.again}` : `s ${command.spoil}`;
}
