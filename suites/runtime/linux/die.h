/* The end of a program that cannot go on. */
#ifndef HVBENCH_DIE_H
#define HVBENCH_DIE_H

#include "syscall.h"

static inline __attribute__((noreturn)) void die(const char *message) {
    usize length = 0;
    while (message[length]) length++;
    syscall3(SYS_WRITE, 2, (long)message, (long)length);
    syscall3(SYS_EXIT, 1, 0, 0);
    __builtin_unreachable();
}

#endif
