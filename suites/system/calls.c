/* The shortest ways into a kernel and back, after lmbench's lat_syscall and lat_sig (McVoy and Staelin, "lmbench:
 * Portable Tools for Performance Analysis", USENIX 1996). */
#include "linux/syscall.h"
#include "system.h"

static long file = -1;

static void close_file(struct context *context) {
    (void)context;
    syscall3(SYS_CLOSE, file, 0, 0);
}

static i32 open_device(struct context *context, const char *path) {
    file = syscall6(SYS_OPENAT, AT_FDCWD, (long)path, O_RDWR | O_CLOEXEC, 0, 0, 0);
    if (file < 0) return refuse(context, "it lacks a device file");
    context->release = close_file;
    return 0;
}

static u64 null_call(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    REPEAT(iterations) checksum = fold(checksum, syscall3(SYS_GETPPID, 0, 0, 0) >= 0);
    return checksum;
}
WORKLOAD(system_null, "system/null", NULL, NULL, null_call);

static i32 prepare_read(struct context *context) { return open_device(context, "/dev/zero"); }

static u64 read_byte(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    REPEAT(iterations) {
        u8 byte = 1;
        checksum = fold(checksum, syscall3(SYS_READ, file, (long)&byte, 1) + byte);
    }
    return checksum;
}
WORKLOAD(system_read, "system/read", prepare_read, NULL, read_byte);

static i32 prepare_write(struct context *context) { return open_device(context, "/dev/null"); }

static u64 write_byte(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    u8 byte = 1;
    REPEAT(iterations) checksum = fold(checksum, syscall3(SYS_WRITE, file, (long)&byte, 1));
    return checksum;
}
WORKLOAD(system_write, "system/write", prepare_write, NULL, write_byte);

enum { SIGUSR1 = 10 };
static volatile u32 handled;

static void count_signal(int signal) { handled += signal == SIGUSR1; }

/* Linux returns from a handler through this; i386 would bring its own in the vDSO. */
void system_signal_return(void);
#ifdef __x86_64__
__asm__(".text\n.globl system_signal_return\nsystem_signal_return: mov $15, %eax\n\tsyscall");
#else
__asm__(".text\n.globl system_signal_return\nsystem_signal_return: pop %eax\n\tmov $119, %eax\n\tint $0x80");
#endif

static i32 prepare_signal(struct context *context) {
    struct action action = {(void *)count_signal, SA_RESTORER, system_signal_return, {0}};
    if (syscall6(SYS_RT_SIGACTION, SIGUSR1, (long)&action, 0, sizeof action.mask, 0, 0) != 0)
        return refuse(context, "it cannot handle a signal");
    return 0;
}

static u64 signal_self(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    long self = syscall3(SYS_GETPID, 0, 0, 0);
    handled = 0;
    REPEAT(iterations) {
        syscall3(SYS_KILL, self, SIGUSR1, 0);
        checksum = fold(checksum, handled);
    }
    return checksum;
}
WORKLOAD(system_signal, "system/signal", prepare_signal, NULL, signal_self);
