/** The machines that QEMU is started as, and which of them it can be here. */
import { spawn } from 'node:child_process';
import { cleanText } from '../../host/text.ts';
import type { Platform } from '../../results/schema.ts';
import { leastOfQemu, withLeast } from '../least-privilege.ts';
import type { Accelerator } from './accelerators.ts';
import { machineCommand, type QemuBuild } from './build.ts';
import type { QemuProgram } from './program.ts';

/** QEMU's `-M` for each. A bare guest needs no timer, and a microvm can do without. */
export const MACHINE_TYPES: ReadonlyMap<string, string> = new Map([
  ['microvm', 'microvm,pit=off,pic=off,rtc=off,isa-serial=on'],
  ['pc', 'pc'],
]);

/**
 * Those that can run a platform's images, the usual one first. Linux finds out the rate of its clock by a timer, and on
 * a microvm, which has the oldest alone, it fails to every now and then, and hangs.
 */
export const machineTypes = { bare: ['microvm', 'pc'], linux: ['pc'] } as const satisfies Record<
  Platform,
  readonly string[]
>;

/** What a QEMU that is built or told otherwise can be: what it was told, if that says so. */
export function machineTypesOf({ machineType }: QemuBuild): Readonly<Record<Platform, readonly string[]>> {
  return machineType === undefined ? machineTypes : { bare: [machineType], linux: [machineType] };
}

/** QEMU's `-M` for a machine type. */
export const machineOptions = (type: string): string => MACHINE_TYPES.get(type) ?? type;

/** Whether it is of the type that starts with the least. */
export const isMicrovm = (type: string): boolean => type.split(',')[0] === 'microvm';

/** Making a machine takes a twentieth of a second. */
const TRIAL_MS = 20_000;
/** Enough for a line. */
const LONGEST = 4096;

/** Why a QEMU cannot be a machine of a type, by type: none for those that it can be. */
export type MachineLacks = Readonly<Record<string, string>>;

const known = new Map<string, Promise<MachineLacks>>();

/** Asked of the program, and tried, once for each. Never rejects, and leaves nothing running. */
export function machineLacks(
  program: QemuProgram,
  accelerator: Accelerator,
  build: QemuBuild,
): Promise<MachineLacks> {
  const key = JSON.stringify([accelerator.name, program.path, build]);
  const lacks = known.get(key) ?? findLacks(program, accelerator, build);
  known.set(key, lacks);
  return lacks;
}

async function findLacks(
  program: QemuProgram,
  accelerator: Accelerator,
  build: QemuBuild,
): Promise<MachineLacks> {
  const lacks: Record<string, string> = {};
  for (const type of new Set(Object.values(machineTypesOf(build)).flat())) {
    const [name = ''] = type.split(',');
    if (program.machines && !program.machines.has(name)) lacks[type] = 'it was built without';
    else {
      const failure = await tryOn(machineCommand(program.path, build, machineOptions(type), accelerator));
      if (failure !== null) lacks[type] = failure;
    }
  }
  return lacks;
}

/** What a QEMU says or dies by when it makes such a machine, in which nothing runs; null where it is made. */
function tryOn(machine: readonly string[]): Promise<string | null> {
  const [command = '', ...argv] = [...withLeast(leastOfQemu(false)), ...machine, '-S', '-monitor', 'stdio'];
  return new Promise((resolve) => {
    const child = spawn(command, argv, { stdio: ['pipe', 'ignore', 'pipe'] });
    let text = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), TRIAL_MS);
    child.stdin.on('error', () => {});
    child.stdin.end('quit\n');
    child.stderr.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString('utf8')).slice(-LONGEST);
    });
    child.once('error', ({ message }) => {
      clearTimeout(timer);
      resolve(message);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const said = cleanText(text.trim().split('\n').at(-1) ?? '', 200);
      // What takes so long is no failure: this computer may be busy.
      if (code === 0 || signal === 'SIGKILL') resolve(null);
      else resolve(said || (signal ? `it dies by ${signal}` : `it ends with exit code ${code}`));
    });
  });
}

/** The usual one of those that it can be; null where there is none. */
export function usualMachine(lacks: MachineLacks, platform: Platform, build: QemuBuild): string | null {
  return machineTypesOf(build)[platform].find((type) => lacks[type] === undefined) ?? null;
}
