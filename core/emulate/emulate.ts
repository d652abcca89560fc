/** Runs a command of hvbench in a computer with AMD-V that QEMU emulates, on this computer's files. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { UserError } from '../errors.ts';
import { currentFolder, GONE } from '../files.ts';
import { buildImages } from '../guest/build.ts';
import { linkedSuites } from '../guest/layout.ts';
import { unpackKernel } from '../guest/unpack-kernel.ts';
import { findXen } from '../guest/xen.ts';
import { pickCpus } from '../host/affinity.ts';
import { lockCpu } from '../host/cpu-lock.ts';
import { localHost } from '../host/local.ts';
import { memoryHeadroom } from '../host/memory-headroom.ts';
import { ISAS } from '../model/isa.ts';
import type { Suite } from '../model/suite.ts';
import { packageRoot } from '../package.ts';
import { type ComputerOptions, runComputer } from './computer.ts';
import type { Found } from './control.ts';
import { type CommandEnd, type LastSeen, StoodStill } from './ending.ts';
import { bootArchive } from './initramfs.ts';
import { hostKernel, withoutKvm } from './kernel.ts';
import { ownFiles } from './own-files.ts';
import { cpusNote, findEmulator, lackLine, usualCpus } from './qemu.ts';
import type { Patience } from './session.ts';
import { sessionScript } from './session-script.ts';
import { makeShares, resultFolders } from './shares.ts';

/** Of guests' memory: by the CPU in two dimensions, as since 2008; or by KVM, as on the first CPUs with AMD-V. */
export type Paging = 'nested' | 'shadow';

