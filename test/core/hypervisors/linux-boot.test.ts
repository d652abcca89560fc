import { describe, expect, it } from 'vitest';
import { BootConsole, bootArguments } from '../../../core/hypervisors/linux-boot.ts';

describe('a console', () => {
  it('knows when its first byte came', () => {
    const console = new BootConsole();
    expect(console.firstByteNs).toBe(0n);
    const before = process.hrtime.bigint();
    console.receive(Buffer.from('L'));
    const first = console.firstByteNs;
    expect(first).toBeGreaterThanOrEqual(before);
    console.receive(Buffer.from('inux version 6.1.0\n'));
    expect(console.firstByteNs).toBe(first);
  });

  it('knows when the kernel named itself, which is not the first that is said', () => {
    const console = new BootConsole();
    console.receive(
      Buffer.from('Decompressing Linux... done.\nBooting the kernel.\n[    0.000000] Linux ver'),
    );
    expect(console.greetingNs).toBe(0n);
    console.receive(Buffer.from('sion 6.1.0 (debian-kernel)\n'));
    const greeting = console.greetingNs;
    expect(greeting).toBeGreaterThan(console.firstByteNs);
    console.receive(Buffer.from('[ 1.0] Linux version 6.1.0 once more\n'));
    expect(console.greetingNs).toBe(greeting);
  });

  it.each([
    ['[    1.234567] Kernel panic - not syncing: No working init found.\n'],
    ['Kernel panic - not syncing: No working init found.\r\n'],
  ])('tells why the kernel gave up: %j', (line) => {
    const console = new BootConsole();
    // In pieces, as a serial line brings it.
    for (const byte of Buffer.from(`[    0.000000] Linux version 6.1.0\n${line}[ 1.3] Rebooting\n`))
      console.receive(Buffer.of(byte));
    expect(console.panic).toBe('Kernel panic - not syncing: No working init found.');
  });

  it('tells why our first process gave up, which the kernel does not know', () => {
    const console = new BootConsole();
    console.receive(Buffer.from('[    0.91] guest: it may not use ports\n'));
    console.receive(Buffer.from('[    0.92] Kernel panic - not syncing: Attempted to kill init!\n'));
    expect(console.panic).toBe('guest: it may not use ports');
  });

  it('keeps the first reason, and says nothing where all is well', () => {
    const console = new BootConsole();
    console.receive(Buffer.from('[ 0.1] all is well\n'));
    expect(console.panic).toBeUndefined();
    console.receive(Buffer.from('Kernel panic: one\nKernel panic: two\n'));
    expect(console.panic).toBe('Kernel panic: one');
  });

  it('bears a guest that writes for ever', () => {
    const console = new BootConsole();
    for (let i = 0; i < 100; i++) console.receive(Buffer.alloc(100_000, 'x'));
    console.receive(Buffer.from('\nKernel panic: at last\n'));
    expect(console.panic).toBe('Kernel panic: at last');
  });
});

it('the last word of the command line is for the first process', () => {
  const words = bootArguments('ports').split(' ');
  expect(words.at(-1)).toBe('ports');
  // A kernel hands on every other word that it does not know as well, unless that sets something.
  expect(words.slice(0, -1).filter((word) => !word.includes('='))).toEqual(['nowatchdog']);
});
