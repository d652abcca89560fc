/** The QEMU of this host. */

import { basename, join } from 'node:path';
import { ExecutionError } from '../../host/execute.ts';
import type { Host } from '../../host/host.ts';
import { notInstalled } from '../../host/packages.ts';
import { cleanText } from '../../host/text.ts';
import { type Lack, MachineError } from '../hypervisor.ts';
import { onceFor } from '../once-for.ts';
import { findProgram, programMissing } from '../variant-record.ts';
import { OWN, programOf, type QemuBuild } from './build.ts';

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

/** Looked for once for each PATH and build. Never rejects. */
export const findQemu = onceFor(lookFor, ({ searchPath }, { program, env, libraryPath } = OWN) =>
  JSON.stringify([searchPath, program, env, libraryPath]),
);

/** The path of the program. Throws MachineError if there is none. */
export async function qemuPath(host: Host, build: QemuBuild): Promise<string> {
  const { program, lack } = await findQemu(host, build);
  if (program === null) throw new MachineError(lack.reason);
  return program.path;
}

/** Whether it has a name that a reader does not expect. */
export const hasOtherName = ({ path }: QemuProgram): boolean => basename(path) !== QEMU;

/** The first that says what it is; else what is wrong with the first there is. */
async function lookFor(host: Host, build: QemuBuild = OWN): Promise<FoundQemu> {
  const missing = await programMissing(host, build.program);
  if (missing !== null) return { program: null, lack: { reason: missing } };
  let lack: Lack | null = null;
  for (const candidate of await candidates(host, build)) {
    const answer = await askVersion(candidate, host, build);
    if ('version' in answer)
      return { program: await describe(candidate, answer.version, host, build), lack: null };
    lack ??= { reason: `${candidate} does not report its version: ${answer.failure}` };
  }
  return { program: null, lack: lack ?? notInstalled(`${QEMU} is not installed`, 'qemu', host) };
}

/** One of the usual name, even if it does not work, goes before others: whoever put it there means it. */
async function candidates(host: Host, { program }: QemuBuild): Promise<string[]> {
  if (program !== undefined) return [(await findProgram(host, program)) ?? program];
  const usual = await host.find(QEMU);
  if (usual !== null) return [usual];
  const others = [
    await host.find(OTHER_NAMES[0] ?? '', OTHER_PLACE),
    ...(await Promise.all(OTHER_NAMES.map((name) => host.find(name)))),
  ];
  const programs = await Promise.all(
    others.map(async (other) => (other !== null && (await isBinary(other, host)) ? [other] : [])),
  );
  return programs.flat();
}

/** Debian's `kvm` was a script that adds `-enable-kvm`: no QEMU that runs what it is told to. */
async function isBinary(path: string, host: Host): Promise<boolean> {
  const start = await host.capture('head', ['-c', '2', path]);
  return start !== null && start !== '#!';
}

async function askVersion(
  path: string,
  host: Host,
  build: QemuBuild,
): Promise<{ version: string } | { failure: string }> {
  const [command = '', ...argv] = programOf(path, build);
  try {
    const said = await host.execute(command, [...argv, '--version'], { timeoutMs: QUESTION_MS });
    const version = /version (\d+\.\d+\.\d+)/.exec(said)?.[1];
    if (version !== undefined) return { version };
    return { failure: said.trim() === '' ? 'it says nothing' : cleanText(said, 100) };
  } catch (error) {
    if (!(error instanceof ExecutionError)) return { failure: cleanText((error as Error).message) };
    return { failure: error.message.replace(`${path}: `, '') };
  }
}

async function describe(path: string, version: string, host: Host, build: QemuBuild): Promise<QemuProgram> {
  const [command = '', ...argv] = programOf(path, build);
  const [accelerators, machines] = await Promise.all(
    ['-accel', '-M'].map((option) =>
      host.capture(command, [...argv, option, 'help'], { timeoutMs: QUESTION_MS }),
    ),
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
export async function firmwareFiles(host: Host, build: QemuBuild): Promise<string[]> {
  const { program } = await findQemu(host, build);
  if (program === null) return [];
  const [command = '', ...argv] = programOf(program.path, build);
  const said = (await host.capture(command, [...argv, '-L', 'help'])) ?? '';
  const folders = [
    ...(build.firmware === undefined ? [] : [build.firmware]),
    ...said.split('\n').filter(Boolean),
  ];
  const files = await Promise.all(
    folders.map(async (folder) => {
      const names = await host.list(folder);
      return names.filter((name) => /\.(bin|rom)$/.test(name)).map((name) => join(folder, name));
    }),
  );
  return files.flat();
}
