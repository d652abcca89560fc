/**
 * The process of one v86 machine: `machine.js IMAGE`. v86 translates i386 code into WebAssembly inside
 * this process; a multiboot image needs no BIOS. Frames come and go by fd 0 and 1.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { V86 } from 'v86';
import { IDENTITY_END } from '../../guest/layout.ts';
import { type GuestMemory, PORT_DISCARD, PORT_EXCHANGE, PORT_MARK, PortDevice } from '../../guest/ports.ts';

/** The parts of v86's inside that its typings leave out. */
interface Cpu {
  readonly mem8: Uint8Array;
  readonly io: {
    register_write(
      port: number,
      device: unknown,
      write8: undefined,
      write16: undefined,
      write32: (value: number) => void,
    ): void;
  };
  reboot_internal(): void;
}

const [, , path = ''] = process.argv;

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
    ? `the guest triple-faulted, or did what v86 cannot emulate (${error.message})`
    : error.message;
}

// v86 prints its own remarks on standard output, which belongs to the frames.
console.log = console.warn = console.error = () => {};

const image = readFileSync(path);
const emulator = new V86({
  wasm_path: join(dirname(createRequire(import.meta.url).resolve('v86')), 'v86.wasm'),
  memory_size: IDENTITY_END,
  vga_memory_size: 1 << 20,
  multiboot: {
    buffer: image.buffer.slice(image.byteOffset, image.byteOffset + image.byteLength) as ArrayBuffer,
  },
  autostart: false,
  disable_keyboard: true,
  disable_mouse: true,
  disable_speaker: true,
});

emulator.add_listener('emulator-loaded', () => {
  const cpu = (emulator as unknown as { v86: { cpu: Cpu } }).v86.cpu;
  const device = new PortDevice(guestMemory(cpu));
  for (const port of [PORT_MARK, PORT_EXCHANGE, PORT_DISCARD]) {
    cpu.io.register_write(port, device, undefined, undefined, (value) => void device.out(port, value));
  }
  // v86 answers a triple fault as a computer does, by a reset: for us it is the end of the machine.
  cpu.reboot_internal = () => fail('the guest triple-faulted');
  void emulator.run();
});

function guestMemory(cpu: Cpu): GuestMemory {
  const check = (address: number, length: number) => {
    if (address + length > cpu.mem8.length)
      fail(`the guest names memory that it does not have: 0x${address.toString(16)}`);
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
