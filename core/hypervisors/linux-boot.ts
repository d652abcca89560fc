/** What booting Linux takes in every hypervisor that boots a kernel: its command line, its memory, its console. */

/** Room for the kernel, our initramfs and the processes of the suites. */
export const LINUX_MEMORY_MIB = 256;
/** With 64 MiB a distribution's kernel finds no room to unpack (Linux 6.1). */
export const LEAST_LINUX_MIB = 128;
/** How long a guest may take from the start of its process to its first answer. */
export const BOOT_LIMIT_MS = 60_000;

/**
 * The command line of a kernel whose first process is ours. `way`: what suites/runtime/linux/guest.h takes. `earlyprintk`
 * prints to the serial line without making it a terminal, which would take the bytes that are meant for us; level 6
 * lets few lines but the kernel's first one through. A machine that stands still between its batches must not be taken
 * for a hung one.
 */
export function bootArguments(way: string): string {
  return [
    'earlyprintk=ttyS0,keep 8250.nr_uarts=0',
    'loglevel=6 panic=-1',
    'nowatchdog rcupdate.rcu_cpu_stall_suppress=1 tsc=reliable',
    // As a word of its own it is handed to the first process.
    way,
  ].join(' ');
}

/** How a kernel greets, in its first lines. */
const GREETING = 'Linux version';
/** What a kernel says when it gives up, or our first process when it has no way to the tool (suites/runtime/linux). */
const GIVEN_UP = /Kernel panic|^guest: |^\(XEN\) (Panic on CPU|Domain 0 .*crashed)/;
/** Lines may be long, and a guest may write for ever. */
const LINE_LIMIT = 400;

/** Watches a console: when it began, when the kernel named itself, and whether the kernel has given up. */
export class BootConsole {
  /** On the host's monotonic clock, ns; 0 as long as nothing has come. */
  firstByteNs = 0n;
  /** When the kernel named itself, on the same clock; 0 as long as it has not. */
  greetingNs = 0n;
  /** What the kernel, or our first process in its log, said when it gave up. */
  panic: string | undefined;
  /** The last line that it showed. */
  last = '';
  #line = '';

  receive(chunk: Buffer): void {
    if (this.firstByteNs === 0n) this.firstByteNs = process.hrtime.bigint();
    for (const character of chunk.toString('latin1')) {
      if (character === '\n') {
        const text = this.#line.replace(/^\[[\d. ]+\]\s*/, '').trim();
        if (GIVEN_UP.test(text)) this.panic ??= text;
        if (text !== '') this.last = text;
        this.#line = '';
      } else if (this.#line.length < LINE_LIMIT) {
        this.#line += character;
        if (this.greetingNs === 0n && this.#line.endsWith(GREETING))
          this.greetingNs = process.hrtime.bigint();
      }
    }
  }
}
