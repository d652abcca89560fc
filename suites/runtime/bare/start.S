/* The ways into a bare guest.
 *
 * `start_user`: a VMM that set up paging, segments and registers from outside enters here at privilege
 * level 3 (IOPL 3); the first argument register holds whether the large arena is mapped (eax on i386).
 *
 * `pvh_start` (x86-64): a PVH loader enters here in 32-bit protected mode, paging off; we turn on SSE, paging
 * and long mode, and go to level 3 with IOPL 3, where a KVM without hardware assist runs code directly. There is
 * no TSS and no IDT: that KVM does not come back from IRETQ with them.
 *
 * `_start` (i386): a multiboot loader enters here in protected mode, paging off; we load flat segments,
 * turn on SSE and 4 KiB paging, and stay at level 0.
 *
 * Each begins by saying that it runs, so that whoever launched it sees when its first instruction was reached. */
#include "layout.h"
#include "ports.h"

    .text
    .globl _start
    .globl start_user

#ifdef __x86_64__
_start:
start_user:
    mov $MARK_RUNS, %eax
    mov $PORT_MARK, %edx
    out %eax, %dx
    lea stack_top(%rip), %rsp
    xor %ebp, %ebp
    xor %esi, %esi
    call bare_main

    .code32
pvh_start:
    mov $DEBUG_RUNS, %al
    out %al, $PORT_DEBUG
    cli
    cld
    /* Identity-map [0, LARGE_ARENA) by 4 KiB pages and the large arena by 2 MiB pages: user, writable, present.
     * The upper halves of the entries are zero from the start. */
    mov $page_tables, %edi
    mov $7, %eax
    mov $(LARGE_ARENA / 4096), %ecx
1:  mov %eax, (%edi)
    add $8, %edi
    add $4096, %eax
    dec %ecx
    jnz 1b
    mov $page_directory, %edi
    mov $(page_tables + 7), %eax
    mov $(LARGE_ARENA / 0x200000), %ecx
2:  mov %eax, (%edi)
    add $8, %edi
    add $4096, %eax
    dec %ecx
    jnz 2b
    mov $(LARGE_ARENA + 0x87), %eax
    mov $(LARGE_ARENA_SIZE / 0x200000), %ecx
3:  mov %eax, (%edi)
    add $8, %edi
    add $0x200000, %eax
    dec %ecx
    jnz 3b
    movl $(page_directory + 7), pointer_table
    movl $(pointer_table + 7), pml4
    mov $pml4, %eax
    mov %eax, %cr3

    /* CR4: PAE, OSFXSR, OSXMMEXCPT; EFER.LME; CR0: PG, WP and MP on, EM off. */
    mov %cr4, %eax
    or $0x620, %eax
    mov %eax, %cr4
    mov $0xc0000080, %ecx
    rdmsr
    or $0x100, %eax
    wrmsr
    mov %cr0, %eax
    and $~4, %eax
    or $0x80010002, %eax
    mov %eax, %cr0
    lgdt gdt_pointer
    ljmp $0x08, $4f

    .code64
4:  mov $0x1b, %eax
    mov %eax, %ds
    mov %eax, %es
    xor %eax, %eax
    mov %eax, %fs
    mov %eax, %gs
    fninit
    mov $stack_top, %esp
    mov %rsp, %rax
    pushq $0x1b
    push %rax
    pushq $0x3002 /* IOPL 3, interrupts off */
    pushq $0x23
    pushq $5f
    iretq
5:  xor %ebp, %ebp
    mov $1, %edi
    mov $1, %esi
    call bare_main

    .section .rodata
    .align 8
gdt:
    .quad 0
    .quad 0x00209a0000000000 /* 0x08: code, 64-bit, level 0 */
    .quad 0x00cf92000000ffff /* 0x10: data, level 0 */
    .quad 0x00cff2000000ffff /* 0x18: data, level 3 */
    .quad 0x0020fa0000000000 /* 0x20: code, 64-bit, level 3 */
gdt_pointer:
    .word 39
    .long gdt

/* PVH (Xen, "x86/HVM direct boot ABI"): the note that names the 32-bit entry point, XEN_ELFNOTE_PHYS32_ENTRY. */
    .section .pvh, "a", @note
    .align 4
    .long 4, 8, 18
    .asciz "Xen"
    .quad pvh_start

    .bss
    .align 4096
pml4:
    .skip 4096
pointer_table:
    .skip 4096
page_directory:
    .skip 4096
page_tables:
    .skip LARGE_ARENA / 512
#else
start_user:
    mov %eax, %ecx
    mov $MARK_RUNS, %eax
    mov $PORT_MARK, %edx
    out %eax, %dx
    mov %ecx, %eax
    mov $stack_top, %esp
    xor %ebp, %ebp
    sub $8, %esp
    push $0
    push %eax
    call bare_main

_start:
    mov %eax, %esi
    /* Which of the two ways there is, is known only later; the other leads nowhere. */
    mov $DEBUG_RUNS, %al
    out %al, $PORT_DEBUG
    mov $MARK_RUNS, %eax
    mov $PORT_MARK, %edx
    out %eax, %dx
    cli
    cld
    mov $stack_top, %esp
    lgdt gdt_pointer
    ljmp $0x08, $1f
1:  mov $0x10, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov %eax, %fs
    mov %eax, %gs

    /* SSE: CR0.EM off, CR0.MP on; CR4.OSFXSR and OSXMMEXCPT on. */
    mov %cr0, %eax
    and $~4, %eax
    or $2, %eax
    mov %eax, %cr0
    mov %cr4, %eax
    or $0x600, %eax
    mov %eax, %cr4
    fninit

    /* Identity-map [0, IDENTITY_END) by 4 KiB pages: user, writable, present. */
    mov $page_tables, %edi
    mov $7, %eax
    mov $(IDENTITY_END / 4096), %ecx
2:  mov %eax, (%edi)
    add $4, %edi
    add $4096, %eax
    dec %ecx
    jnz 2b
    mov $page_directory, %edi
    mov $(page_tables + 7), %eax
    mov $(IDENTITY_END / 0x400000), %ecx
3:  mov %eax, (%edi)
    add $4, %edi
    add $4096, %eax
    dec %ecx
    jnz 3b
    mov $page_directory, %eax
    mov %eax, %cr3
    mov %cr0, %eax
    or $0x80010000, %eax
    mov %eax, %cr0

    /* The command line of a multiboot loader says how to reach the hypervisor: it ends with "serial", or not. */
    xor %edx, %edx
    cmp $0x2badb002, %esi
    jne 4f
    testl $4, (%ebx)
    jz 4f
    mov 16(%ebx), %eax
    call asks_for_serial
    mov %eax, %edx
4:  sub $8, %esp
    push %edx
    push $0
    call bare_main

    .section .rodata
    .align 8
gdt:
    .quad 0
    .quad 0x00cf9a000000ffff
    .quad 0x00cf92000000ffff
gdt_pointer:
    .word 23
    .long gdt

/* Multiboot 1 (GNU GRUB manual 0.6.96): magic, flags (page-aligned modules), checksum. */
    .section .multiboot, "a"
    .align 4
    .long 0x1badb002
    .long 1
    .long -(0x1badb002 + 1)

    .bss
    .align 4096
page_directory:
    .skip 4096
page_tables:
    .skip IDENTITY_END / 1024
#endif

    .bss
    .align 16
stack:
    .skip 65536
stack_top:
    .section .note.GNU-stack,"",@progbits
