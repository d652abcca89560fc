/* Our kernel: as much of one as an operation needs around it. */
#ifndef HVBENCH_KERNEL_H
#define HVBENCH_KERNEL_H

#define KERNEL_CODE 0x08
#define KERNEL_DATA 0x10
#define USER_DATA 0x23
#define USER_CODE 0x2b
#define TASK 0x30

#define EXCEPTIONS 32
#define DIVIDE_ERROR 0
#define PAGE_FAULT 14
#define INTERRUPT 32
#define SYSTEM_CALL_GATE 34
#define SPURIOUS 47
#define GATES 48

/* Local APIC (Intel SDM volume 3, chapter "Advanced Programmable Interrupt Controller"), at its address after reset. */
#define APIC 0xfee00000
#define APIC_ID 0x20
#define APIC_TASK_PRIORITY 0x80
#define APIC_EOI 0xb0
#define APIC_SPURIOUS 0xf0
#define APIC_COMMAND 0x300
#define APIC_TIMER 0x320
#define APIC_TIMER_COUNT 0x380
#define APIC_TIMER_DIVIDE 0x3e0

/* A page that operations map as they like, and behind it one that is absent. */
#define WINDOW 0x40000000
#define ABSENT (WINDOW + 0x1000)

#ifdef __ASSEMBLER__
#ifdef __x86_64__
#define WORD 8
#define STACK %rsp
#define BASE %rbx
#define ACCUMULATOR %rax
#define COUNT %rcx
#define IRET iretq
#define SAVE push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15
#define RESTORE pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx
#define SYSTEM_CALL syscall
#define SYSTEM_RETURN sysretq
#else
#define WORD 4
#define STACK %esp
#define BASE %ebx
#define ACCUMULATOR %eax
#define COUNT %ecx
#define IRET iret
#define SAVE push %ebx; push %ebp; push %esi; push %edi
#define RESTORE pop %edi; pop %esi; pop %ebp; pop %ebx
#define SYSTEM_CALL int $SYSTEM_CALL_GATE
#define SYSTEM_RETURN iret
#endif
#else

#include "../operation.h"

/* An entry of a page table. */
typedef uptr entry;

extern entry window_table[];
extern u8 frames[2][4096];
extern volatile u32 interrupts;

/* Ways into the kernel, in start.S. */
void page_fault_entry(void);
void divide_error_entry(void);
void interrupt_entry(void);
void system_call_entry(void);

void user_calls(u32 iterations);

/* Who handles a vector from now on. */
void set_gate(u32 vector, void (*handler)(void));
/* Nobody: it ends the attempt, or the machine. */
void clear_gate(u32 vector);

static inline volatile u32 *apic(u32 offset) { return (volatile u32 *)(uptr)(APIC + offset); }

static inline void write_msr(u32 msr, u32 low, u32 high) {
    __asm__ volatile("wrmsr" : : "c"(msr), "a"(low), "d"(high) : "memory");
}

/* prepare for an operation that uses the local APIC: refuses where there is none. */
i32 attempt_with_apic(struct context *context, operation run);

#endif
#endif
