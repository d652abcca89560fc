/** A hypervisor's program that lies: it costs its rows, is told, and keeps no run from its end. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DensityResult } from '../../suites/density/schema.ts';
import { detailsOf, readResult, start, temporaryFolder } from './command.ts';

const folder = temporaryFolder();

/**
 * Stands where QEMU would: answers what QEMU is asked, and speaks its guest's part over the debug console (file 3) and
 * the serial line (file 4). `run(iterations)` is called for each batch.
 */
const FAKE = `#!${process.execPath}
const { createReadStream, writeSync } = require('node:fs');
const argv = process.argv.slice(2).join(' ');
if (argv.includes('--version')) {
  console.log('QEMU emulator version 7.2.22');
  process.exit(0);
}
if (argv.includes('-accel help')) {
  console.log('Accelerators supported in QEMU binary:\\ntcg');
  process.exit(0);
}
// Whether it can be such a machine.
if (argv.includes('-S')) process.exit(0);
if (!argv.includes('-kernel')) process.exit(1);
const { Socket } = require('node:net');
const open = (fd) => new Socket({ fd, readable: true, writable: true });
const [debug, serial] = [3, 4].map(open);
// One of many has no monitor.
const monitor = argv.includes('-mon') ? open(5) : new Socket();
const monitorSays = (value) => monitor.write(JSON.stringify(value) + '\\n');
if (argv.includes('-mon')) monitorSays({ QMP: { version: { qemu: { major: 7, minor: 2, micro: 22 } } } });
monitor.setEncoding('utf8').on('data', (text) => {
  for (const line of text.split('\\n').filter(Boolean)) {
    const { execute, id } = JSON.parse(line);
    const answers = { 'query-kvm': { enabled: false }, 'qom-get': 'microvm-machine' };
    monitorSays({ return: answers[execute] ?? {}, id });
  }
});
const frame = (operation) => {
  const bytes = Buffer.alloc(160);
  bytes.writeUInt32LE(0x31525648, 0);
  bytes.writeUInt32LE(operation, 4);
  if (operation === 1) {
    bytes.writeUInt32LE(0x40000000, 64 + 24);
    bytes.write('TCGTCGTCGTCG', 64 + 28);
  }
  // Packed: what announces it, a mask of its words that are not zero, and these.
  const words = Array.from({ length: 20 }, (_, i) => bytes.subarray(8 * i, 8 * i + 8));
  const isThere = (word) => word.some((byte) => byte !== 0);
  const head = Buffer.alloc(4, 0);
  head[0] = 4;
  for (const [i, word] of words.entries()) if (isThere(word)) head[1 + (i >> 3)] |= 1 << (i & 7);
  return Buffer.concat([head, ...words.filter(isThere)]);
};
/** A command of its mask and of the words that are there; null if not all of it has come. */
const unpack = (bytes) => {
  if (bytes.length < 2) return null;
  const mask = bytes.readUInt16LE(0);
  const places = Array.from({ length: 16 }, (_, i) => i).filter((i) => (mask >> i) & 1);
  const length = 2 + 4 * places.length;
  if (bytes.length < length) return null;
  const command = Buffer.alloc(64);
  for (const [i, place] of places.entries()) bytes.copy(command, 4 * place, 2 + 4 * i, 6 + 4 * i);
  return { command, length };
};
const BEGIN = 1, END = 2;
let goOn = () => {};
/** Marks, and waits for the answer as a guest does. */
const mark = (which) => new Promise((resolve) => { goOn = resolve; debug.write(Buffer.of(which)); });
const reply = (operation = 3) => debug.write(frame(operation));
const spend = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const run = async (iterations) => { LIE };
let received = Buffer.alloc(0);
serial.on('data', (chunk) => {
  received = Buffer.concat([received, chunk]);
  while (received.length > 0) {
    // The mask of a command names its first word; anything else answers a mark.
    if (received[0] === 0) {
      received = received.subarray(1);
      goOn();
      continue;
    }
    const unpacked = unpack(received);
    if (unpacked === null) return;
    const { command, length } = unpacked;
    received = received.subarray(length);
    if (command.readUInt32LE(4) === 3) void run(command.readUInt32LE(8));
    else reply(command.readUInt32LE(4));
  }
});
debug.write(Buffer.of(3));
reply(0);
`;

/** A folder with the program in it. */
function fake(name: string, lie: string): string {
  const programs = join(folder, name.replaceAll(' ', '-'));
  mkdirSync(programs);
  const program = join(programs, 'qemu-system-x86_64');
  writeFileSync(
    program,
    FAKE.replace('LIE', () => lie),
  );
  chmodSync(program, 0o755);
  return programs;
}

