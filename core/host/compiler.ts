import { UserError } from '../errors.ts';
import { reasonIn } from '../files.ts';
import { ExecutionError, execute } from './execute.ts';
import type { Host } from './host.ts';
import { installCommand } from './packages.ts';
import { cleanText } from './text.ts';

export interface Compiler {
  /** What to execute. */
  readonly command: string;
  /** What goes before all other arguments: of `ccache gcc -m64`, the last two. */
  readonly args: readonly string[];
  /** The first line of `--version`. */
  readonly version: string;
}

/** Of one file, or of linking all. */
const COMPILE_LIMIT_MS = 120_000;
const LINE_LIMIT = 300;

/** What the user chose in `$CC`; null where it is unset or empty. */
export function chosenCompiler(): string | null {
  return process.env.CC?.trim() || null;
}

/**
 * `$CC` where it is set, and else the first that works of gcc, cc and clang; null where it does not work.
 * What was chosen is never replaced in silence: other compilers make other code, and so other figures.
 */
export async function findCompiler(host: Host, chosen = chosenCompiler()): Promise<Compiler | null> {
  const candidates = chosen ? [await shellWords(chosen, host)] : [['gcc'], ['cc'], ['clang']];
  for (const words of candidates) {
    const [command, ...args] = words ?? [];
    if (!command) continue;
    const version = cleanText((await host.capture(command, [...args, '--version']))?.split('\n', 1)[0] ?? '');
    if (version !== '') return { command, args, version };
  }
  return null;
}

/** Why findCompiler found none. */
export function compilerLack(
  chosen: string | null,
  host: Host,
): { readonly reason: string; readonly remedy: string } {
  return chosen === null
    ? {
        reason: 'no C compiler found (gcc, cc, clang; $CC is unset)',
        remedy: installCommand('gcc', host) ?? 'install the package gcc',
      }
    : {
        reason: `CC is set to ${JSON.stringify(chosen)}, which does not work (CC is a program with arguments, as for make)`,
        remedy: 'unset CC   # or name a compiler that works',
      };
}

/** What would be more than a command and its arguments, or another one each time. */
const BEYOND_WORDS = /[;&|<>()`$#\n]/;
const QUOTING = /['"\\*?[~{]/;

/** The words of a command as make and sh see them, quotes and all; null where it is more than one command's words. */
export async function shellWords(text: string, host: Host): Promise<string[] | null> {
  if (BEYOND_WORDS.test(text)) return null;
  if (!QUOTING.test(text)) return text.split(/\s+/).filter((word) => word !== '');
  const words = await host.capture('sh', ['-c', `printf '%s\\0' ${text}`]);
  return words?.split('\0').slice(0, -1) ?? null;
}

export interface CompileOptions {
  /** For its temporary files, which it leaves where it is killed. */
  readonly folder?: string;
  /** Ends it when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a compiler, or its linker by way of it; returns what it prints. Throws UserError with its own first complaint. */
export async function compile(
  { command, args }: Pick<Compiler, 'command' | 'args'>,
  more: readonly string[],
  { folder, signal }: CompileOptions = {},
): Promise<string> {
  try {
    return await execute(command, [...args, ...more], {
      ...{ timeoutMs: COMPILE_LIMIT_MS, signal },
      ...(folder !== undefined && { env: { TMPDIR: folder } }),
    });
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
    const complaint = firstComplaint(error.stderr) || error.message;
    // Long paths may have cut it off.
    const why = reasonIn(error.stderr);
    throw new UserError(why ? `${why}: ${complaint}` : complaint);
  }
}

/** What says where, not what; and what drivers say of the failure of a program that has said more. */
const CONTEXT = /^In file included from |^\s+from |: [Ii]n function |: At top level:|: warning: |: note: /;
const AFTERWARDS =
  /^collect2: |linker command failed|use the --help option|compilation terminated|^\d+ errors? generated/;
const COMPLAINT = /error|fatal|cannot|undefined|un(recognized|known|supported)|invalid|not found|no such/i;

/** The line of a compiler's standard error in which it, or the linker behind it, first says what is wrong. */
export function firstComplaint(stderr: string): string {
  const said = stderr.split('\n').filter((line) => line.trim() !== '');
  const lines = said.filter((line) => !CONTEXT.test(line) && !AFTERWARDS.test(line));
  return cleanText(lines.find((line) => COMPLAINT.test(line)) ?? lines[0] ?? said[0] ?? '', LINE_LIMIT);
}
