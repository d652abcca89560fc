/* The functions that a C compiler may call of its own accord, also in freestanding code. */
#include "abi.h"

void *memcpy(void *restrict target, const void *restrict source, usize bytes) {
    u8 *to = target;
    const u8 *from = source;
    for (usize i = 0; i < bytes; i++)
        to[i] = from[i];
    return target;
}

void *memmove(void *target, const void *source, usize bytes) {
    u8 *to = target;
    const u8 *from = source;
    if ((uptr)to <= (uptr)from) {
        for (usize i = 0; i < bytes; i++)
            to[i] = from[i];
    } else {
        for (usize i = bytes; i > 0; i--)
            to[i - 1] = from[i - 1];
    }
    return target;
}

void *memset(void *target, int value, usize bytes) {
    u8 *to = target;
    for (usize i = 0; i < bytes; i++)
        to[i] = (u8)value;
    return target;
}

int memcmp(const void *left, const void *right, usize bytes) {
    const u8 *a = left;
    const u8 *b = right;
    for (usize i = 0; i < bytes; i++) {
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    }
    return 0;
}
