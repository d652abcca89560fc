/* The way into our kernel, and what of it cannot be written in C.
 *
 * `start_kernel`: 32-bit protected mode at level 0, flat segments, paging off, as PVH (x86-64) and Multiboot 1 (i386)
 * loaders leave a CPU; a VMM that reaches us by ports of its own enters with eax and ebx zero. The page tables are
 * data: a hypervisor that emulates level 0 need not build them instruction by instruction. */
#include "kernel.h"

    .text
    .code32
    .globl _start
    .globl start_kernel
_start:
start_kernel:
    cli
    cld
    mov $stack_top, %esp
    xor %edi, %edi
#ifdef __x86_64__
    /* Only a PVH loader hands over a start_info, and only QEMU is one here: a serial line leads to it. */
    test %ebx, %ebx
    jz 1f
    cmpl $0x336ec578, (%ebx)
    jne 1f
    inc %edi
1:  mov $pml4, %eax
    mov %eax, %cr3
    /* CR4: PAE, OSFXSR, OSXMMEXCPT; EFER: LME, SCE; CR0: PG, WP and MP on, EM off. */
    mov %cr4, %eax
    or $0x620, %eax
    mov %eax, %cr4
    mov $0xc0000080, %ecx
    rdmsr
    or $0x101, %eax
    wrmsr
    mov %cr0, %eax
    and $~4, %eax
    or $0x80010002, %eax
    mov %eax, %cr0
    lgdt gdt_pointer
    ljmp $KERNEL_CODE, $2f
    .code64
2:
#else
    /* A multiboot loader's command line ends with "serial" where a serial line leads to the hypervisor. */
    cmp $0x2badb002, %eax
    jne 1f
    testl $4, (%ebx)
    jz 1f
    mov 16(%ebx), %eax
    call asks_for_serial
    mov %eax, %edi
1:  mov $page_directory, %eax
    mov %eax, %cr3
    /* CR4: PSE, OSFXSR, OSXMMEXCPT. */
    mov %cr4, %eax
    or $0x610, %eax
    mov %eax, %cr4
    mov %cr0, %eax
    and $~4, %eax
    or $0x80010002, %eax
    mov %eax, %cr0
    lgdt gdt_pointer
    ljmp $KERNEL_CODE, $2f
2:
#endif
    mov $KERNEL_DATA, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    xor %eax, %eax
    mov %eax, %fs
    mov %eax, %gs
    fninit
    mov $stack_top, %esp
    xor %ebp, %ebp
#ifndef __x86_64__
    sub $12, %esp
    push %edi
#endif
    call kernel_main

/* u32 guarded(run, context, iterations): runs an operation; returns 0, or one more than the exception that ended it. */
    .globl guarded
guarded:
    SAVE
#ifdef __x86_64__
    mov %rsp, guard
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %edx, %esi
    sub $8, %rsp
    call *%rax
#else
    mov 20(%esp), %eax
    mov 24(%esp), %ecx
    mov 28(%esp), %edx
    mov %esp, guard
    sub $4, %esp
    push %edx
    push %ecx
    call *%eax
#endif
    xor %eax, %eax
leave_guard:
    mov guard, STACK
    xor %ecx, %ecx
    mov COUNT, guard
    RESTORE
    ret

/* Exceptions that no operation expects. Outside a guard there is nobody to tell: a triple fault ends the machine. */
    .globl exception_entries
    .balign 16
exception_entries:
    .set vector, 0
    .rept EXCEPTIONS
    .balign 16
    push $vector
    jmp unexpected
    .set vector, vector + 1
    .endr
unexpected:
    pop ACCUMULATOR
    inc %eax
    cmpl $0, guard
    jne leave_guard
    lidt no_idt
    int3

/* Both faults are caused by code that has put the address to go on at into ebx. */
    .globl page_fault_entry
page_fault_entry:
    add $WORD, STACK
    .globl divide_error_entry
divide_error_entry:
    mov BASE, (STACK)
    IRET

/* An interrupt of the local APIC: counted, and acknowledged. */
    .globl interrupt_entry
interrupt_entry:
    push ACCUMULATOR
    incl interrupts
    mov $(APIC + APIC_EOI), %eax
    movl $0, (ACCUMULATOR)
    pop ACCUMULATOR
    .globl spurious_entry
spurious_entry:
    IRET

/* void user_calls(iterations): goes to level 3, makes so many system calls there, and comes back by one more. */
    .globl user_calls
