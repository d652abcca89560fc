/* Port I/O, and the two devices of a guest whose hypervisor hvbench can give none of its own. */
#ifndef HVBENCH_PORT_IO_H
#define HVBENCH_PORT_IO_H

#include "../abi.h"
#include "ports.h"

static inline void out8(u16 port, u8 value) {
    __asm__ volatile("outb %0, %1" : : "a"(value), "d"(port) : "memory");
}

static inline u8 in8(u16 port) {
    u8 value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "d"(port) : "memory");
    return value;
}

/* Room for 16 received bytes, not one. */
static inline void serial_enable(void) { out8(PORT_SERIAL + SERIAL_FIFO, 1); }

static inline u8 serial_read(void) {
    while (!(in8(PORT_SERIAL + SERIAL_STATUS) & SERIAL_RECEIVED)) {
    }
    return in8(PORT_SERIAL);
}

static inline void serial_fetch(void *to, usize bytes) {
    for (usize i = 0; i < bytes; i++) ((u8 *)to)[i] = serial_read();
}

/* A debug console takes a byte whenever it is given one; no state has to be asked for. */
static inline void debug_write(const void *bytes, usize count) {
    __asm__ volatile("rep outsb" : "+S"(bytes), "+c"(count) : "d"((u16)PORT_DEBUG) : "memory");
}

#endif
