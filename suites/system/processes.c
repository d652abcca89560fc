/* Processes: made, replaced, waited for, and taking turns; after lmbench's lat_proc and lat_ctx. */
#include "linux/syscall.h"
#include "system.h"

enum { SIGCHLD = 17, SIGKILL = 9, AT_EMPTY_PATH = 0x1000, MFD_CLOEXEC = 1 };

static __attribute__((noreturn)) void leave(long status) {
    syscall3(SYS_EXIT, status, 0, 0);
    __builtin_unreachable();
}

static long wait_for(long process) {
    i32 status = -1;
    syscall6(SYS_WAIT4, process, (long)&status, 0, 0, 0, 0);
    return status;
}

/* The program of 2006 (Adams and Agesen, section 6.2): fork, exit, wait, 40,000 times. */
static u64 forkwait(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    REPEAT(iterations) {
        long child = syscall3(SYS_FORK, 0, 0, 0);
        if (child == 0) leave(3);
        checksum = fold(checksum, wait_for(child));
    }
    return checksum;
}
WORKLOAD(system_forkwait, "system/forkwait", NULL, NULL, forkwait);

/* The smallest program: it exits with 3. It is a file in memory, so that no machine has to have it on a disk. */
#ifdef __x86_64__
struct program {
    u8 ident[16]; u16 type, machine; u32 version; u64 entry, headers, sections; u32 flags; u16 sizes[6];
    u32 kind, rights; u64 offset, address, physical, in_file, in_memory, align;
    u8 code[12];
};
static const struct program smallest = {
    {0x7f, 'E', 'L', 'F', 2, 1, 1}, 2, 62, 1, 0x400000 + 120, 64, 0, 0, {64, 56, 1, 0, 0, 0},
    1, 5, 0, 0x400000, 0x400000, 132, 132, 0x1000,
    {0xbf, 3, 0, 0, 0, 0xb8, 231, 0, 0, 0, 0x0f, 0x05}, /* mov $3, %edi; mov $231, %eax; syscall */
};
#else
struct program {
    u8 ident[16]; u16 type, machine; u32 version, entry, headers, sections, flags; u16 sizes[6];
    u32 kind, offset, address, physical, in_file, in_memory, rights, align;
    u8 code[12];
};
static const struct program smallest = {
    {0x7f, 'E', 'L', 'F', 1, 1, 1}, 2, 3, 1, 0x400000 + 84, 52, 0, 0, {52, 32, 1, 0, 0, 0},
    1, 0, 0x400000, 0x400000, 96, 96, 5, 0x1000,
    {0xbb, 3, 0, 0, 0, 0xb8, 252, 0, 0, 0, 0xcd, 0x80}, /* mov $3, %ebx; mov $252, %eax; int $0x80 */
};
#endif
_Static_assert(sizeof smallest.code == 12, "the entry lies behind the headers");

static long program = -1;

static void close_program(struct context *context) {
    (void)context;
    syscall3(SYS_CLOSE, program, 0, 0);
}

static i32 prepare_exec(struct context *context) {
    program = syscall3(SYS_MEMFD_CREATE, (long)"smallest", MFD_CLOEXEC, 0);
    if (program < 0) return refuse(context, "it has no files in memory (memfd_create)");
    context->release = close_program;
    long size = __builtin_offsetof(struct program, code) + sizeof smallest.code;
    return syscall3(SYS_WRITE, program, (long)&smallest, size) == size ? 0 : refuse(context, "it lacks memory");
}

static u64 fork_exec(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    const char *arguments[] = {"smallest", NULL};
    REPEAT(iterations) {
        long child = syscall3(SYS_FORK, 0, 0, 0);
        if (child == 0) {
            syscall6(SYS_EXECVEAT, program, (long)"", (long)arguments, (long)(arguments + 1), AT_EMPTY_PATH, 0);
            leave(4);
        }
        checksum = fold(checksum, wait_for(child));
    }
    return checksum;
}
WORKLOAD(system_fork_exec, "system/fork-exec", prepare_exec, NULL, fork_exec);

/* Two processes that hand a byte to and fro: two changes of process, two pipes. */
static i32 to_partner[2], from_partner[2];

static void end_partner(struct context *context) {
    syscall3(SYS_KILL, context->partner, SIGKILL, 0);
    wait_for(context->partner);
    for (u32 i = 0; i < 2; i++) {
        syscall3(SYS_CLOSE, to_partner[i], 0, 0);
        syscall3(SYS_CLOSE, from_partner[i], 0, 0);
    }
}

static __attribute__((noreturn)) void answer_bytes(void) {
    enum { PR_SET_PDEATHSIG = 1 };
    u8 byte;
    /* It must not outlive a process that is killed: not where it stands still, and not where that one died before this
     * line, when reading ends since nobody else holds the other end. */
    syscall3(SYS_PRCTL, PR_SET_PDEATHSIG, SIGKILL, 0);
    syscall3(SYS_CLOSE, to_partner[1], 0, 0);
    syscall3(SYS_CLOSE, from_partner[0], 0, 0);
    while (syscall3(SYS_READ, to_partner[0], (long)&byte, 1) == 1) {
        byte++;
        syscall3(SYS_WRITE, from_partner[1], (long)&byte, 1);
    }
    leave(0);
}

static i32 prepare_pipe(struct context *context) {
    if (syscall3(SYS_PIPE2, (long)to_partner, 0, 0) != 0 || syscall3(SYS_PIPE2, (long)from_partner, 0, 0) != 0)
        return refuse(context, "it cannot make pipes");
    long partner = syscall3(SYS_FORK, 0, 0, 0);
    if (partner < 0) return refuse(context, "it cannot make a process");
    if (partner == 0) answer_bytes();
    context->partner = (i32)partner;
    context->release = end_partner;
    return 0;
}

static u64 exchange_bytes(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    u8 byte = (u8)context->seed;
    REPEAT(iterations) {
        syscall3(SYS_WRITE, to_partner[1], (long)&byte, 1);
        syscall3(SYS_READ, from_partner[0], (long)&byte, 1);
        checksum = fold(checksum, byte);
    }
    return checksum;
}
WORKLOAD(system_pipe, "system/pipe", prepare_pipe, NULL, exchange_bytes);
