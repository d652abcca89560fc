/** The QEMU of this host. */

import { open, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { capture } from '../../host/capture.ts';
import { ExecutionError, execute } from '../../host/execute.ts';
import { localHost } from '../../host/local.ts';
import { notInstalled } from '../../host/packages.ts';
import { findOnPath } from '../../host/path.ts';
import { cleanText } from '../../host/text.ts';
import type { Lack } from '../hypervisor.ts';

/** What it is called where nobody renames it. It runs 32-bit guests as well. */
const QEMU = 'qemu-system-x86_64';
/** Where Red Hat's systems have theirs, off the PATH; and other names on it, which others may have given to scripts. */
const OTHER_NAMES = ['qemu-kvm', 'kvm'];
const OTHER_PLACE = '/usr/libexec';

/** A busy computer takes a moment for a question, and a hung program would take for ever. */
const QUESTION_MS = 20_000;

export interface QemuProgram {
  /** Its absolute path. */
  readonly path: string;
  readonly version: string;
  /** The accelerators that it was built with. */
  readonly accelerators: readonly string[];
  /** What it can be told to be (`-M`), aliases and all; null where it did not say. */
  readonly machines: ReadonlySet<string> | null;
}

export type FoundQemu =
  | { readonly program: QemuProgram; readonly lack: null }
  | { readonly program: null; readonly lack: Lack };

const found = new Map<string, Promise<FoundQemu>>();

/** Looked for once for each PATH. Never rejects. */
export function findQemu(path = process.env.PATH ?? ''): Promise<FoundQemu> {
  const known = found.get(path) ?? lookFor(path);
  found.set(path, known);
  return known;
}

/** The path of the program. Throws an error that says why there is none. */
export async function qemuPath(): Promise<string> {
  const { program, lack } = await findQemu();
  if (program === null) throw new Error(lack.reason);
  return program.path;
}

/** Whether it has a name that a reader does not expect. */
export const hasOtherName = ({ path }: QemuProgram): boolean => basename(path) !== QEMU;

/** The first that says what it is; else what is wrong with the first there is. */
async function lookFor(path: string): Promise<FoundQemu> {
  let lack: Lack | null = null;
  for (const candidate of await candidates(path)) {
    const answer = await askVersion(candidate);
    if ('version' in answer) return { program: await describe(candidate, answer.version), lack: null };
    lack ??= { reason: `${candidate} does not report its version: ${answer.failure}` };
  }
  return { program: null, lack: lack ?? notInstalled(`${QEMU} is not installed`, 'qemu', localHost) };
}

/** One of the usual name, even if it does not work, goes before others: whoever put it there means it. */
async function candidates(path: string): Promise<string[]> {
  const usual = await findOnPath(QEMU, path);
  if (usual !== null) return [usual];
  const others = [
    await findOnPath(OTHER_NAMES[0] ?? '', OTHER_PLACE),
    ...(await Promise.all(OTHER_NAMES.map((name) => findOnPath(name, path)))),
  ];
  const programs = await Promise.all(
    others.map(async (other) => (other !== null && (await isBinary(other)) ? [other] : [])),
  );
  return programs.flat();
}

/** Debian's `kvm` was a script that adds `-enable-kvm`: no QEMU that runs what it is told to. */
async function isBinary(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString('latin1') !== '#!';
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

async function askVersion(path: string): Promise<{ version: string } | { failure: string }> {
  try {
    const said = await execute(path, ['--version'], { timeoutMs: QUESTION_MS });
    const version = /version (\d+\.\d+\.\d+)/.exec(said)?.[1];
    if (version !== undefined) return { version };
    return { failure: said.trim() === '' ? 'it says nothing' : cleanText(said, 100) };
  } catch (error) {
    if (!(error instanceof ExecutionError)) return { failure: cleanText((error as Error).message) };
    return { failure: error.message.replace(`${path}: `, '') };
  }
}

async function describe(path: string, version: string): Promise<QemuProgram> {
  const [accelerators, machines] = await Promise.all(
    ['-accel', '-M'].map((option) => capture(path, [option, 'help'], { timeoutMs: QUESTION_MS })),
  );
  const names = (accelerators ?? '').split('\n').map((line) => line.trim());
  // A heading, and then a name a line, and what it is.
  const types = (machines ?? '').split('\n').flatMap((line) => /^([\w.-]+)\s/.exec(line)?.[1] ?? []);
  return {
    ...{ path, version },
    accelerators: names.filter((name) => /^[a-z]+$/.test(name)),
    machines: types.length > 1 ? new Set(types) : null,
  };
}

/** What QEMU may load into an x86 machine before its guest runs: BIOSes and boot loaders. */
export async function firmwareFiles(): Promise<string[]> {
  const { program } = await findQemu();
  if (program === null) return [];
  const folders = ((await capture(program.path, ['-L', 'help'])) ?? '').split('\n').filter(Boolean);
  const files = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder).catch(() => []);
      return names.filter((name) => /\.(bin|rom)$/.test(name)).map((name) => join(folder, name));
    }),
  );
  return files.flat();
}
