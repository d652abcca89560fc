/** Finds out within a bound whether a kernel comes up under an accelerator at all. */
import { spawn } from 'node:child_process';
import { leastOfQemu, withLeast } from '../least-privilege.ts';
import { bootArguments, LINUX_MEMORY_MIB } from '../linux-boot.ts';
import type { Accelerator } from './accelerators.ts';
import { machineCommand, OWN, type QemuBuild } from './build.ts';

/** A kernel greets within a second where the CPU runs it, and within two where it is translated. */
export const TRIAL_MS = 6_000;
/** Enough for a line. */
const LONGEST = 4096;

/**
 * Whether the kernel has named itself on its console within the bound; what unpacks it writes a line before that.
 *
 * `qemu`: the path of the program. Never rejects, and leaves nothing running.
 */
export function comesUp(
  qemu: string,
  accelerator: Accelerator,
  kernelPath: string,
  build: QemuBuild = OWN,
): Promise<boolean> {
  const [command = '', ...argv] = [
    ...withLeast(leastOfQemu(false)),
    ...machineCommand(qemu, build, build.machineType ?? 'pc', accelerator),
    ...['-smp', '1', '-m', String(LINUX_MEMORY_MIB)],
    ...['-kernel', kernelPath, '-append', bootArguments('ports'), '-serial', 'stdio'],
  ];
  return new Promise((resolve) => {
    const child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    let greeted = false;
    const timer = setTimeout(() => child.kill('SIGKILL'), TRIAL_MS);
    child.stdout.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString('latin1')).slice(-LONGEST);
      greeted ||= text.includes('Linux version');
      if (greeted) child.kill('SIGKILL');
    });
    const end = () => {
      clearTimeout(timer);
      resolve(greeted);
    };
    child.once('error', end);
    child.once('close', end);
  });
}
