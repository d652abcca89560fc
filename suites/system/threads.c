/* Threads: made and waited for, and taking turns. */
#include "linux/syscall.h"
#include "system.h"

enum {
    CLONE_THREAD_LIKE = 0x00010f00 | 0x00040000, /* VM, FS, FILES, SIGHAND, THREAD, SYSVSEM */
    CLONE_TID = 0x00100000 | 0x00200000,         /* PARENT_SETTID, CHILD_CLEARTID */
};
enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1, FUTEX_PRIVATE = 128 };

static volatile u32 thread;
static u8 stack[16384] __attribute__((aligned(16)));

/* Starts a thread that runs `entry`, which must not return; its id is in `thread` until it has ended. */
static long start_thread(void (*entry)(void)) {
    /* The new thread finds `entry` at the top of its stack, and returns into it. */
    uptr *top = (uptr *)(stack + sizeof stack - 64);
    *top = (uptr)entry;
    long result;
#ifdef __x86_64__
    register volatile u32 *r10 __asm__("r10") = &thread;
    __asm__ volatile("syscall\n\ttest %%eax, %%eax\n\tjnz 1f\n\tret\n1:"
                     : "=a"(result)
                     : "a"((long)SYS_CLONE), "D"((long)(CLONE_THREAD_LIKE | CLONE_TID)), "S"(top), "d"(&thread), "r"(r10)
                     : "rcx", "r11", "memory");
#else
    __asm__ volatile("int $0x80\n\ttest %%eax, %%eax\n\tjnz 1f\n\tret\n1:"
                     : "=a"(result)
                     : "a"((long)SYS_CLONE), "b"((long)(CLONE_THREAD_LIKE | CLONE_TID)), "c"(top), "d"(&thread), "D"(&thread)
                     : "memory");
#endif
    return result;
}

static __attribute__((noreturn)) void end_thread(void) {
    /* No stack from here on: the next thread may already have it. */
#ifdef __x86_64__
    __asm__ volatile("syscall" : : "a"((long)SYS_EXIT_THREAD), "D"(0L));
#else
    __asm__ volatile("int $0x80" : : "a"((long)SYS_EXIT_THREAD), "b"(0L));
#endif
    __builtin_unreachable();
}

static void wait_while(volatile u32 *word, u32 value, long flag) {
    while (*word == value) syscall6(SYS_FUTEX, (long)word, FUTEX_WAIT | flag, (long)value, 0, 0, 0);
}

/* The kernel clears the id of a thread that ends, and wakes whoever waits for that; not privately. */
static void join(void) {
    for (u32 id; (id = thread) != 0;) wait_while(&thread, id, 0);
}

static volatile u32 ran;

static void run_once(void) {
    ran++;
    end_thread();
}

static u64 create_and_join(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    ran = 0;
    REPEAT(iterations) {
        if (start_thread(run_once) > 0) join();
        checksum = fold(checksum, ran);
    }
    return checksum;
}
WORKLOAD(system_thread, "system/thread", NULL, NULL, create_and_join);

enum { OURS = 0, THEIRS = 1, OVER = 2 };
static volatile u32 turn;
static volatile u32 count;

static void hand_over(u32 to) {
    turn = to;
    syscall6(SYS_FUTEX, (long)&turn, FUTEX_WAKE | FUTEX_PRIVATE, 1, 0, 0, 0);
}

static void take_turns(void) {
    for (;;) {
        wait_while(&turn, OURS, FUTEX_PRIVATE);
        if (turn == OVER) end_thread();
        count++;
        hand_over(OURS);
    }
}

static void end_turns(struct context *context) {
    (void)context;
    hand_over(OVER);
    join();
}

static i32 prepare_turns(struct context *context) {
    turn = OURS;
    if (start_thread(take_turns) <= 0) return refuse(context, "it cannot make a thread");
    context->release = end_turns;
    return 0;
}

static u64 play_turns(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    count = 0;
    REPEAT(iterations) {
        hand_over(THEIRS);
        wait_while(&turn, THEIRS, FUTEX_PRIVATE);
        checksum = fold(checksum, count);
    }
    return checksum;
}
WORKLOAD(system_futex, "system/futex", prepare_turns, NULL, play_turns);
