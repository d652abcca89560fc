/* A guest's way to its hypervisor by ports, for its first process. A process does port I/O itself where it may, since that
 * costs least at a mark. With KERNEL_PORTS defined, the kernel does it on its behalf (/dev/port) where it may not: kernels
 * are built without iopl, and QEMU's translator refuses the bitmap of ports (TSS) of a guest of a guest. */
#ifndef HVBENCH_PORT_WAY_H
#define HVBENCH_PORT_WAY_H

#include "../bare/port-io.h"
#include "die.h"
#include "syscall.h"

/* The CPU lets a process do port I/O at this level alone. Linux keeps a bitmap for such a process and pays for it at
 * every change of processes, so it has the right no longer than it needs it. */
static void port_io(long level) { syscall3(SYS_IOPL, level, 0, 0); }

#ifdef KERNEL_PORTS

/* Where in struct ucontext the instruction pointer is, in words (Linux: arch/x86/include/uapi/asm/sigcontext.h): flags, link,
 * three of the stack, registers. */
enum { SIGSEGV = 11, POINTER_WORD = 5 + NUMBER(16, 14) };

/* The kernel's file of ports; -1 where this process uses them itself. */
static long port_file = -1;
static volatile u32 refused;

void ports_signal_return(void);
#ifdef __x86_64__
__asm__(".text\n.globl ports_signal_return\nports_signal_return: mov $15, %eax\n\tsyscall");
#else
__asm__(".text\n.globl ports_signal_return\nports_signal_return: mov $173, %eax\n\tint $0x80");
#endif

static void skip_input(int signal, void *information, uptr *context) {
    (void)signal;
    (void)information;
    refused = 1;
    context[POINTER_WORD] += 1; /* `in` from the port in dx is one byte */
}

static void on_fault(void *handler) {
    struct action action = {handler, SA_SIGINFO | SA_RESTORER, ports_signal_return, {0}};
    syscall6(SYS_RT_SIGACTION, SIGSEGV, (long)&action, 0, sizeof action.mask, 0, 0);
}

/* The last words of a guest that has no way to say them: the kernel prints them. */
static __attribute__((noreturn)) void die_without_way(void) {
    static const char why[] = "<3>guest: neither a process nor the kernel on its behalf (/dev/port) may use ports\n";
    long log = syscall6(SYS_OPENAT, AT_FDCWD, (long)"/dev/kmsg", O_WRONLY, 0, 0, 0);
    syscall3(SYS_WRITE, log, (long)why, sizeof why - 1);
    die("");
}

/* Tried, not assumed. */
static void ports_open(void) {
    on_fault((void *)skip_input);
    port_io(3);
    in8(PORT_SERIAL + SERIAL_STATUS);
    port_io(0);
    on_fault(NULL);
    if (!refused) return;
    port_file = syscall6(SYS_OPENAT, AT_FDCWD, (long)"/dev/port", O_RDWR | O_CLOEXEC, 0, 0, 0);
    if (port_file < 0) die_without_way();
}

static void ports_take(void) {
    if (port_file < 0) port_io(3);
}

static void ports_give_back(void) {
    if (port_file < 0) port_io(0);
}

/* A read or write of several bytes would go on to the next ports. */
static u8 file_in8(u16 port) {
    u8 value = 0;
    if (syscall6(SYS_PREAD64, port_file, (long)&value, 1, port, 0, 0) != 1) die("guest: cannot read a port\n");
    return value;
}

static void file_out8(u16 port, u8 value) {
    if (syscall6(SYS_PWRITE64, port_file, (long)&value, 1, port, 0, 0) != 1) die("guest: cannot write to a port\n");
}

static void ports_enable(void) {
    if (port_file < 0) serial_enable();
    else file_out8(PORT_SERIAL + SERIAL_FIFO, 1);
}

static void ports_send(const void *bytes, usize count) {
    if (port_file < 0) debug_write(bytes, count);
    else for (usize i = 0; i < count; i++) file_out8(PORT_DEBUG, ((const u8 *)bytes)[i]);
}

static void ports_receive(void *to, usize bytes) {
    if (port_file < 0) {
        serial_fetch(to, bytes);
        return;
    }
    for (usize i = 0; i < bytes; i++) {
        while (!(file_in8(PORT_SERIAL + SERIAL_STATUS) & SERIAL_RECEIVED)) {
        }
        ((u8 *)to)[i] = file_in8(PORT_SERIAL);
    }
}

/* What a result says of it: nothing of the usual way. */
static const char *ports_note(void) { return port_file < 0 ? "" : " by /dev/port"; }

#else

static void ports_open(void) {}
static void ports_take(void) { port_io(3); }
static void ports_give_back(void) { port_io(0); }
static void ports_enable(void) { serial_enable(); }
static void ports_send(const void *bytes, usize count) { debug_write(bytes, count); }
static void ports_receive(void *to, usize bytes) { serial_fetch(to, bytes); }
static const char *ports_note(void) { return ""; }

#endif
#endif
