/* A library that is loaded into User Mode Linux (LD_PRELOAD) where the CPU keeps more state for a process than it knows of
 * (AMX, from Sapphire Rapids on): it hands back as many bytes of a process's extended state as it has room for, and Linux
 * takes only all of them at once. What it left out belongs to units that its processes have never used, and that the header
 * of the state, which it hands back, says so of: zeroes. */
#include "../linux/syscall.h"

enum { SYS_PTRACE = 101, PTRACE_GETREGSET = 0x4204, PTRACE_SETREGSET = 0x4205, NT_X86_XSTATE = 0x202 };
enum { EFAULT = 14 };

struct part {
    void *base;
    usize bytes;
};

/* The libc that it is loaded beside. */
int *__errno_location(void);

/* More than any CPU has (AMX: 11 KiB). */
static u8 whole[65536] __attribute__((aligned(64)));
/* How much the kernel takes; 0 until it is known. */
static usize needed;

static long hand_back(long process, const struct part *state) {
    if (needed == 0) {
        struct part all = {whole, sizeof whole};
        long result = syscall6(SYS_PTRACE, PTRACE_GETREGSET, process, NT_X86_XSTATE, (long)&all, 0, 0);
        if (result < 0) return result;
        needed = all.bytes;
        for (usize i = 0; i < sizeof whole; i++) whole[i] = 0;
    }
    if (state->bytes > needed) return -EFAULT;
    for (usize i = 0; i < state->bytes; i++) whole[i] = ((const u8 *)state->base)[i];
    struct part all = {whole, needed};
    return syscall6(SYS_PTRACE, PTRACE_SETREGSET, process, NT_X86_XSTATE, (long)&all, 0, 0);
}

/* As glibc's: requests that read a word give it as their result. */
long ptrace(int request, long process, long address, long data) {
    long word;
    int peeks = request >= 1 && request <= 3;
    long result = request == PTRACE_SETREGSET && address == NT_X86_XSTATE
                      ? hand_back(process, (const struct part *)data)
                      : syscall6(SYS_PTRACE, request, process, address, peeks ? (long)&word : data, 0, 0);
    if (result < 0) {
        *__errno_location() = (int)-result;
        return -1;
    }
    if (!peeks) return result;
    *__errno_location() = 0;
    return word;
}
