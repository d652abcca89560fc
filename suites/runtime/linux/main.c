/* The Linux runtime of the suites: a static program that serves commands; as the first process of a guest, over the way
 * to the guest's hypervisor that its one argument names; with five arguments it loops over one workload by itself, which
 * shows what serving costs. */
#include "../platform.h"
#include "die.h"
#include "guest.h"
#include "layout.h"
#include "linux.h"
#include "syscall.h"

enum { PROT_READ_WRITE = 3, MAP_FLAGS = 0x104022 /* PRIVATE | ANONYMOUS | FIXED_NOREPLACE | NORESERVE */ };
enum { MADV_DONTNEED = 4, MADV_HUGEPAGE = 14, MADV_NOHUGEPAGE = 15 };

static int discard(struct context *unused, void *base, usize bytes) {
    (void)unused;
    return syscall3(SYS_MADVISE, (long)base, (long)bytes, MADV_DONTNEED) == 0 ? 0 : -1;
}

static struct arena map_arena(uptr base, usize size, long advice) {
    struct arena none = {NULL, 0}, arena = {(u8 *)base, size};
    if (syscall6(SYS_MMAP, (long)base, (long)size, PROT_READ_WRITE, MAP_FLAGS, -1, 0) != (long)base) return none;
    /* A kernel without transparent huge pages refuses both advices: then all pages are 4 KiB. */
    if (syscall3(SYS_MADVISE, (long)base, (long)size, advice) != 0 && advice == MADV_HUGEPAGE) return none;
    return arena;
}

static u64 parse(const char *text) {
    u64 value = 0;
    for (; *text >= '0' && *text <= '9'; text++) value = value * 10 + (u64)(*text - '0');
    return value;
}

static void print(u64 value) {
    char text[24];
    /* 64-bit division is not there on i386 without a support library: subtract powers instead. */
    static const u64 powers[] = {10000000000000000000ull, 1000000000000000000ull, 100000000000000000ull,
                                 10000000000000000ull, 1000000000000000ull, 100000000000000ull,
                                 10000000000000ull, 1000000000000ull, 100000000000ull, 10000000000ull,
                                 1000000000ull, 100000000ull, 10000000ull, 1000000ull, 100000ull, 10000ull,
                                 1000ull, 100ull, 10ull, 1ull};
    u32 length = 0, started = 0;
    for (u32 i = 0; i < sizeof powers / sizeof *powers; i++) {
        u32 digit = 0;
        while (value >= powers[i]) value -= powers[i], digit++;
        started |= digit || powers[i] == 1;
        if (started) text[length++] = (char)('0' + digit);
    }
    text[length++] = '\n';
    transfer(SYS_WRITE, 1, text, length);
}

/* NAME ITERATIONS SEED ARGUMENT BATCHES: prints the nanoseconds of each batch, one a line. */
static void loop_alone(char **argv) {
    static struct command command;
    static struct reply reply;
    for (u32 i = 0; i < sizeof command.name - 1 && argv[1][i]; i++) command.name[i] = argv[1][i];
    command.seed = (u32)parse(argv[3]);
    command.argument = parse(argv[4]);
    if (prepare_workload(&context, &command) != STATUS_OK) die("native runtime: cannot prepare that workload\n");
    for (u64 batches = parse(argv[5]); batches > 0; batches--) {
        if (run_batch(&context, (u32)parse(argv[2]), &reply) != STATUS_OK) die("native runtime: cannot run that workload\n");
        print(reply.host_end - reply.host_begin);
    }
}

__attribute__((noreturn)) void linux_main(long *stack) {
    began = now(CLOCK_MONOTONIC);
    long argc = stack[0];
    /* The last word is ours: those before it are what the kernel did not know. */
    if (argc > 1 && argc != 6) {
        guest_enter((const char *)stack[argc]);
        context.guest = 1;
    }
    context.small = map_arena(SMALL_ARENA, SMALL_ARENA_SIZE, MADV_NOHUGEPAGE);
    context.large = map_arena(LARGE_ARENA, LARGE_ARENA_SIZE, MADV_HUGEPAGE);
    context.discard = discard;
    if (!context.small.size) die("native runtime: cannot map the arena: is there enough address space?\n");
    if (argc == 6) {
        loop_alone((char **)(stack + 1));
        syscall3(SYS_EXIT, 0, 0, 0);
    }
    serve(&context);
}
