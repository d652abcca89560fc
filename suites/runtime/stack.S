/* Workloads run on a stack of their own: at the same address in every runtime, so that where it lies, which may be worth
 * several per cent to code that calls and returns, is the same on both sides of a ratio. */
    /* With contents: Linux 6.1 does not start a program that has a segment of nothing but zeroes between others. */
    .section .workload_stack, "aw", @progbits
    .skip 0x10000
    .globl workload_stack_top
workload_stack_top:

/* u64 run_on_stack(run, context, iterations, top): returns what run(context, iterations) does. */
    .text
    .globl run_on_stack
run_on_stack:
#ifdef __x86_64__
    push %rbp
    mov %rsp, %rbp
    mov %rcx, %rsp
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %edx, %esi
    call *%rax
    mov %rbp, %rsp
    pop %rbp
    ret
#else
    push %ebp
    mov %esp, %ebp
    mov 8(%ebp), %eax
    mov 12(%ebp), %ecx
    mov 16(%ebp), %edx
    mov 20(%ebp), %esp
    sub $8, %esp
    push %edx
    push %ecx
    call *%eax
    mov %ebp, %esp
    pop %ebp
    ret
#endif
    .section .note.GNU-stack,"",@progbits
