/* The bare runtime: no operating system. Three ports lead to a hypervisor that hvbench can give devices of its own;
 * to any other, a debug console and a serial line. */
#include "../packed.h"
#include "../platform.h"
#include "bare.h"
#include "layout.h"
#include "port-io.h"

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
static u32 over_serial;

static inline void out32(u16 port, u32 value) {
    __asm__ volatile("outl %0, %1" : : "a"(value), "d"(port) : "memory");
}

/* The hypervisor's process reads its clocks, and answers. */
static void mark(u8 which) {
    debug_write(&which, 1);
    serial_read();
}

void platform_exchange(const struct reply *reply, struct command *command) {
    if (over_serial) {
        static u8 packed[PACKED_REPLY_BYTES];
        debug_write(packed, pack_reply(reply, packed));
        read_command(command, serial_fetch);
        return;
    }
    exchange.reply = *reply;
    out32(PORT_EXCHANGE, (u32)(uptr)&exchange);
    *command = exchange.command;
}

void platform_begin(struct reply *reply) {
    (void)reply;
    if (over_serial) mark(MARK_BEGIN);
    else out32(PORT_MARK, 0);
}

void platform_end(struct reply *reply) {
    (void)reply;
    if (over_serial) mark(MARK_END);
    else out32(PORT_MARK, 1);
}

static int discard(struct context *unused, void *base, usize bytes) {
    (void)unused;
    if (over_serial) return -1;
    request.base = (uptr)base;
    request.bytes = bytes;
    request.result = 1;
    out32(PORT_DISCARD, (u32)(uptr)&request);
    return request.result == 0 ? 0 : -1;
}

#ifdef __i386__
/* Called by start.S on a boot loader's command line, which may begin with the image's path. */
__attribute__((regparm(1))) u32 asks_for_serial(const char *line) {
    static const char word[] = "serial";
    usize length = 0;
    while (line[length]) length++;
    if (length < sizeof word - 1) return 0;
    const char *end = line + length - (sizeof word - 1);
    for (usize i = 0; i < sizeof word - 1; i++)
        if (end[i] != word[i]) return 0;
    return 1;
}
#endif

/* All ways in end here. */
void bare_main(u32 has_large_pages, u32 serial) {
    static struct context context;
    over_serial = serial;
    if (serial) serial_enable();
    context.guest = 1;
    context.small = (struct arena){(u8 *)SMALL_ARENA, SMALL_ARENA_SIZE};
    context.large = (struct arena){(u8 *)LARGE_ARENA, has_large_pages ? LARGE_ARENA_SIZE : 0};
    context.discard = discard;
    serve(&context);
}
