/* Ways to a device: ports, registers in memory, calls to the hypervisor. */
#include "kernel/kernel.h"

#define PORT_FREE 0x80 /* once a diagnostic display: nothing answers, and nothing minds */
#define PORT_PIC 0x21  /* mask of the first interrupt controller */
#define MSR_APIC_BASE 0x1b
/* No hypervisor has a call of this number: it answers that it has none. */
#define UNKNOWN_CALL 0x7fff

static inline void in8(u16 port) {
    u8 value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "d"(port) : "memory");
}

static u64 in(struct context *unused, u32 iterations) {
    (void)unused;
    REPEAT(iterations) in8(PORT_FREE);
    return 0;
}
OPERATION(in, "in");

static u64 in_pic(struct context *unused, u32 iterations) {
    (void)unused;
    REPEAT(iterations) in8(PORT_PIC);
    return 0;
}
OPERATION(in_pic, "in-pic");

static u64 out(struct context *unused, u32 iterations) {
    (void)unused;
    REPEAT(iterations) __asm__ volatile("outb %b0, %w1" : : "a"(0), "d"(PORT_FREE) : "memory");
    return 0;
}
OPERATION(out, "out");

static u64 mmio_read(struct context *context, u32 iterations) {
    volatile u32 *device = (volatile u32 *)(uptr)context->argument;
    REPEAT(iterations) (void)*device;
    return 0;
}
OPERATION(mmio_read, "mmio-read");

static u64 mmio_write(struct context *context, u32 iterations) {
    volatile u32 *device = (volatile u32 *)(uptr)context->argument;
    REPEAT(iterations) *device = 0;
    return 0;
}
OPERATION(mmio_write, "mmio-write");

static u64 apic_read(struct context *unused, u32 iterations) {
    (void)unused;
    REPEAT(iterations) (void)*apic(APIC_ID);
    return 0;
}
OPERATION_WITH(attempt_with_apic, apic_read, "apic-read");

static u64 rdmsr(struct context *unused, u32 iterations) {
    (void)unused;
    REPEAT(iterations) {
        u32 low, high;
        __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(MSR_APIC_BASE));
    }
    return 0;
}
OPERATION(rdmsr, "rdmsr");

static u64 wrmsr(struct context *unused, u32 iterations) {
    u32 low, high;
    (void)unused;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(MSR_APIC_BASE));
    REPEAT(iterations) write_msr(MSR_APIC_BASE, low, high);
    return 0;
}
OPERATION(wrmsr, "wrmsr");

/* Each vendor's CPU knows its own instruction only. */
static u64 hypercall(struct context *unused, u32 iterations) {
    u32 a = 0, b, c = 0, d;
    (void)unused;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    if (b == 0x756e6547 /* "Genu", of GenuineIntel */)
        REPEAT(iterations) {
            uptr result = UNKNOWN_CALL;
            __asm__ volatile("vmcall" : "+a"(result) : "b"((uptr)0) : "memory");
        }
    else
        REPEAT(iterations) {
            uptr result = UNKNOWN_CALL;
            __asm__ volatile("vmmcall" : "+a"(result) : "b"((uptr)0) : "memory");
        }
    return 0;
}
OPERATION(hypercall, "hypercall");
