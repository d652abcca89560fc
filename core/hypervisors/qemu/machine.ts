/**
 * The process of one QEMU machine: `machine.js MACHINE`, as invocation.ts has it. Frames go by a serial line and a debug
 * console: see docs/protocol.md.
 */

import { spawn } from 'node:child_process';
import { chmodSync, closeSync, openSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { ByteChannel } from '../../guest/byte-channel.ts';
import { ownCpuNs, threadsCpuNs, treeCpuNs } from '../../host/cpu-time.ts';
import { filesBelow } from '../../host/files-below.ts';
import { leastOfQemu, withLeast } from '../least-privilege.ts';
import { BootConsole, bootArguments, LINUX_MEMORY_MIB } from '../linux-boot.ts';
import { toldMachine } from '../machine-script.ts';
import { accelerators } from './accelerators.ts';
import { machineCommand, OWN } from './build.ts';
import { readExits } from './exit-counts.ts';
import { BARE_MEMORY_MIB } from './guest-memory.ts';
import type { QemuMachine } from './invocation.ts';
import { leaveCpu } from './leave-cpu.ts';
import { listenAt } from './listen.ts';
import { machineOptions } from './machine-types.ts';
import { Qmp } from './qmp.ts';
import { RunningTime } from './running-time.ts';
import { virtiofsDevices } from './virtiofs.ts';

/** This process runs on the computer whose files it reads. */
const here = filesBelow('/');

/** Of what it says, the end is kept. */
const SAID_LIMIT = 4096;

/** How long QEMU may take to end after what it cannot do without has. */
const LAST_WORDS_MS = 500;

const told = toldMachine<QemuMachine>();
const { qemu, build = OWN, accelerator: name, machineType, image, kernel, vcpus = 1, helperCpus = [] } = told;
const memoryMib = told.memoryMib ?? (kernel === undefined ? BARE_MEMORY_MIB : LINUX_MEMORY_MIB);

function fail(message: string): never {
  process.stderr.write(`qemu: ${message}\n`);
  process.exit(1);
}

process.on('uncaughtException', (error) => fail(error.message));
process.on('unhandledRejection', (error) => fail(error instanceof Error ? error.message : String(error)));

const accelerator = accelerators.find((candidate) => candidate.name === name);
if (!accelerator) fail(`no accelerator is called ${name}`);

const startedNs = process.hrtime.bigint();
const files = told.files ? shareFiles(told.files) : null;

// Enclosed it is another user than this process, whose files it does not see.
const booted = [image, ...(kernel === undefined ? [] : [kernel])].map((path) => openSync(path, 'r'));
const [command = '', ...prefix] = withLeast(leastOfQemu(files !== null && told.files?.preload === undefined));
// QEMU gets the other ends of these sockets as files 3, 4 and 5.
const child = spawn(
  command,
  [
    ...prefix,
    ...machineCommand(qemu, build, machineOptions(machineType), accelerator),
    ...['-smp', String(vcpus), '-m', String(memoryMib)],
    ...(files?.devices ?? []),
    ...(kernel !== undefined
      ? ['-kernel', '/proc/self/fd/7', '-initrd', '/proc/self/fd/6', '-append', bootArguments('ports')]
      : ['-kernel', '/proc/self/fd/6', '-append', 'serial']),
    ...['-chardev', 'socket,id=debug,fd=3', '-device', 'isa-debugcon,iobase=0xe9,chardev=debug'],
    ...['-chardev', 'socket,id=serial,fd=4', '-serial', 'chardev:serial'],
    ...['-chardev', 'socket,id=monitor,fd=5', '-mon', 'chardev=monitor,mode=control'],
  ],
  { stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe', 'pipe', ...booted] },
);
for (const file of booted) closeSync(file);
const [, , , debug, serial, monitor] = child.stdio as unknown as readonly Duplex[];
if (!debug || !serial || !monitor) fail('QEMU could not be started');

let ending = '';
// A bare guest leaves its serial line's other direction alone.
const boot = new BootConsole();
serial.on('data', (chunk: Buffer) => boot.receive(chunk));
child.on('error', (error) => fail(`${qemu} cannot be started: ${error.message}`));
child.on('close', (code, signal) => {
  // QEMU has said why on standard error, if it ended by an error of its own.
  if (ending === '' && code !== 0 && code !== null) process.exit(1);
  ending ||= boot.panic ?? '';
  fail(ending || (signal ? `QEMU died by ${signal}` : 'QEMU exited unexpectedly'));
});

const qmp = new Qmp(monitor, (event, data) => {
  if (event === 'SHUTDOWN' && data.reason === 'guest-reset')
    ending = boot.panic ?? 'the guest triple-faulted';
  // Nobody asked for that. QEMU would wait for ever; it dies with this process.
  if (event === 'STOP') fail(ending || 'QEMU stopped the guest: its accelerator met what it cannot run');
});
const about = describe();

/** What QEMU says that it runs: asked of itself, not taken from what it was told. */
async function describe(): Promise<string> {
  const version = await qmp.open();
  const { enabled } = z.object({ enabled: z.boolean() }).parse(await qmp.execute('query-kvm'));
  if (enabled !== (name === 'kvm'))
    fail(`QEMU runs ${enabled ? 'with' : 'without'} KVM, but was told ${name}`);
  const type = z.string().parse(await qmp.execute('qom-get', { path: '/machine', property: 'type' }));
  const chosen = told.vcpus === undefined && told.memoryMib === undefined ? '' : `, ${await describeShape()}`;
  return `QEMU ${version}, accelerator ${name}, machine ${type.replace(/-machine$/, '')}${chosen}`;
}

/** Its CPUs and its memory; of others than were asked for it dies. */
async function describeShape(): Promise<string> {
  const cpus = z.array(z.unknown()).parse(await qmp.execute('query-cpus-fast')).length;
  const size = z.object({ 'base-memory': z.number() }).parse(await qmp.execute('query-memory-size-summary'));
  const mib = size['base-memory'] / 2 ** 20;
  if (cpus !== vcpus || mib !== memoryMib)
    fail(`QEMU made ${cpus} CPUs and ${mib} MiB, but was told ${vcpus} and ${memoryMib}`);
  return `${cpus} CPU${cpus === 1 ? '' : 's'}, ${mib} MiB`;
}

/** Starts virtiofsd, which serves one QEMU. Its socket is in a folder of this machine's own. */
function shareFiles({ virtiofsd, preload }: NonNullable<QemuMachine['files']>) {
  const socket = '/dev/shm/files';
  const listening = listenAt(socket);
  // QEMU may be another user.
  chmodSync(socket, 0o666);
  const library = preload === undefined ? null : openSync(preload, 'r');
  const server = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...virtiofsd], {
    stdio: ['ignore', 'ignore', 'pipe', listening, ...(library === null ? [] : [library])],
    // By its open file: a path could have a space or a colon, which end a name there.
    env: { ...process.env, ...(library !== null && { LD_PRELOAD: '/proc/self/fd/4' }) },
  });
  for (const file of [listening, library]) if (file !== null) closeSync(file);
  let said = '';
  server.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-SAID_LIMIT);
  });
  server.on('error', (error) => fail(`virtiofsd cannot be started: ${error.message}`));
  // It ends with QEMU as well, which may just be saying why.
  server.on('close', () =>
    setTimeout(() => fail(`virtiofsd ended: ${said.trim().split('\n').at(-1) ?? ''}`), LAST_WORDS_MS),
  );
  return { pid: server.pid ?? 0, devices: virtiofsDevices(socket, memoryMib) };
}

