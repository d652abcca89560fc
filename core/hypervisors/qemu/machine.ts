/**
 * The process of one QEMU machine: `machine.js ACCELERATOR IMAGE`. The tool's frames come and go by fd 0 and 1, the
 * guest's by a serial line and a debug console: see docs/protocol.md.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { LARGE_ARENA, LARGE_ARENA_SIZE } from '../../guest/layout.ts';
import {
  type Exits,
  encodeAbout,
  encodeExits,
  exitsBetween,
  operations,
  REPLY_BYTES,
  REPLY_CPU_NS,
  REPLY_HOST_BEGIN,
  REPLY_HOST_END,
  REPLY_PAYLOAD,
} from '../../guest/protocol.ts';
import { accelerators } from './accelerators.ts';
import { readExits } from './exit-counts.ts';
import { QEMU } from './program.ts';
import { Qmp } from './qmp.ts';

const MARK_BEGIN = 1;
const MARK_END = 2;
/** What a mark is answered with: any byte. */
const GO_ON = Buffer.of(0);
const MIB = 1 << 20;
/** Room for the image and both arenas, and for what QEMU's loader puts at the end of memory. */
const MEMORY_MIB = (LARGE_ARENA + LARGE_ARENA_SIZE) / MIB + 32;

const [, , name = '', image = ''] = process.argv;

function fail(message: string): never {
  process.stderr.write(`qemu: ${message}\n`);
  process.exit(1);
}

process.on('uncaughtException', (error) => fail(error.message));
process.on('unhandledRejection', (error) => fail(error instanceof Error ? error.message : String(error)));

const accelerator = accelerators.find((candidate) => candidate.name === name);
if (!accelerator) fail(`no accelerator is called ${name}`);

// QEMU gets the other ends of these sockets as files 3, 4 and 5.
const child = spawn(
  'setpriv',
  [
    ...['--pdeathsig', 'KILL', '--', QEMU],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...[
      '-M',
      'microvm,pit=off,pic=off,rtc=off,isa-serial=on',
      '-accel',
      accelerator.name,
      '-cpu',
      accelerator.cpu,
    ],
    ...['-smp', '1', '-m', String(MEMORY_MIB)],
    ...['-kernel', image, '-append', 'serial'],
    ...['-chardev', 'socket,id=debug,fd=3', '-device', 'isa-debugcon,iobase=0xe9,chardev=debug'],
    ...['-chardev', 'socket,id=serial,fd=4', '-serial', 'chardev:serial'],
    ...['-chardev', 'socket,id=monitor,fd=5', '-mon', 'chardev=monitor,mode=control'],
  ],
  { stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe', 'pipe'] },
);
const [, , , debug, serial, monitor] = child.stdio as unknown as readonly Duplex[];
if (!debug || !serial || !monitor) fail('QEMU could not be started');

let ending = '';
child.on('error', (error) => fail(`${QEMU} cannot be started: ${error.message}`));
child.on('close', (code, signal) => {
  // QEMU has said why on standard error, if it ended by an error of its own.
  if (ending === '' && code !== 0 && code !== null) process.exit(1);
  fail(ending || (signal ? `QEMU died by ${signal}` : 'QEMU ended by itself'));
});

const qmp = new Qmp(monitor, (event, data) => {
  if (event === 'SHUTDOWN' && data.reason === 'guest-reset') ending = 'the guest triple-faulted';
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

/** TCG leaves no CPU to count exits from. */
const readCounts = async (): Promise<Exits> => (name === 'kvm' ? readExits(qmp) : {});

let begin = 0n;
let end = 0n;
let cpuBegin = 0;
let cpu = 0;
let countsBegin: Exits = {};
let counts: Exits = {};

/** Until it is answered the guest waits, so there is never a second one. */
async function mark(which: number): Promise<void> {
  if (which === MARK_BEGIN) {
    countsBegin = await readCounts();
    cpuBegin = cpuNs();
    begin = process.hrtime.bigint();
  } else if (which === MARK_END) {
    end = process.hrtime.bigint();
    cpu = cpuNs() - cpuBegin;
    counts = exitsBetween(countsBegin, await readCounts());
  } else fail('the guest wrote what is neither a reply nor a mark');
  serial?.write(GO_ON);
}

let frame = Buffer.alloc(0);
debug.on('data', (chunk: Buffer) => {
  let rest = chunk;
  while (rest.length > 0) {
    const first = rest[0] as number;
    if (frame.length === 0 && (first === MARK_BEGIN || first === MARK_END)) {
      void mark(first);
      rest = rest.subarray(1);
      continue;
    }
    const missing = REPLY_BYTES - frame.length;
    frame = Buffer.concat([frame, rest.subarray(0, missing)]);
    rest = rest.subarray(missing);
    if (frame.length === REPLY_BYTES) {
      void answer(frame);
      frame = Buffer.alloc(0);
    }
  }
});
debug.on('error', () => {});
serial.on('error', () => {});

async function answer(reply: Buffer): Promise<void> {
  reply.writeBigUInt64LE(begin, REPLY_HOST_BEGIN);
  reply.writeBigUInt64LE(end, REPLY_HOST_END);
  reply.writeBigUInt64LE(BigInt(cpu), REPLY_CPU_NS);
  const operation = reply.readUInt32LE(4);
  // What is counted is never the guest's word.
  if (operation === operations.run) encodeExits(counts, reply.subarray(REPLY_PAYLOAD));
  if (operation === operations.hello) encodeAbout(await about).copy(reply, REPLY_PAYLOAD);
  process.stdout.write(reply);
}

process.stdin.on('data', (command: Buffer) => void serial.write(command));
// The tool is gone: so are we, and QEMU dies with us.
process.stdin.on('end', () => process.exit(0));

/** CPU time of this process and of all of QEMU's threads, ns. */
function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  const tasks = `/proc/${child.pid}/task`;
  const threads = readdirSync(tasks).map((id) => {
    try {
      // proc(5): time spent on the CPU, ns; time spent waiting for it; time slices.
      return Number(readFileSync(`${tasks}/${id}/schedstat`, 'latin1').split(' ', 1)[0]);
    } catch {
      return 0; // It has just ended.
    }
  });
  return (user + system) * 1000 + threads.reduce((sum, ns) => sum + ns, 0);
}
