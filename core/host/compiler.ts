import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture } from './capture.ts';
import { cleanText } from './text.ts';

export interface Compiler {
  /** What to execute; no arguments in it. */
  readonly command: string;
  /** The first line of `--version`. */
  readonly version: string;
}

/** What the user chose: `$CC`, one command without arguments; null where it is unset or empty. */
export function chosenCompiler(): string | null {
  return process.env.CC?.trim() || null;
}

/**
 * `$CC` where it is set, and else the first that works of gcc, cc and clang; null where it does not work.
 * What was chosen is never replaced in silence: other compilers make other code, and so other figures.
 */
export async function findCompiler(): Promise<Compiler | null> {
  const chosen = chosenCompiler();
  for (const command of chosen ? [chosen] : ['gcc', 'cc', 'clang']) {
    const version = cleanText((await capture(command, ['--version']))?.split('\n', 1)[0] ?? '');
    if (version !== '') return { command, version };
  }
  return null;
}

/** Whether the compiler and its linker make freestanding i386 programs, found out by making one. */
export async function canBuildI386({ command }: Pick<Compiler, 'command'>): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'hvbench-'));
  try {
    const source = join(folder, 'probe.c');
    await writeFile(source, 'void _start(void) { for (;;) ; }\n');
    const flags = ['-m32', '-ffreestanding', '-nostdlib', '-static', '-o', join(folder, 'probe'), source];
    return (await capture(command, flags, { timeoutMs: 20_000 })) !== null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
