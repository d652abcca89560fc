/* Interrupts of the local APIC: raised, delivered, acknowledged. */
#include "kernel/kernel.h"

/* To itself, fixed delivery, edge (Intel SDM volume 3, "Interrupt Command Register"). */
#define TO_SELF (1u << 18 | INTERRUPT)

static inline void await(u32 before) {
    while (interrupts == before) __asm__ volatile("pause");
}

static u64 ipi(struct context *unused, u32 iterations) {
    (void)unused;
    __asm__ volatile("sti");
    REPEAT(iterations) {
        u32 before = interrupts;
        *apic(APIC_COMMAND) = TO_SELF;
        await(before);
    }
    __asm__ volatile("cli");
    return 0;
}
OPERATION_WITH(attempt_with_apic, ipi, "ipi");

static u64 timer(struct context *unused, u32 iterations) {
    (void)unused;
    __asm__ volatile("sti");
    REPEAT(iterations) {
        u32 before = interrupts;
        *apic(APIC_TIMER_COUNT) = 1;
        await(before);
    }
    __asm__ volatile("cli");
    return 0;
}
OPERATION_WITH(attempt_with_apic, timer, "timer");

/* Interrupts are taken from HLT on: STI lets the next instruction begin first. Other interrupts wake it as well. */
static u64 hlt(struct context *unused, u32 iterations) {
    (void)unused;
    REPEAT(iterations) {
        u32 before = interrupts;
        *apic(APIC_TIMER_COUNT) = 1;
        while (interrupts == before) __asm__ volatile("sti\n\thlt\n\tcli" : : : "memory");
    }
    return 0;
}
OPERATION_WITH(attempt_with_apic, hlt, "hlt");
