/**
 * The process of one QEMU machine: `machine.js QEMU ACCELERATOR MACHINE-TYPE IMAGE [KERNEL [VIRTIOFSD MEMORY [PRELOAD]]]`.
 * QEMU is the path of the program. Without a kernel the image is a bare one; with one it is the initramfs. With virtiofsd's path the guest sees what files
 * this process sees, and has so much memory, MiB; PRELOAD is a library to load into virtiofsd. Frames go by a serial line
 * and a debug console: see docs/protocol.md.
 */
import { spawn } from 'node:child_process';
import { chmodSync, closeSync, openSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { ByteChannel } from '../../guest/byte-channel.ts';
import { LARGE_ARENA, LARGE_ARENA_SIZE } from '../../guest/layout.ts';
import { threadsCpuNs, treeCpuNs } from '../../host/cpu-time.ts';
import { leastOfQemu, withLeast } from '../least-privilege.ts';
import { BootConsole, bootArguments, LINUX_MEMORY_MIB } from '../linux-boot.ts';
import { accelerators } from './accelerators.ts';
import { readExits } from './exit-counts.ts';
import { listenAt } from './listen.ts';
import { MACHINE_TYPES } from './machine-types.ts';
import { Qmp } from './qmp.ts';
import { virtiofsDevices, virtiofsdArguments } from './virtiofs.ts';

const MIB = 1 << 20;
/** Room for the image and both arenas, and for what QEMU's loader puts at the end of memory. */
const BARE_MEMORY_MIB = (LARGE_ARENA + LARGE_ARENA_SIZE) / MIB + 32;

/** Of what it says, the end is kept. */
const SAID_LIMIT = 4096;

/** How long QEMU may take to end after what it cannot do without has. */
const LAST_WORDS_MS = 500;

const [, , qemu = '', name = '', machineType = '', image = '', kernel, virtiofsd, memory, preload] =
  process.argv;

function fail(message: string): never {
  process.stderr.write(`qemu: ${message}\n`);
  process.exit(1);
}

process.on('uncaughtException', (error) => fail(error.message));
process.on('unhandledRejection', (error) => fail(error instanceof Error ? error.message : String(error)));

const options = MACHINE_TYPES.get(machineType);
if (options === undefined) fail(`no machine type is called ${machineType}`);
const accelerator = accelerators.find((candidate) => candidate.name === name);
if (!accelerator) fail(`no accelerator is called ${name}`);

const serving = virtiofsd ? await virtiofsdArguments(virtiofsd, 3) : [];
const startedNs = process.hrtime.bigint();
const files = virtiofsd ? shareFiles([virtiofsd, ...serving], Number(memory)) : null;

// Enclosed it is another user than this process, whose files it does not see.
const booted = [image, ...(kernel ? [kernel] : [])].map((path) => openSync(path, 'r'));
const [command = '', ...prefix] = withLeast(leastOfQemu(files !== null && !preload));
// QEMU gets the other ends of these sockets as files 3, 4 and 5.
const child = spawn(
  command,
  [
    ...[...prefix, qemu],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-M', options],
    ...['-accel', accelerator.name, '-cpu', accelerator.cpu],
    ...['-smp', '1', '-m', String(memory ?? (kernel ? LINUX_MEMORY_MIB : BARE_MEMORY_MIB))],
    ...(files?.devices ?? []),
    ...(kernel
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
  return `QEMU ${version}, accelerator ${name}, machine ${type.replace(/-machine$/, '')}`;
}

/** Starts virtiofsd, which serves one QEMU. Its socket is in a folder of this machine's own. */
function shareFiles(command: readonly string[], memoryMib: number) {
  const socket = '/dev/shm/files';
  const listening = listenAt(socket);
  // QEMU may be another user.
  chmodSync(socket, 0o666);
  const library = preload ? openSync(preload, 'r') : null;
  const server = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
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
const channel = new ByteChannel({
  send: (bytes) => void serial.write(bytes),
  othersCpuNs: () => threadsCpuNs(child.pid ?? 0) + (files ? treeCpuNs(files.pid) : 0),
  // TCG leaves no CPU to count exits from.
  ...(name === 'kvm' && { counts: () => readExits(qmp) }),
  about: () => about,
  started: () => ({ hypervisor: startedNs, console: boot.firstByteNs, kernel: boot.greetingNs }),
});
debug.on('data', (chunk: Buffer) => channel.receive(chunk));
