/* Sets up what operations need (segments, gates, a task, the local APIC), and hands over to the command loop. */
#include "kernel.h"
#include "../bare/bare.h"

#define CPUID_HAS_APIC (1u << 9)
/* Present interrupt gate; the second is open to level 3. */
#define GATE 0x8e
#define USER_GATE 0xee
#define TASK_AVAILABLE 0x89

struct gate {
    u16 offset_low, selector;
    u8 zero, type;
    u16 offset_middle;
#ifdef __x86_64__
    u32 offset_high, reserved;
#endif
};

struct __attribute__((packed)) table_pointer {
    u16 limit;
    uptr base;
};

/* Only the stack for faults at level 3 is used of it. */
static struct __attribute__((packed)) {
    u32 link;
    uptr stack;
    u32 stack_segment;
    u8 rest[104 - 8 - sizeof(uptr) - 2];
    u16 port_map;
} task;

static struct gate gates[GATES];
extern u8 exception_entries[EXCEPTIONS][16], gdt[], stack_of_faults[];
void spurious_entry(void);
u32 guarded(operation run, struct context *context, u32 iterations);

static void write_gate(u32 vector, uptr handler, u8 type) {
    struct gate gate = {(u16)handler, KERNEL_CODE, 0, type, (u16)(handler >> 16)
#ifdef __x86_64__
                        , (u32)(handler >> 32), 0
#endif
    };
    gates[vector] = gate;
}

void set_gate(u32 vector, void (*handler)(void)) { write_gate(vector, (uptr)handler, GATE); }

void clear_gate(u32 vector) { write_gate(vector, (uptr)exception_entries[vector], GATE); }

static void load_task(void) {
    uptr base = (uptr)&task;
    u8 *descriptor = gdt + TASK;
    task.stack = (uptr)stack_of_faults;
    task.stack_segment = KERNEL_DATA;
    task.port_map = sizeof task;
    descriptor[0] = sizeof task - 1;
    descriptor[2] = (u8)base;
    descriptor[3] = (u8)(base >> 8);
    descriptor[4] = (u8)(base >> 16);
    descriptor[5] = TASK_AVAILABLE;
    descriptor[7] = (u8)(base >> 24);
    __asm__ volatile("ltr %w0" : : "r"(TASK));
}

static u32 features(void) {
    u32 a = 1, b, c = 0, d;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return d;
}

static void start_apic(void) {
    if (!(features() & CPUID_HAS_APIC)) return;
    *apic(APIC_SPURIOUS) = 0x100 | SPURIOUS;
    *apic(APIC_TASK_PRIORITY) = 0;
    *apic(APIC_TIMER) = INTERRUPT; /* one shot */
    *apic(APIC_TIMER_DIVIDE) = 0xb; /* by 1 */
}

__attribute__((noreturn)) void kernel_main(u32 serial) {
    struct table_pointer pointer = {sizeof gates - 1, (uptr)gates};
    for (u32 vector = 0; vector < EXCEPTIONS; vector++) clear_gate(vector);
    set_gate(INTERRUPT, interrupt_entry);
    set_gate(SPURIOUS, spurious_entry);
    write_gate(SYSTEM_CALL_GATE, (uptr)system_call_entry, USER_GATE);
    __asm__ volatile("lidt %0" : : "m"(pointer));
    load_task();
    /* Nothing but the local APIC may interrupt: both old interrupt controllers are masked. */
    __asm__ volatile("outb %b0, $0x21\n\toutb %b0, $0xa1" : : "a"(0xff));
    start_apic();
    bare_main(0, serial);
}

static const char *describe(u32 vector) {
    switch (vector) {
    case 0: return "the CPU raised a divide error (#DE)";
    case 6: return "the CPU does not know the instruction (#UD)";
    case 8: return "the CPU raised a double fault (#DF)";
    case 13: return "the CPU refused it (#GP)";
    case 14: return "the CPU raised a page fault (#PF)";
    default: return "the CPU raised an exception";
    }
}

i32 attempt(struct context *context, operation run) {
    u32 ended = guarded(run, context, 1);
    if (!ended) return 0;
    __asm__ volatile("cli");
    /* It may have been ended before it took its handlers back. */
    clear_gate(DIVIDE_ERROR);
    clear_gate(PAGE_FAULT);
    context->refusal = describe(ended - 1);
    return -1;
}

i32 attempt_with_apic(struct context *context, operation run) {
    if (features() & CPUID_HAS_APIC) return attempt(context, run);
    context->refusal = "its CPU has no local APIC";
    return -1;
}
