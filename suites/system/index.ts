/** What an operating system does for its processes: each way into the kernel, and what it costs in a guest. */
import type { Suite, Workload } from '../../core/model/suite.ts';

const workload = (source: string, name: string, title: string, exposes: string): Workload => ({
  ...{ name, title, exposes, source },
  entry: `system/${name}`,
});

export const system: Suite<never> = {
  name: 'system',
  title: 'System calls, processes and memory management',
  slot: 4,
  folder: 'suites/system',
  platform: 'linux',
  workloads: [
    workload(
      'calls.c',
      'null',
      'null system call (getppid)',
      'The way into the kernel and back: direct where the CPU assists, two context switches in UML.',
    ),
    workload(
      'calls.c',
      'read',
      'read of one byte from /dev/zero',
      'A system call that copies to the process.',
    ),
    workload(
      'calls.c',
      'write',
      'write of one byte to /dev/null',
      'A system call that looks at a file and does no more.',
    ),
    workload(
      'calls.c',
      'signal',
      'signal to itself: sent, handled, returned from',
      'A frame that the kernel builds on the stack of a process, and two ways into the kernel.',
    ),
    workload(
      'processes.c',
      'forkwait',
      'fork, exit and wait',
      'Page tables copied and thrown away: the worst case of 2006, with shadow paging above all.',
    ),
    workload(
      'processes.c',
      'fork-exec',
      'fork, execve of the smallest program, exit and wait',
      'An address space made from nothing: what every command of a shell pays.',
    ),
    workload(
      'processes.c',
      'pipe',
      'one byte to another process and back through two pipes',
      'Two context switches: what a write of CR3 costs, and what is lost with it.',
    ),
    workload(
      'threads.c',
      'thread',
      'thread created, run and joined',
      'A task without an address space of its own: what forkwait costs less its page tables.',
    ),
    workload(
      'threads.c',
      'futex',
      'turn handed to another thread and back by futex',
      'Two switches of threads within one address space: against pipe, the price of the address space.',
    ),
    workload(
      'mappings.c',
      'mmap',
      '16 pages mapped, touched and unmapped',
      'Page-table entries made and torn down, and translations flushed.',
    ),
    workload(
      'mappings.c',
      'page-fault',
      'first touch of a 4 KiB page; every 256 pages given back at once',
      "The guest kernel's own page faults: free of exits with nested paging alone.",
    ),
    workload(
      'files.c',
      'file',
      'file created, closed and deleted in a tmpfs',
      'Three longer system calls in a row: kernel code rather than the way to it.',
    ),
  ],
};
