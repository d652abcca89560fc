/* The bare runtime: no operating system; three ports lead to the hypervisor. */
#include "../platform.h"
#include "layout.h"
#include "ports.h"

struct exchange {
    struct reply reply;
    struct command command;
};

struct discard {
    u64 base, bytes;
    u32 result; /* 0: done */
    u32 reserved;
};

static volatile struct exchange exchange;
static volatile struct discard request;

static inline void out32(u16 port, u32 value) {
    __asm__ volatile("outl %0, %1" : : "a"(value), "d"(port) : "memory");
}

void platform_exchange(const struct reply *reply, struct command *command) {
    exchange.reply = *reply;
    out32(PORT_EXCHANGE, (u32)(uptr)&exchange);
    *command = exchange.command;
}

void platform_begin(struct reply *reply) {
    (void)reply;
    out32(PORT_MARK, 0);
}

void platform_end(struct reply *reply) {
    (void)reply;
    out32(PORT_MARK, 1);
}

static int discard(struct context *unused, void *base, usize bytes) {
    (void)unused;
    request.base = (uptr)base;
    request.bytes = bytes;
    request.result = 1;
    out32(PORT_DISCARD, (u32)(uptr)&request);
    return request.result == 0 ? 0 : -1;
}

/* Both starts end here, with paging on and a stack. `has_large_pages`: the large arena is mapped. */
__attribute__((noreturn)) void bare_main(u32 has_large_pages) {
    static struct context context;
    context.guest = 1;
    context.small = (struct arena){(u8 *)SMALL_ARENA, SMALL_ARENA_SIZE};
    context.large = (struct arena){(u8 *)LARGE_ARENA, has_large_pages ? LARGE_ARENA_SIZE : 0};
    context.discard = discard;
    serve(&context);
}