serial.on('error', () => {});
debug.on('error', () => {});
/** Where the vCPU has the measuring CPU to itself, and runs on while its CPU time is read. */
let alone: RunningTime | null = null;
const channel = new ByteChannel({
  send: (bytes) => void serial.write(bytes),
  othersCpuNs: () =>
    alone
      ? (alone.read() ?? fail('the CPU time of QEMU cannot be counted any more'))
      : threadsCpuNs(child.pid ?? 0, here) + (files ? treeCpuNs(files.pid, here) : 0),
  // Elsewhere it does nothing between the marks, and what it does around them is no work of QEMU's.
  ownCpuNs: () => (alone ? 0 : ownCpuNs()),
  // TCG leaves no CPU to count exits from.
  ...(name === 'kvm' && { counts: () => readExits(qmp) }),
  about: () => about,
  started: () => ({ hypervisor: startedNs, console: boot.firstByteNs, kernel: boot.greetingNs }),
});
debug.on('data', (chunk: Buffer) => channel.receive(chunk));
// The vCPU keeps the measuring CPU; a Linux guest shares it with its devices, as native does with the kernel's. Not before
// the first command: until then it starts, which may be what is timed. Where its CPU time cannot be counted up to now, all
// stay: switches between them count it, and a figure that lags behind by a tick is worse than time lost.
if (kernel === undefined && helperCpus.length > 0)
  process.stdin.once('data', () => {
    const running = new RunningTime(child.pid ?? 0);
    if (running.read() === null) return running.close();
    leaveCpu([process.pid], [child.pid ?? 0], helperCpus);
    alone = running;
  });