user_calls:
    SAVE
    mov STACK, kernel_stack
#ifdef __x86_64__
    mov %edi, %ebx
    pushq $USER_DATA
    pushq $stack_of_user
    pushq $2
    pushq $USER_CODE
    pushq $in_user
    iretq
#else
    mov 20(%esp), %ebx
    mov $USER_DATA, %eax
    mov %eax, %ds
    mov %eax, %es
    push $USER_DATA
    push $stack_of_user
    push $2
    push $USER_CODE
    push $in_user
    iret
#endif
    .balign 64
in_user:
    test %ebx, %ebx
    jz 2f
1:  xor %eax, %eax
    SYSTEM_CALL
    dec %ebx
    jnz 1b
2:  mov $1, %eax
    SYSTEM_CALL
    .balign 64
    .globl system_call_entry
system_call_entry:
    test %eax, %eax
    jnz 3f
    SYSTEM_RETURN
3:  mov kernel_stack, STACK
#ifndef __x86_64__
    mov $KERNEL_DATA, %eax
    mov %eax, %ds
    mov %eax, %es
#endif
    RESTORE
    ret

    .data
    .balign 8
    .globl gdt
gdt:
    .quad 0
#ifdef __x86_64__
    .quad 0x00209a0000000000 /* code, 64-bit, level 0 */
    .quad 0x00cf92000000ffff /* data, level 0 */
    .quad 0x00cffa000000ffff /* code, 32-bit, level 3: SYSRET counts from here */
    .quad 0x00cff2000000ffff /* data, level 3 */
    .quad 0x0020fa0000000000 /* code, 64-bit, level 3 */
#else
    .quad 0x00cf9a000000ffff
    .quad 0x00cf92000000ffff
    .quad 0
    .quad 0x00cff2000000ffff
    .quad 0x00cffa000000ffff
#endif
    .quad 0, 0 /* the task-state segment */
gdt_pointer:
    .word 63
    .long gdt
no_idt:
    .word 0
    .quad 0

    .globl guard, interrupts
guard:
    .quad 0
kernel_stack:
    .quad 0
interrupts:
    .long 0

/* The first GiB and the devices below 4 GiB are mapped to themselves by large pages; at WINDOW there is a page that
 * operations map as they like, followed by pages that are absent. All are open to level 3. */
    .balign 4096
#ifdef __x86_64__
pml4:
    .quad pointer_table + 7
    .fill 511, 8, 0
pointer_table:
    .quad low_directory + 7, window_directory + 7, 0, high_directory + 7
    .fill 508, 8, 0
low_directory:
    .set entry, 0
    .rept 512
    .quad entry * 0x200000 + 0x87
    .set entry, entry + 1
    .endr
high_directory:
    .set entry, 0
    .rept 512
    .quad 0xc0000000 + entry * 0x200000 + 0x9f
    .set entry, entry + 1
    .endr
window_directory:
    .quad window_table + 7
    .fill 511, 8, 0
    .globl window_table
window_table:
    .quad frames + 7
    .fill 511, 8, 0
#else
page_directory:
    .set entry, 0
    .rept 256
    .long entry * 0x400000 + 0x87
    .set entry, entry + 1
    .endr
    .long window_table + 7
    .fill 759, 4, 0
    .set entry, 1016
    .rept 8
    .long entry * 0x400000 + 0x9f
    .set entry, entry + 1
    .endr
    .globl window_table
window_table:
    .long frames + 7
    .fill 1023, 4, 0
#endif
    .globl frames
frames:
    .fill 8192, 1, 0

#ifdef __x86_64__
/* PVH (Xen, "x86/HVM direct boot ABI"): the note that names the 32-bit entry point, XEN_ELFNOTE_PHYS32_ENTRY. */
    .section .pvh, "a", @note
    .align 4
    .long 4, 8, 18
    .asciz "Xen"
    .quad start_kernel
#else
/* Multiboot 1 (GNU GRUB manual 0.6.96): magic, flags (page-aligned modules), checksum. */
    .section .multiboot, "a"
    .align 4
    .long 0x1badb002
    .long 1
    .long -(0x1badb002 + 1)
#endif

    .bss
    .balign 16
    .skip 4096
    .globl stack_of_faults
stack_of_faults:
    .skip 4096
stack_of_user:
    .skip 65536
stack_top:
    .section .note.GNU-stack,"",@progbits
