/* What stands natively for an operation that a process may not do: Linux does it on its behalf. */
#include "linux/syscall.h"
#include "operation.h"

/* A process is refused nothing in here. */
i32 attempt(struct context *context, operation run) {
    run(context, 1);
    return 0;
}

#ifdef __x86_64__
/* Words of struct ucontext (Linux: arch/x86/include/uapi/asm/sigcontext.h): flags, link, three of the stack, registers. */
enum { RESUME_WORD = 5 + 11, POINTER_WORD = 5 + 16 };
#else
enum { RESUME_WORD = 5 + 8, POINTER_WORD = 5 + 14 };
#endif
enum { SIGFPE = 8, SIGSEGV = 11 };

static u64 system_call(struct context *unused, u32 iterations) {
    (void)unused;
    REPEAT(iterations) syscall3(SYS_GETPPID, 0, 0, 0);
    return 0;
}
OPERATION(system_call, "syscall");

void restore_from_signal(void);
#ifdef __x86_64__
__asm__(".globl restore_from_signal\nrestore_from_signal: mov $15, %eax\n\tsyscall");
#else
__asm__(".globl restore_from_signal\nrestore_from_signal: mov $173, %eax\n\tint $0x80");
#endif

static void go_on(int signal, void *information, uptr *context) {
    (void)signal;
    (void)information;
    context[POINTER_WORD] = context[RESUME_WORD];
}

static void handle(int signal) {
    struct action action = {(void *)go_on, SA_SIGINFO | SA_RESTORER, restore_from_signal, {0}};
    syscall6(SYS_RT_SIGACTION, signal, (long)&action, 0, sizeof action.mask, 0, 0);
}

static u64 page_fault(struct context *unused, u32 iterations) {
    (void)unused;
    handle(SIGSEGV);
    REPEAT(iterations) CAUSE_PAGE_FAULT(0x1000);
    return 0;
}
OPERATION(page_fault, "pgfault");

static u64 divide_error(struct context *unused, u32 iterations) {
    (void)unused;
    handle(SIGFPE);
    REPEAT(iterations) CAUSE_DIVIDE_ERROR();
    return 0;
}
OPERATION(divide_error, "divzero");
