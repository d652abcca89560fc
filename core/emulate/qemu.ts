/** The QEMU that emulates a computer: what it lacks for that, and how it is told to. */
import { compareVersions } from '../guest/versions.ts';
import { inOneLine } from '../host/advice.ts';
import { capture } from '../host/capture.ts';
import { localHost } from '../host/local.ts';
import type { Lack } from '../hypervisors/hypervisor.ts';
import { withLeast } from '../hypervisors/least-privilege.ts';
import { findQemu, type QemuProgram } from '../hypervisors/qemu/program.ts';
import { launchHelpers } from '../hypervisors/requirements.ts';
import { ROOT_TAG, shareTag } from './initramfs.ts';
import { PORTS } from './session-script.ts';

const MACHINE = 'q35';
const ACCELERATOR = 'tcg';
/** With ERMS kernels and libraries copy byte by byte (`rep movsb`), and so does the translator. */
const CPU = 'max,-erms';
/** Of what `max` and `EPYC` have more, something kills the kernel of dom0 early. */
const XEN_CPU = 'qemu64,+svm';
const FILES = 'virtio-9p-pci';
const QUESTION_MS = 20_000;
const MOST_BYTES = 1 << 20;

/** The first version whose translator locks a page before it reads code from it, and not after (QEMU's commit deba7870). */
const LOCKS_FIRST = '8.1';

const CPUS = 2;

/**
 * Whether emulated CPUs can work at once without one of them being caught for ever. Before 8.1 what one writes into code
 * that another just translates may be missed, and the translation of the old code stays. Linux writes into its own code
 * as it runs, by way of a breakpoint: each time that KVM has its first VM, and its last one no more, into the scheduler. A
 * CPU that keeps the breakpoint does nothing but come back to it. One thread for all CPUs would be no way out: Linux guests
 * of QEMU on KVM with shadow paging did not come up within their minute.
 */
const canWorkAtOnce = (version: string): boolean => compareVersions(version, LOCKS_FIRST) >= 0;

/** How many CPUs the computer has unless told otherwise. */
export const usualCpus = (version: string): number => (canWorkAtOnce(version) ? CPUS : 1);

/** What may come of so many CPUs, for whoever asked for them; null if nothing does. */
export function cpusNote(cpus: number, version: string): string | null {
  if (cpus === 1 || canWorkAtOnce(version)) return null;
  return `a computer with ${cpus} CPUs may stand still with QEMU ${version}: before ${LOCKS_FIRST} it may miss what one of them writes into code; --cpus 1 is safe`;
}

export type FoundEmulator =
  | { readonly program: QemuProgram; readonly lack: null }
  | { readonly program: null; readonly lack: Lack };

/** Never rejects. */
export async function findEmulator(): Promise<FoundEmulator> {
  const helpers = await launchHelpers(localHost);
  if (helpers) return { program: null, lack: helpers };
  const { program, lack } = await findQemu(localHost);
  if (program === null) return { program, lack };
  const reason = await lackOf(program);
  return reason === null
    ? { program, lack: null }
    : { program: null, lack: { reason: `${program.path} (QEMU ${program.version}) ${reason}` } };
}

/** In one line. */
export const lackLine = (lack: Lack): string => `no computer can be emulated here: ${inOneLine(lack)}`;

async function lackOf({ path, accelerators, machines }: QemuProgram): Promise<string | null> {
  if (!accelerators.includes(ACCELERATOR)) return 'was built without its translator (TCG)';
  if (machines && !machines.has(MACHINE)) return `was built without the machine type ${MACHINE}`;
  const options = { timeoutMs: QUESTION_MS, maxBytes: MOST_BYTES };
  const devices = await capture(path, ['-device', 'help'], options);
  return devices?.includes(`"${FILES}"`) ? null : `was built without ${FILES}, by which files are shared`;
}

/** The open files that QEMU gets, by number. */
export const FD = {
  console: 3,
  way: 4,
  output: 5,
  errors: 6,
  control: 7,
  monitor: 8,
  archive: 9,
  kernel: 10,
  xen: 11,
} as const;

/** What the kernel's serial line is called that our first process answers on. */
const WAY = '/dev/ttyS1';

export interface Emulated {
  readonly cpus: number;
  readonly memoryMib: number;
  /** Absolute paths of folders that it may write to. */
  readonly shares: readonly string[];
  /** Whether Xen boots, and the kernel in its dom0. */
  readonly onXen: boolean;
}

/** The argument vector. */
export function emulatorArguments(qemu: string, { cpus, memoryMib, shares, onXen }: Emulated): string[] {
  const chardev = (name: keyof typeof FD) => ['-chardev', `socket,id=${name},fd=${FD[name]}`];
  return [
    // It is this user to the files that it is shown, and to those that it may write.
    ...withLeast({ keep: ['DAC_READ_SEARCH', 'DAC_OVERRIDE', 'FOWNER', 'CHOWN'] }),
    qemu,
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-M', MACHINE, '-accel', `${ACCELERATOR},thread=multi`, '-cpu', onXen ? XEN_CPU : CPU],
    ...['-smp', String(cpus), '-m', String(memoryMib)],
    ...(onXen ? bootXen() : bootLinux()),
    ...[...chardev('console'), '-serial', 'chardev:console', ...chardev('way'), '-serial', 'chardev:way'],
    ...[...chardev('monitor'), '-mon', 'chardev=monitor,mode=control'],
    ...['-device', 'virtio-serial-pci'],
    ...Object.entries(PORTS).flatMap(([name, number]) => [
      ...chardev(name as keyof typeof PORTS),
      ...['-device', `virtserialport,nr=${number},chardev=${name}`],
    ]),
    ...files(ROOT_TAG, '/', 'readonly=on'),
    ...shares.flatMap((folder, index) => files(shareTag(index), folder, 'readonly=off')),
  ];
}

function files(tag: string, path: string, access: string): string[] {
  // A comma ends an option, unless there are two.
  const escaped = path.replaceAll(',', ',,');
  return [
    ...['-fsdev', `local,id=${tag},path=${escaped},security_model=none,multidevs=remap,${access}`],
    ...['-device', `${FILES},fsdev=${tag},mount_tag=${tag}`],
  ];
}

const fileOf = (name: keyof typeof FD) => `/proc/self/fd/${FD[name]}`;

function bootLinux(): string[] {
  return ['-kernel', fileOf('kernel'), '-initrd', fileOf('archive'), '-append', commandLine('ttyS0', 4)];
}

/** Modules of multiboot, each with a command line of its own: the first is dom0's kernel, the second its initramfs. */
function bootXen(): string[] {
  const modules = `${fileOf('kernel')} ${commandLine('hvc0', 6)},${fileOf('archive')}`;
  return ['-kernel', fileOf('xen'), '-initrd', modules, '-append', 'console=com1 loglvl=error bootscrub=0'];
}

/** A computer so slow must not be taken for one that hangs. */
function commandLine(console: string, level: number): string {
  return [
    `console=${console} loglevel=${level} panic=-1`,
    'nowatchdog rcupdate.rcu_cpu_stall_suppress=1 tsc=reliable',
    // Nobody is kept out by what these cost. Addresses that are the same each time can be looked up in System.map.
    'init_on_alloc=0 hardened_usercopy=off nokaslr',
    // As a word of its own it is handed to the first process.
    WAY,
  ].join(' ');
}
