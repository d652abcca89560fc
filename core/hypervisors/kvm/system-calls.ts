/** The system calls of a VMM, through koffi. Errors become exceptions with the call's name. */

import { constants } from 'node:os';
import koffi from 'koffi';

const libc = koffi.load(null);
const openC = libc.func('int open(const char *path, int flags)');
const mmapC = libc.func(
  'void *mmap(void *at, size_t length, int protection, int flags, int fd, int64_t offset)',
);
const munmapC = libc.func('int munmap(void *at, size_t length)');
const closeC = libc.func('int close(int fd)');
const madviseC = libc.func('int madvise(void *at, size_t length, int advice)');
const memcpyC = libc.func('void *memcpy(void *to, const void *from, size_t length)');
const alarmC = libc.func('unsigned int alarm(unsigned int seconds)');
const prctlC = libc.func('int prctl(int option, long a, long b, long c, long d)');
// ioctl is variadic in C; on the ABIs that KVM's x86 part has, a fixed third argument is passed alike.
const ioctlPointer = libc.func('int ioctl(int fd, unsigned long request, void *argument)');
const ioctlNumber = libc.func('int ioctl(int fd, unsigned long request, long argument)');

const O_RDWR = 2;
const O_CLOEXEC = 0o2000000;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_SHARED_ANONYMOUS = 0x21;
const MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x4022;
export const MADV_DONTNEED = 4;
export const MADV_HUGEPAGE = 14;
export const MADV_NOHUGEPAGE = 15;
const PR_SET_THP_DISABLE = 41;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

export interface Mapping {
  readonly address: bigint;
  readonly bytes: Buffer;
}

export class SystemCallError extends Error {
  override name = 'SystemCallError';
  readonly errno: number;
  constructor(call: string, errno: number) {
    const name =
      Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
    super(`${call} failed: ${name}`);
    this.errno = errno;
  }
}

export function open(path: string): number {
  return check(`open ${path}`, openC(path, O_RDWR | O_CLOEXEC));
}

/** Memory that takes room only once it is touched. */
export function mapMemory(length: number): Mapping {
  return mapping(
    'mmap of guest memory',
    mmapC(null, length, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0),
    length,
  );
}

/** Zeroes without a Buffer over them: thousands of large ones would burden the collector. */
export function mapPrivate(length: number): bigint {
  return address(
    'mmap of guest memory',
    mmapC(null, length, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0),
  );
}

/** Memory that stays one and the same wherever it is shown. */
export function mapShared(length: number): Mapping {
  return mapping(
    'mmap of the shared image',
    mmapC(null, length, PROT_READ_WRITE, MAP_SHARED_ANONYMOUS, -1, 0),
    length,
  );
}

/** The vCPU's struct kvm_run and what belongs to it, without a Buffer over it. */
export function mapRun(vcpu: number, length: number): bigint {
  return address('mmap of the vCPU', mmapC(null, length, PROT_READ_WRITE, MAP_SHARED, vcpu, 0));
}

/** Reads from memory that no Buffer stands over: as many bytes as `into` holds. */
export function copyFrom(at: bigint, into: Buffer): void {
  memcpyC(into, at, into.length);
}

export function copyTo(at: bigint, bytes: Buffer): void {
  memcpyC(at, bytes, bytes.length);
}

/** SIGALRM after so many seconds, which ends a KVM_RUN by EINTR; 0 takes it back. */
export function alarm(seconds: number): void {
  alarmC(seconds);
}

/** Processes that `start` starts get no transparent huge pages, whatever they ask for. */
export function withoutHugePages<T>(start: () => T): T {
  prctlC(PR_SET_THP_DISABLE, 1, 0, 0, 0);
  try {
    return start();
  } finally {
    prctlC(PR_SET_THP_DISABLE, 0, 0, 0, 0);
  }
}

export function mapDevice(fd: number, length: number): Mapping {
  return mapping('mmap of the vCPU', mmapC(null, length, PROT_READ_WRITE, MAP_SHARED, fd, 0), length);
}

/** After this, the mapping's bytes must not be touched. */
export function unmap({ address, bytes }: Mapping): void {
  unmapAt(address, bytes.length);
}

export function unmapAt(at: bigint, length: number): void {
  check('munmap', munmapC(at, length));
}

export function close(fd: number): void {
  check('close', closeC(fd));
}

export function madvise(at: bigint, length: number, advice: number): void {
  check('madvise', madviseC(at, length, advice));
}

/** An ioctl whose argument is a structure, read and written in place. */
export function ioctl(name: string, fd: number, request: number, argument: Buffer): number {
  return check(name, ioctlPointer(fd, request, argument));
}

/** An ioctl whose argument is a number. */
export function ioctlValue(name: string, fd: number, request: number, argument = 0): number {
  return check(name, ioctlNumber(fd, request, argument));
}

/** KVM_RUN: the hot path, with nothing around it. Returns 0, or the negative errno. */
export function kvmRun(vcpu: number): number {
  return ioctlNumber(vcpu, 0xae80, 0) < 0 ? -koffi.errno() : 0;
}

function check(call: string, result: number): number {
  if (result < 0) throw new SystemCallError(call, koffi.errno());
  return result;
}

function mapping(call: string, at: bigint, length: number): Mapping {
  return { address: address(call, at), bytes: Buffer.from(koffi.view(at, length)) };
}

function address(call: string, at: bigint): bigint {
  if (BigInt.asUintN(64, at) === MAP_FAILED) throw new SystemCallError(call, koffi.errno());
  return at;
}
