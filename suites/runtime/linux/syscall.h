/* System calls without a C library. i386 calls by `int 0x80`: slower than the vDSO's way, but it needs
 * nothing from the process's start, and is the same in every guest. */
#ifndef HVBENCH_SYSCALL_H
#define HVBENCH_SYSCALL_H

#include "../abi.h"

/* By name: number on x86-64, number on i386 (Linux: arch/x86/entry/syscalls). mmap is mmap2 on i386: its offset
 * counts pages, which is the same for the 0 that we pass. */
#ifdef __x86_64__
#define NUMBER(x86_64, i386) x86_64
#else
#define NUMBER(x86_64, i386) i386
#endif
enum {
    SYS_READ = NUMBER(0, 3),
    SYS_WRITE = NUMBER(1, 4),
    SYS_CLOSE = NUMBER(3, 6),
    SYS_LSEEK = NUMBER(8, 19),
    SYS_MMAP = NUMBER(9, 192),
    SYS_MUNMAP = NUMBER(11, 91),
    SYS_RT_SIGACTION = NUMBER(13, 174),
    SYS_IOCTL = NUMBER(16, 54),
    SYS_PREAD64 = NUMBER(17, 180),
    SYS_PWRITE64 = NUMBER(18, 181),
    SYS_MADVISE = NUMBER(28, 219),
    SYS_DUP2 = NUMBER(33, 63),
    SYS_GETPID = NUMBER(39, 20),
    SYS_SOCKET = NUMBER(41, 359),
    SYS_CLONE = NUMBER(56, 120),
    SYS_FORK = NUMBER(57, 2),
    SYS_EXECVE = NUMBER(59, 11),
    SYS_EXIT_THREAD = NUMBER(60, 1),
    SYS_WAIT4 = NUMBER(61, 114),
    SYS_KILL = NUMBER(62, 37),
    SYS_UNAME = NUMBER(63, 122),
    SYS_FCNTL = NUMBER(72, 55),
    SYS_FLOCK = NUMBER(73, 143),
    SYS_CHDIR = NUMBER(80, 12),
    SYS_FCHDIR = NUMBER(81, 133),
    SYS_MKDIR = NUMBER(83, 39),
    SYS_SYMLINK = NUMBER(88, 83),
    SYS_CHMOD = NUMBER(90, 15),
    SYS_CHOWN = NUMBER(92, 212),
    SYS_UMASK = NUMBER(95, 60),
    SYS_GETRUSAGE = NUMBER(98, 77),
    SYS_SETUID = NUMBER(105, 213),
    SYS_SETGID = NUMBER(106, 214),
    SYS_GETPPID = NUMBER(110, 64),
    SYS_SETSID = NUMBER(112, 66),
    SYS_SETGROUPS = NUMBER(116, 206),
    SYS_CAPGET = NUMBER(125, 184),
    SYS_CAPSET = NUMBER(126, 185),
    SYS_MKNOD = NUMBER(133, 14),
    SYS_PIVOT_ROOT = NUMBER(155, 217),
    SYS_PRCTL = NUMBER(157, 172),
    SYS_CHROOT = NUMBER(161, 61),
    SYS_MOUNT = NUMBER(165, 21),
    SYS_UMOUNT2 = NUMBER(166, 52),
    SYS_IOPL = NUMBER(172, 110),
    SYS_FUTEX = NUMBER(202, 240),
    SYS_SCHED_SETAFFINITY = NUMBER(203, 241),
    SYS_CLOCK_GETTIME = NUMBER(228, 265),
    SYS_EXIT = NUMBER(231, 252),
    SYS_OPENAT = NUMBER(257, 295),
    SYS_UNLINKAT = NUMBER(263, 301),
    SYS_PPOLL = NUMBER(271, 309),
    SYS_UNSHARE = NUMBER(272, 310),
    SYS_PIPE2 = NUMBER(293, 331),
    SYS_PRLIMIT64 = NUMBER(302, 340),
    SYS_SETNS = NUMBER(308, 346),
    SYS_FINIT_MODULE = NUMBER(313, 350),
    SYS_MEMFD_CREATE = NUMBER(319, 356),
    SYS_EXECVEAT = NUMBER(322, 358),
    SYS_STATX = NUMBER(332, 383),
    SYS_FSOPEN = 430,
    SYS_FSCONFIG = 431,
    SYS_FSMOUNT = 432,
    SYS_PIDFD_OPEN = 434,
    SYS_CLOSE_RANGE = 436,
    SYS_MOUNT_SETATTR = 442,
};

enum { AT_FDCWD = -100 };
enum { O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0100, O_EXCL = 0200, O_NOCTTY = 0400, O_DIRECTORY = 0200000, O_CLOEXEC = 02000000 };
enum { SA_SIGINFO = 4, SA_RESTORER = 0x04000000 };

#ifdef __x86_64__
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

/* What rt_sigaction takes. Linux wants a restorer on x86-64. */
struct action {
    void *handler;
    uptr flags;
    void (*restorer)(void);
    u8 mask[8];
};

#endif
