/**
 * The process of one v86 machine: `machine.js MACHINE`, as invocation.ts has it. v86 translates i386 code into WebAssembly
 * inside this process. A bare image is a multiboot one, which needs no BIOS; with a kernel, the image is the initramfs.
 * Frames come and go by fd 0 and 1.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ByteChannel } from '../../guest/byte-channel.ts';
import { type GuestMemory, PORT_DISCARD, PORT_EXCHANGE, PORT_MARK, PortDevice } from '../../guest/ports.ts';
import { BootConsole, bootArguments } from '../linux-boot.ts';
import { toldMachine } from '../machine-script.ts';
import type { V86Machine } from './invocation.ts';

/** The parts of v86's inside that its typings leave out. */
interface Cpu {
  readonly mem8: Uint8Array;
  readonly io: {
    register_write(
      port: number,
      device: unknown,
      write8: ((value: number) => void) | undefined,
      write16?: undefined,
      write32?: (value: number) => void,
    ): void;
  };
  reboot_internal(): void;
}

const { image: path, memoryMib, linux, library } = toldMachine<V86Machine>();
const { V86, wasm } = library ? await other(library) : await installed();
/** When v86 is loaded. */
const startedNs = process.hrtime.bigint();

/** A debug console, as QEMU has one. */
const PORT_DEBUG = 0xe9;
const MIB = 1 << 20;

function fail(message: string): never {
  process.stderr.write(`v86: ${message}\n`);
  process.exit(1);
}

process.on('uncaughtException', (error) => fail(explain(error)));
process.on('unhandledRejection', (error) => fail(explain(error)));

/** v86 panics, in WebAssembly, where a guest's fault meets no handler of the guest's. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'RuntimeError'
    ? `the guest triple-faulted, or did something that v86 cannot emulate (${error.message})`
    : error.message;
}

// v86 prints its own remarks on standard output, which belongs to the frames.
console.log = console.warn = console.error = () => {};

async function installed() {
  const { V86 } = await import('v86');
  return { V86, wasm: join(dirname(createRequire(import.meta.url).resolve('v86')), 'v86.wasm') };
}

/** Older versions are no ES modules, and have their class in `default`. */
async function other({ script, wasm }: NonNullable<V86Machine['library']>): ReturnType<typeof installed> {
  const module = await import(pathToFileURL(script).href);
  return { V86: module.V86 ?? module.default?.V86 ?? fail(`${script} has no V86`), wasm };
}

const load = (file: string) => ({ buffer: new Uint8Array(readFileSync(file)).buffer });
const emulator = new V86({
  wasm_path: wasm,
  vga_memory_size: MIB,
  memory_size: memoryMib * MIB,
  ...(linux
    ? {
        bios: load(linux.bios),
        bzimage: load(linux.kernel),
        initrd: load(path),
        cmdline: bootArguments('ports'),
      }
    : { multiboot: load(path) }),
  autostart: false,
  disable_keyboard: true,
  disable_mouse: true,
  disable_speaker: true,
});

const boot = new BootConsole();
emulator.add_listener('emulator-loaded', () => {
  const cpu = (emulator as unknown as { v86: { cpu: Cpu } }).v86.cpu;
  // v86 answers a triple fault as a computer does, by a reset: for us it is the end of the machine.
  cpu.reboot_internal = () => fail(boot.panic ?? 'the guest triple-faulted');
  if (linux) connect(cpu);
  else register(cpu);
  void emulator.run();
});

/** The three ports of a bare guest. */
function register(cpu: Cpu): void {
  const device = new PortDevice(guestMemory(cpu), startedNs);
  for (const port of [PORT_MARK, PORT_EXCHANGE, PORT_DISCARD]) {
    cpu.io.register_write(port, device, undefined, undefined, (value) => void device.out(port, value));
  }
}

/** The debug console and the serial line of a Linux guest. */
function connect(cpu: Cpu): void {
  emulator.add_listener('serial0-output-byte', (byte: number) => boot.receive(Buffer.of(byte)));
  const channel = new ByteChannel({
    send: (bytes) => emulator.serial_send_bytes(0, bytes),
    about: async () => 'v86',
    started: () => ({ hypervisor: startedNs, console: boot.firstByteNs, kernel: boot.greetingNs }),
  });
  cpu.io.register_write(PORT_DEBUG, channel, (value) => channel.receive(Buffer.of(value)));
}

function guestMemory(cpu: Cpu): GuestMemory {
  const check = (address: number, length: number) => {
    if (address + length > cpu.mem8.length)
      fail(`the guest gave an address outside its memory: 0x${address.toString(16)}`);
  };
  return {
    read(address, length) {
      check(address, length);
      return Buffer.from(cpu.mem8.subarray(address, address + length));
    },
    write(address, bytes) {
      check(address, bytes.length);
      cpu.mem8.set(bytes, address);
    },
  };
}
