/* Two ways into a bare guest.
 *
 * `start_user`: a VMM that set up paging, segments and registers from outside enters here at privilege
 * level 3 (IOPL 3); the first argument register holds whether the large arena is mapped (eax on i386).
 *
 * `_start` (i386): a multiboot loader enters here in protected mode, paging off; we load flat segments,
 * turn on SSE and 4 KiB paging, and stay at level 0. */
#include "layout.h"

    .text
    .globl _start
    .globl start_user

#ifdef __x86_64__
_start:
start_user:
    lea stack_top(%rip), %rsp
    xor %ebp, %ebp
    call bare_main
#else
start_user:
    mov $stack_top, %esp
    xor %ebp, %ebp
    sub $12, %esp
    push %eax
    call bare_main

_start:
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

    sub $12, %esp
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