test.each([
  ['marks nothing', 'reply()', /implausible answer from the machine: it did not mark the start of its batch/],
  [
    'marks the beginning alone',
    'await mark(BEGIN); reply()',
    /implausible answer from the machine: it did not mark the end/,
  ],
  [
    'marks the end alone',
    'await mark(END); reply()',
    /implausible answer from the machine: it did not mark the start/,
  ],
  [
    'swaps its marks',
    'await mark(END); await mark(BEGIN); reply()',
    /implausible answer from the machine: it did not mark the end/,
  ],
  [
    'marks one batch and answers many',
    'if (iterations === 0) { await mark(BEGIN); await mark(END); } reply()',
    /implausible answer from the machine: it did not mark the start of its batch, or marked it before the request/,
  ],
  [
    'marks without end',
    'for (;;) { debug.write(Buffer.alloc(4096, BEGIN)); await spend(1); }',
    /marks more than one batch/,
  ],
  ['answers at once', 'await mark(BEGIN); await mark(END); reply()', /wrong checksum|no longer than none/],
  [
    'answers twice',
    'await mark(BEGIN); await mark(END); reply(); reply()',
    /more than requested|did not mark the start of its batch/,
  ],
  [
    'marks what it is not asked for',
    'await mark(BEGIN); await mark(END); reply(); debug.write(Buffer.of(BEGIN))',
    /marks more|wrong checksum/,
  ],
])('a QEMU that %s', { timeout: 90_000 }, async (name, lie, error) => {
  const programs = fake(name, lie);
  const out = join(programs, 'out');
  const work = '--workload integer --hypervisor qemu-tcg --isa x86_64 --profile quick --budget 1';
  const started = start(['run', ...work.split(' '), '--out', out], {
    cwd: folder,
    env: { PATH: `${programs}:${process.env.PATH}` },
  });
  const ended = await started.ended;
  expect(started.remains()).toEqual([]);
  expect(ended.code, ended.stderr).toBe(1);
  const { measurements, failures, stopped } = readResult(out);
  expect(failures).toEqual([
    expect.objectContaining({ hypervisor: 'qemu-tcg', error: expect.stringMatching(error) }),
  ]);
  expect(ended.stderr).toContain(`failed: qemu-tcg x86_64 integer: ${failures[0]?.error}\n`);
  // Two launches of native and one that fails take some seconds, whatever was said.
  expect(stopped.elapsedSeconds).toBeLessThan(60);
  const status = (id: string) => measurements.find(({ hypervisor }) => hypervisor === id)?.status;
  expect([status('native'), status('qemu-tcg')]).toEqual(['ok', 'failed']);
});

test.each([
  [
    'marks without end among many',
    'for (;;) { debug.write(Buffer.alloc(4096, BEGIN)); await spend(1); }',
    /marks more than one batch/,
  ],
  ['answers many times among many', 'for (;;) { reply(); await spend(1); }', /more than requested|checksum/],
])('a QEMU that %s', { timeout: 90_000 }, async (name, lie, error) => {
  const programs = fake(name, lie);
  const out = join(programs, 'out');
  const work = '--suite density --hypervisor qemu-tcg --machines 3 --profile quick --budget 20';
  const started = start(['run', ...work.split(' '), '--out', out], {
    cwd: folder,
    env: { PATH: `${programs}:${process.env.PATH}` },
  });
  const ended = await started.ended;
  expect(started.remains()).toEqual([]);
  expect(ended.code, ended.stderr).toBe(1);
  const [row] = detailsOf<DensityResult>(readResult(out), 'density').filter(
    ({ hypervisor }) => hypervisor === 'qemu-tcg',
  );
  expect(row).toMatchObject({
    status: 'failed',
    stopped: { reason: 'failed', text: expect.stringMatching(error) },
  });
});

test('a QEMU whose operations take no time', { timeout: 90_000 }, async () => {
  const programs = fake('no time', 'await mark(BEGIN); await mark(END); reply()');
  const out = join(programs, 'out');
  const some = 'callret,rdtsc,cpuid,pgfault,divzero,invlpg,cr3wr,rdmsr,wrmsr,in,out';
  const work = `--suite privileged --workload ${some} --hypervisor qemu-tcg --isa x86_64 --profile quick --budget 3`;
  const started = start(['run', ...work.split(' '), '--out', out], {
    cwd: folder,
    env: { PATH: `${programs}:${process.env.PATH}` },
  });
  const { code, stderr } = await started.ended;
  expect(code, stderr).toBeLessThanOrEqual(1);
  const own = readResult(out).operations.filter(({ hypervisor }) => hypervisor === 'qemu-tcg');
  expect(own.length).toBeGreaterThan(10);
  expect(
    own.filter(({ error }) => /iterations took no longer than none/.test(error ?? '')).length,
  ).toBeGreaterThan(5);
});
