/* A yardstick that shares nothing with hvbench: a multiboot image that does one thing 16 times COUNT and then ends
 * QEMU. Its time is that of the whole process; the difference of two counts leaves the start out. Sixteen to a turn: a
 * turn of TCG's code takes from 0 to 8 ns by itself, depending on where it comes to lie. */
    .code32
    .text
    /* Multiboot 1: magic, flags, checksum. */
    .long 0x1badb002
    .long 0
    .long -0x1badb002
    .globl _start
_start:
    mov $COUNT, %esi
    xor %edi, %edi
    .balign 64
1:
    .rept 16
#ifdef CPUID
    mov %edi, %eax
    mov %edi, %ecx
    cpuid
#else
    in $0x80, %al
#endif
    .endr
    sub $1, %esi
    jnz 1b
    /* isa-debug-exit */
    mov $0xf4, %edx
    out %al, %dx
    hlt

    .section .note.GNU-stack,"",@progbits
