/* The kernel leaves argc at the top of the stack. */
    .text
    .globl _start
_start:
#ifdef __x86_64__
    xor %ebp, %ebp
    mov %rsp, %rdi
    and $-16, %rsp
    call linux_main
#else
    xor %ebp, %ebp
    mov %esp, %eax
    and $-16, %esp
    sub $12, %esp
    push %eax
    call linux_main
#endif
    .section .note.GNU-stack,"",@progbits
