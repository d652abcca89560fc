/* System calls without a C library. i386 calls by `int 0x80`: slower than the vDSO's way, but it needs
 * nothing from the process's start, and no call lies inside a timed stretch. */
#ifndef HVBENCH_SYSCALL_H
#define HVBENCH_SYSCALL_H

#include "../abi.h"

#ifdef __x86_64__
enum { SYS_READ = 0, SYS_WRITE = 1, SYS_MMAP = 9, SYS_MADVISE = 28, SYS_EXIT = 231, SYS_CLOCK_GETTIME = 228 };

static inline long syscall6(long n, long a, long b, long c, long d, long e, long f) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#else
/* mmap is mmap2 here: its offset counts pages, which is the same for the 0 that we pass. */
enum { SYS_READ = 3, SYS_WRITE = 4, SYS_MMAP = 192, SYS_MADVISE = 219, SYS_EXIT = 252, SYS_CLOCK_GETTIME = 265 };

/* The sixth argument goes in ebp, which the compiler may be using: it is saved around the call. */
static inline long syscall6(long n, long a, long b, long c, long d, long e, long f) {
    long result;
    long ends[2] = {a, f};
    long *pointer = ends;
    __asm__ volatile("push %%ebp\n\t"
                     "mov 4(%%ebx), %%ebp\n\t"
                     "mov (%%ebx), %%ebx\n\t"
                     "int $0x80\n\t"
                     "pop %%ebp"
                     : "=a"(result), "+b"(pointer)
                     : "a"(n), "c"(b), "d"(c), "S"(d), "D"(e)
                     : "memory");
    return result;
}
#endif

static inline long syscall3(long n, long a, long b, long c) { return syscall6(n, a, b, c, 0, 0, 0); }

#endif
