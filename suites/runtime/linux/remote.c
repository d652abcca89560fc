/* Starts a machine on another computer: the copy of this program that hvbench sends there by SSH, with the machine's own
 * program behind it in the same file (core/hypervisors/ssh/). First of all it removes that file and its folder. The
 * machine ends with the connection, and this program with the machine. */
#include "die.h"
#include "lock.h"
#include "poll.h"
#include "syscall.h"

enum { SIGKILL = 9, PR_SET_PDEATHSIG = 1, MFD_CLOEXEC = 1, AT_EMPTY_PATH = 0x1000, AT_REMOVEDIR = 0x200 };
enum { MOST_CPUS = 8192 };

static u32 parse(const char *text) {
    u32 value = 0;
    for (; *text >= '0' && *text <= '9'; text++) value = value * 10 + (u32)(*text - '0');
    return value;
}

static void write_all(long fd, const void *bytes, usize count) {
    for (usize done = 0; done < count;) {
        long n = syscall3(SYS_WRITE, fd, (long)bytes + (long)done, (long)(count - done));
        if (n == -4 /* EINTR */) continue;
        if (n <= 0) die("hvbench: no memory for the program\n");
        done += (usize)n;
    }
}

/* PATH is FOLDER/NAME, and nothing else is in the folder. */
static void remove_file(char *path) {
    usize end = 0;
    for (usize i = 0; path[i]; i++)
        if (path[i] == '/') end = i;
    syscall3(SYS_UNLINKAT, AT_FDCWD, (long)path, 0);
    path[end] = 0;
    syscall3(SYS_UNLINKAT, AT_FDCWD, (long)path, AT_REMOVEDIR);
}

static void cpuid(u32 leaf, u32 out[4]) {
    __asm__ volatile("cpuid" : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3]) : "a"(leaf), "c"(0));
}

static u32 nanoseconds(void) {
    struct { long seconds, nanoseconds; } t;
    syscall3(SYS_CLOCK_GETTIME, 1 /* CLOCK_MONOTONIC */, (long)&t, 0);
    /* The lower half is enough for differences of less than four seconds. */
    return (u32)t.seconds * 1000000000u + (u32)t.nanoseconds;
}

/* A line of words: hexadecimal numbers of eight digits with spaces between them. */
static void print(const u32 *words, u32 count) {
    char line[64];
    usize length = 0;
    for (u32 i = 0; i < count; i++) {
        for (u32 digit = 8; digit-- > 0;) line[length++] = "0123456789abcdef"[(words[i] >> (4 * digit)) & 15];
        line[length++] = i + 1 < count ? ' ' : '\n';
    }
    write_all(1, line, length);
}

static void print_leaf(u32 leaf) {
    u32 words[5] = {leaf};
    cpuid(leaf, words + 1);
    print(words, 5);
}

/* What the CPU says of itself, a leaf a line; then how long 200 CPUIDs and 200 RDTSCs take, ns: the least of five loops. */
static void look(void) {
    enum { LOOPS = 5, TIMES = 200 };
    u32 out[4], times[2] = {0xffffffffu, 0xffffffffu};
    print_leaf(0);
    print_leaf(1);
    for (u32 base = 0x40000000u; base < 0x40001000u; base += 0x100) print_leaf(base);
    for (u32 leaf = 0x80000002u; leaf <= 0x80000004u; leaf++) print_leaf(leaf);
    for (u32 loop = 0; loop < LOOPS; loop++) {
        u32 start = nanoseconds();
        for (u32 i = 0; i < TIMES; i++) cpuid(0, out);
        u32 middle = nanoseconds();
        for (u32 i = 0; i < TIMES; i++) __asm__ volatile("rdtsc" : : : "eax", "edx");
        u32 end = nanoseconds();
        if (middle - start < times[0]) times[0] = middle - start;
        if (end - middle < times[1]) times[1] = end - middle;
    }
    print(times, 2);
}

/* The time of day in a line, and again for each byte that comes: seconds, upper and lower half, and nanoseconds. */
static void tell_time(void) {
    u8 byte;
    do {
        struct { long seconds, nanoseconds; } t;
        syscall3(SYS_CLOCK_GETTIME, 0 /* CLOCK_REALTIME */, (long)&t, 0);
        u64 seconds = (u64)t.seconds;
        u32 words[3] = {(u32)(seconds >> 32), (u32)seconds, (u32)t.nanoseconds};
        print(words, 3);
    } while (syscall3(SYS_READ, 0, (long)&byte, 1) == 1);
}

