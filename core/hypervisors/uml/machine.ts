/**
 * The process of one machine of User Mode Linux: `machine.js MACHINE`, as invocation.ts has it. The guest's serial line is
 * a socket; its console goes through a pipe.
 */

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Duplex, Readable } from 'node:stream';
import { ByteChannel } from '../../guest/byte-channel.ts';
import { treeCpuNs } from '../../host/cpu-time.ts';
import { filesBelow } from '../../host/files-below.ts';
import { leastOfUml, withLeast } from '../least-privilege.ts';
import { BootConsole } from '../linux-boot.ts';
import { toldMachine } from '../machine-script.ts';
import { ownProcesses } from '../namespaces.ts';
import type { UmlMachine } from './invocation.ts';
import { ownMemory, SHARED_MEMORY } from './memory-folder.ts';

/** This process runs on the computer whose files it reads. */
const here = filesBelow('/');

const {
  program,
  args = [],
  initramfs: image,
  memoryMib,
  enclosed: by,
  ownMemory: own,
  users,
  preload,
} = toldMachine<UmlMachine>();
const enclosed = by !== null;
const apart = enclosed || own;

function fail(message: string): never {
  process.stderr.write(`uml: ${message}\n`);
  process.exit(1);
}

process.on('uncaughtException', (error) => fail(error.message));
process.on('unhandledRejection', (error) => fail(error instanceof Error ? error.message : String(error)));

const startedNs = process.hrtime.bigint();
// Enclosed it is another user than this process, whose files it does not see.
const initramfs = openSync(image, 'r');
const library = preload === undefined ? null : openSync(preload, 'r');
const [command = '', ...prefix] = enclosed
  ? withLeast(leastOfUml(by === 'user'))
  : // Its helpers and the processes of its guest leave our group, and would outlive it.
    [
      'setpriv',
      '--pdeathsig',
      'KILL',
      '--',
      ...(own ? ownMemory(users === true, memoryMib) : [...ownProcesses(users === true), '--']),
    ];
const child = spawn(
  command,
  [
    ...[...prefix, program],
    ...[`mem=${memoryMib}M`, 'rdinit=/init', 'initrd=/proc/self/fd/4'],
    // Its folder for a management console, which nobody uses: here it can make none, and so leaves none behind.
    'uml_dir=/proc/self/',
    ...['con=null', 'con0=null,fd:1', 'ssl=null', 'ssl0=fd:3'],
    ...['loglevel=6', 'panic=-1'],
    ...args,
    // A word that the kernel does not know is handed to the first process.
    '/dev/ttyS0',
  ],
  // What it says before its console is up comes by standard error and output alike.
  {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', initramfs, ...(library === null ? [] : [library])],
    env: {
      ...process.env,
      // Its memory is a file without a name, in the one folder that it can write to, or in that of its own.
      ...(apart && { TMPDIR: SHARED_MEMORY }),
      // By its open file: a path could have a space or a colon, which end a name there.
      ...(library !== null && { LD_PRELOAD: '/proc/self/fd/5' }),
    },
  },
);
for (const file of [initramfs, library]) if (file !== null) closeSync(file);
const boot = new BootConsole();
const serial = child.stdio[3] as Duplex | null;
if (!serial) fail('User Mode Linux could not be started');
for (const stream of [child.stdout, child.stderr] as Readable[])
  stream.on('data', (chunk: Buffer) => {
    boot.receive(chunk);
    // It would end itself by a signal, which the first process of a PID namespace does not get from itself.
    if (boot.panic !== undefined) fail(explain(boot.panic));
  });

child.on('error', (error) => fail(`User Mode Linux cannot be started: ${error.message}`));
child.on('close', (_code, signal) =>
  fail(
    (boot.panic && explain(boot.panic)) ??
      (signal ? `User Mode Linux died by ${signal}` : `User Mode Linux exited unexpectedly: ${boot.last}`),
  ),
);

/** SIGBUS: its memory is a file, and what the guest touches of it takes room only then. */
function explain(panic: string): string {
  if (!/Kernel mode signal 7\b/.test(panic)) return panic;
  const { TMPDIR } = process.env;
  const where = apart || !TMPDIR ? SHARED_MEMORY : `${TMPDIR} (TMPDIR) or /dev/shm`;
  return `no space was left for the guest's memory, a file of ${memoryMib} MiB in ${where}: free up space there, or set TMPDIR to a folder on a larger tmpfs`;
}

const channel = new ByteChannel({
  send: (bytes) => void serial.write(bytes),
  othersCpuNs: () => treeCpuNs(child.pid ?? 0, here),
  about: async () => 'User Mode Linux',
  // Its console comes up at the end of a boot, and shows then what the kernel said at its beginning.
  started: () => ({ hypervisor: startedNs, console: boot.firstByteNs }),
});
serial.on('data', (chunk: Buffer) => channel.receive(chunk));
serial.on('error', () => {});
