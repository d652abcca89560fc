/* Changes of level and exceptions: to their handler in our kernel, and back. */
#include "kernel/kernel.h"

#ifdef __x86_64__
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_SFMASK 0xc0000084
#define INTERRUPT_FLAG 0x200
/* SYSRET counts from here: see the table of segments in start.S. */
#define SYSRET_BASE 0x18

static void open_system_calls(void) {
    uptr handler = (uptr)system_call_entry;
    write_msr(MSR_STAR, 0, SYSRET_BASE << 16 | KERNEL_CODE);
    write_msr(MSR_LSTAR, (u32)handler, (u32)(handler >> 32));
    write_msr(MSR_SFMASK, INTERRUPT_FLAG, 0);
}
#else
/* The gate has been there from the start. */
static void open_system_calls(void) {}
#endif

static u64 system_call(struct context *unused, u32 iterations) {
    (void)unused;
    open_system_calls();
    user_calls(iterations);
    return 0;
}
OPERATION(system_call, "syscall");

static u64 page_fault(struct context *unused, u32 iterations) {
    (void)unused;
    set_gate(PAGE_FAULT, page_fault_entry);
    REPEAT(iterations) CAUSE_PAGE_FAULT(ABSENT);
    clear_gate(PAGE_FAULT);
    return 0;
}
OPERATION(page_fault, "pgfault");

static u64 divide_error(struct context *unused, u32 iterations) {
    (void)unused;
    set_gate(DIVIDE_ERROR, divide_error_entry);
    REPEAT(iterations) CAUSE_DIVIDE_ERROR();
    clear_gate(DIVIDE_ERROR);
    return 0;
}
OPERATION(divide_error, "divzero");