/* The machine's program in memory of its own: it needs no file. */
static long load(long file, u32 from) {
    static u8 buffer[65536];
    long memory = syscall3(SYS_MEMFD_CREATE, (long)"hvbench", MFD_CLOEXEC, 0);
    if (memory < 0) die("hvbench: this kernel holds no programs in memory (Linux 3.17 does)\n");
    syscall3(SYS_LSEEK, file, (long)from, 0);
    for (;;) {
        long n = syscall3(SYS_READ, file, (long)buffer, sizeof buffer);
        if (n < 0) die("hvbench: cannot read the copy of the program\n");
        if (n == 0) return memory;
        write_all(memory, buffer, (usize)n);
    }
}

static void pin(u32 cpu) {
    static u8 mask[MOST_CPUS / 8];
    if (cpu >= MOST_CPUS) die("hvbench: there is no such CPU\n");
    mask[cpu / 8] = (u8)(1u << (cpu % 8));
    if (syscall3(SYS_SCHED_SETAFFINITY, 0, sizeof mask, (long)mask) < 0) die("hvbench: may not use that CPU\n");
}

static __attribute__((noreturn)) void be_machine(long memory, u32 cpu, long starter) {
    static const char *const argv[] = {"hvbench-machine", NULL}, *const environment[] = {NULL};
    syscall3(SYS_PRCTL, PR_SET_PDEATHSIG, SIGKILL, 0);
    /* The starter may have died before that. */
    if (syscall3(SYS_GETPPID, 0, 0, 0) != starter) syscall3(SYS_EXIT, 1, 0, 0);
    pin(cpu);
    syscall6(SYS_EXECVEAT, memory, (long)"", (long)argv, (long)environment, AT_EMPTY_PATH, 0);
    die("hvbench: this kernel starts no program from memory (Linux 3.19 does, unless vm.memfd_noexec forbids it)\n");
}

/* Ends with the machine's exit code. It sleeps until the connection or the machine ends, and takes no CPU time. */
static __attribute__((noreturn)) void watch(long machine, long alive) {
    struct pollfd files[2] = {{0, POLLRDHUP, 0}, {(i32)alive, 0, 0}};
    while (syscall6(SYS_PPOLL, (long)files, 2, 0, 0, 0, 0) < 0) {}
    if (files[0].returned & ENDED) syscall3(SYS_KILL, machine, SIGKILL, 0);
    u32 status = 0;
    while (syscall6(SYS_WAIT4, machine, (long)&status, 0, 0, 0, 0) == -4 /* EINTR */) {}
    u32 signal = status & 127;
    if (signal) {
        char text[] = "the machine died by signal 00\n";
        text[27] = (char)('0' + signal / 10);
        text[28] = (char)('0' + signal % 10);
        syscall3(SYS_WRITE, 2, (long)text, sizeof text - 1);
    }
    syscall3(SYS_EXIT, signal ? 1 : (status >> 8) & 255, 0, 0);
    __builtin_unreachable();
}

/* PATH check: whether it can be executed there. PATH look: the CPU. PATH time: the clock. PATH hold FILE: the lock of a CPU.
 * PATH run CPU OFFSET: the machine, whose program begins so many bytes into the file. */
__attribute__((noreturn)) void linux_main(long *stack) {
    long argc = stack[0];
    char **argv = (char **)(stack + 1);
    if (argc < 2 || argv[1][0] == 'c') syscall3(SYS_EXIT, argc < 2, 0, 0);
    long file = syscall6(SYS_OPENAT, AT_FDCWD, (long)argv[0], O_CLOEXEC, 0, 0, 0);
    remove_file(argv[0]);
    char verb = argv[1][0];
    if (verb == 'h' && argc == 3) hold(argv[2]);
    if (verb == 'l') look();
    if (verb == 't') tell_time();
    if (verb != 'r' || argc != 4) syscall3(SYS_EXIT, 0, 0, 0);
    if (file < 0) die("hvbench: cannot open the copy of the program\n");
    long memory = load(file, parse(argv[3]));
    i32 alive[2];
    if (syscall3(SYS_PIPE2, (long)alive, 0, 0) < 0) die("hvbench: cannot make a pipe\n");
    long starter = syscall3(SYS_GETPID, 0, 0, 0);
    long machine = syscall3(SYS_FORK, 0, 0, 0);
    if (machine == 0) {
        syscall3(SYS_CLOSE, alive[0], 0, 0);
        be_machine(memory, parse(argv[2]), starter);
    }
    syscall3(SYS_CLOSE, alive[1], 0, 0);
    /* The session is over when its output has no writer left. */
    syscall3(SYS_CLOSE, memory, 0, 0);
    if (machine < 0) die("hvbench: cannot start a process\n");
    watch(machine, alive[0]);
}