export interface EmulateOptions {
  readonly paging: Paging;
  /** Unless given, as many as work well with this QEMU. */
  readonly cpus?: number | undefined;
  readonly memoryMib: number;
  /** How long the command may take. */
  readonly limitSeconds: number;
  /** Whether Xen boots, and the command runs in its dom0, where there is no KVM: fetched, or this file. */
  readonly xen?: boolean | string | undefined;
  /** A kernel with KVM on AMD-V, whose modules are in /lib/modules; fetched unless given. */
  readonly kernel?: string | undefined;
  /** Waits without limit for another hvbench. */
  readonly wait?: boolean | undefined;
  readonly patience?: Patience | undefined;
  /** Added to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly output: Writable;
  readonly errors: Writable;
  readonly listen: (event: EmulateEvent) => void;
  readonly signal: AbortSignal;
}

export type EmulateEvent =
  | { readonly type: 'phase'; readonly text: string }
  | { readonly type: 'note'; readonly text: string }
  /** The computer failed, or its command did not end in time: an error follows, or a new start. */
  | { readonly type: 'failed'; readonly seen: LastSeen }
  /** The command begins; `ms`: since QEMU was started. */
  | {
      readonly type: 'ready';
      readonly ms: number;
      readonly qemu: string;
      readonly linux: string;
      readonly found: Found;
    };

const LEAST_MEMORY_MIB = 1024;
const MOST_SECONDS = 1_000_000;
const MIB = 2 ** 20;

/**
 * Runs `hvbench ARGV` there. What it writes into its folder for results is kept, and nothing else. Throws UserError where
 * that cannot be done.
 */
export async function emulate(
  argv: readonly string[],
  options: EmulateOptions,
  suites: readonly Suite[],
): Promise<CommandEnd> {
  const { paging, memoryMib, limitSeconds, listen, signal } = options;
  const note = (text: string) => listen({ type: 'note', text });
  const phase = (text: string) => listen({ type: 'phase', text });
  const folder = currentFolder();
  if (folder === null) throw new UserError(GONE);
  checkMemory(memoryMib);
  if (limitSeconds > MOST_SECONDS) throw new UserError(`--limit can be ${MOST_SECONDS} s at most`);
  const { program: qemu, lack } = await findEmulator();
  if (lack) throw new UserError(lackLine(lack));
  const { cpus = usualCpus(qemu.version) } = options;
  const risk = cpusNote(cpus, qemu.version);
  if (risk !== null) note(risk);
  const shares = makeShares(resultFolders(argv));
  let giveBack = () => {};
  try {
    const fetching = { signal, say: note };
    const xen = options.xen
      ? await findXen(options.xen === true ? undefined : options.xen, phase, fetching)
      : null;
    const onXen = xen !== null;
    const kernel = await hostKernel(options.kernel, phase, fetching);
    const unpacked = await unpackKernel(kernel.path, signal);
    if ('lack' in unpacked)
      note(`the emulated computer unpacks its kernel itself, which takes it some seconds: ${unpacked.lack}`);
    phase('building guest images');
    const program = await buildOutside(suites, note, signal);
    giveBack = await lockCpu((await pickCpus(localHost)).benchCpu, { wait: options.wait, note, signal });
    const mark = randomUUID();
    const script = sessionScript({
      ...{ folder, mark, onXen },
      argv: [process.execPath, join(packageRoot(), 'dist/core/cli/main.js'), ...argv],
      environment: definedOnly({ ...process.env, ...options.environment }),
    });
    const computer: ComputerOptions = {
      ...{ cpus, memoryMib, mark, signal, shares: shares.folders, patience: options.patience },
      ...{ output: options.output, errors: options.errors },
      ...{ qemu: qemu.path, xen },
      kernel: 'kernel' in unpacked ? unpacked.kernel : kernel.path,
      archive: await bootArchive({
        ...{ program, script, own: await ownFiles() },
        // No dom0 sees AMD-V: KVM would refuse to be loaded.
        modules: onXen ? withoutKvm(kernel.modules) : kernel.modules,
        nested: paging === 'nested',
        shares: shares.folders,
      }),
      ready: (found, ms) => {
        if ('paging' in found && found.paging !== paging)
          throw new Error(`KVM uses ${found.paging} paging, although it was told ${paging}`);
        listen({ type: 'ready', ms, qemu: qemu.version, linux: kernel.release, found });
      },
      lastSeen: (seen) => listen({ type: 'failed', seen }),
      limitMs: limitSeconds * 1000,
    };
    const begin = () => {
      phase(`starting a computer with ${onXen ? 'Xen' : `AMD-V (${paging} paging)`} that QEMU emulates`);
      return runComputer(computer);
    };
    return await begin().catch((error) => {
      if (!(error instanceof StoodStill)) throw error;
      // What anybody may have seen of the command must not come twice, and no figure may be lost.
      if (!shares.isUntouched())
        throw new UserError(`${error.message}; what the command had written by then is kept`);
      if (error.isUsed) throw error;
      note(`${error.message}. The command had written nothing yet: it is started anew, once`);
      return begin();
    });
  } finally {
    giveBack();
    shares.discard();
  }
}

/** Throws UserError where this computer has no room for it, or Node.js has none in it. */
function checkMemory(memoryMib: number): void {
  if (memoryMib < LEAST_MEMORY_MIB)
    throw new UserError(`--memory is ${LEAST_MEMORY_MIB} MiB at least: Node.js runs in there`);
  const { name, bytes } = memoryHeadroom(localHost);
  if (memoryMib * MIB > bytes)
    throw new UserError(
      `the emulated computer cannot have ${memoryMib} MiB: ${Math.floor(bytes / MIB)} MiB are free (${name}); choose a smaller --memory`,
    );
}

/** All images that the command may look for: under emulation a compiler takes minutes. Returns the first process. */
async function buildOutside(
  suites: readonly Suite[],
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const [first, ...others] = ISAS;
  const linked = linkedSuites(suites, []);
  const images = await buildImages(linked, [first], { note, signal });
  for (const isa of others)
    await buildImages(linked, [isa], { note, signal }).catch((error) => {
      if (!(error instanceof UserError)) throw error;
      note(error.message);
    });
  return images.image(first, 'commands').path;
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
