/* How a Linux process serves: over its standard input and output, or, as the first process of a guest, over the way to
 * the guest's hypervisor; and its clocks. */
#include "linux.h"
#include "../platform.h"
#include "die.h"
#include "guest.h"
#include "syscall.h"

enum { CLOCK_PROCESS_CPUTIME_ID = 2 };

struct context context;
u64 began;

u64 now(long clock) {
    struct { long seconds, nanoseconds; } t;
    syscall3(SYS_CLOCK_GETTIME, clock, (long)&t, 0);
    return (u64)t.seconds * 1000000000u + (u64)t.nanoseconds;
}

void transfer(long call, long fd, void *buffer, usize length) {
    for (usize done = 0; done < length;) {
        long n = syscall3(call, fd, (long)((u8 *)buffer + done), (long)(length - done));
        if (n == -4 /* EINTR */) continue;
        /* End of file: the tool is gone, and so are we. */
        if (n <= 0) syscall3(SYS_EXIT, 0, 0, 0);
        done += (usize)n;
    }
}

/* Of this process with its threads, of what it has waited for, and of its partner. The own clock is read next to
 * the batch, since reading the others takes time on it. */
static u64 others_cpu_time(void) {
    enum { RUSAGE_CHILDREN = -1, CPUCLOCK_SCHED = 2 };
    long usage[18] = {0}; /* struct rusage: user and system time come first, in seconds and microseconds */
    syscall3(SYS_GETRUSAGE, RUSAGE_CHILDREN, (long)usage, 0);
    u64 ns = (u64)(usage[0] + usage[2]) * 1000000000u + (u64)(usage[1] + usage[3]) * 1000u;
    /* The clock of a process, as Linux numbers them (include/linux/posix-timers.h). */
    if (context.partner) ns += now(~(long)context.partner * 8 + CPUCLOCK_SCHED);
    return ns;
}

void platform_exchange(const struct reply *reply, struct command *command) {
    if (context.guest) {
        guest_exchange(reply, command);
        return;
    }
    struct reply sent = *reply;
    if (sent.operation == OP_HELLO) sent.tsc_begin = began;
    transfer(SYS_WRITE, 1, &sent, sizeof sent);
    transfer(SYS_READ, 0, command, sizeof *command);
    if (command->magic != COMMAND_MAGIC) die("native runtime: a command frame without its magic number\n");
}

void platform_begin(struct reply *reply) {
    if (context.guest) {
        *(u64 *)(reply->payload + GUEST_CLOCK) = now(CLOCK_MONOTONIC);
        guest_mark(MARK_BEGIN);
        return;
    }
    u64 others = others_cpu_time();
    reply->cpu_ns = others + now(CLOCK_PROCESS_CPUTIME_ID);
    reply->host_begin = now(CLOCK_MONOTONIC);
}

void platform_end(struct reply *reply) {
    if (context.guest) {
        guest_mark(MARK_END);
        return;
    }
    reply->host_end = now(CLOCK_MONOTONIC);
    u64 own = now(CLOCK_PROCESS_CPUTIME_ID);
    reply->cpu_ns = own + others_cpu_time() - reply->cpu_ns;
}
