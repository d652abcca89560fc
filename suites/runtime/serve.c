/* The command loop, the same in every runtime. */
#include "platform.h"

#define PAGE 4096

extern const struct workload workload_table_start[], workload_table_end[];

/* Both in stack.S, which runtimes without workloads go without. */
extern u8 workload_stack_top[] __attribute__((weak));
u64 run_on_stack(u64 (*run)(struct context *, u32), struct context *context, u32 iterations, u8 *top) __attribute__((weak));

static const struct workload *prepared;
/* Where the stack of its batches begins, below the top; a multiple of 16. */
static u32 stack_offset;

static int same_name(const char *a, const char *b) {
    for (u32 i = 0; i < sizeof prepared->name; i++) {
        if (a[i] != b[i]) return 0;
        if (a[i] == 0) return 1;
    }
    return 1;
}

static u64 rdtsc(void) {
    u32 low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return ((u64)high << 32) | low;
}

static void cpuid(u32 leaf, u32 out[4]) {
    __asm__ volatile("cpuid" : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3]) : "a"(leaf), "c"(0));
}

static void copy_text(char *to, u32 a, u32 b, u32 c) {
    u32 words[3] = {a, b, c};
    for (u32 i = 0; i < 12; i++) to[i] = (char)(words[i / 4] >> (8 * (i % 4)));
}

/* Scans the hypervisor leaves in steps of 0x100, since a hypervisor may announce itself above another
 * (Linux does the same in hypervisor_cpuid_base). Without the hypervisor bit these leaves mean nothing. */
static void identify(struct reply *reply) {
    struct identity *identity = (struct identity *)reply->payload;
    u32 r[4];
    cpuid(0, r);
    identity->max_leaf = r[0];
    copy_text(identity->vendor, r[1], r[3], r[2]);
    cpuid(1, r);
    identity->leaf1_eax = r[0];
    identity->leaf1_ecx = r[2];
    if (!(r[2] >> 31)) return;
    u32 found = 0;
    for (u32 base = 0x40000000u; base < 0x40001000u && found < 4; base += 0x100) {
        cpuid(base, r);
        /* A maximum leaf outside its own hundred is the CPU's answer to a leaf it does not know. */
        if (r[0] != 0 && (r[0] < base || r[0] >= base + 0x100)) continue;
        if (r[1] == 0) continue;
        identity->signatures[found].base = base;
        copy_text(identity->signatures[found].text, r[1], r[2], r[3]);
        found++;
    }
}

static void read_record(const struct context *context, u64 from, struct record_part *part) {
    if (!context->record || from >= context->record_bytes) return;
    usize left = context->record_bytes - (usize)from;
    part->count = left < sizeof part->bytes ? (u32)left : sizeof part->bytes;
    for (u32 i = 0; i < part->count; i++) part->bytes[i] = context->record[from + i];
}

u32 prepare_workload(struct context *context, const struct command *command) {
    prepared = NULL;
    stack_offset = command->stack_offset & (PAGE - 16);
    if (context->release) context->release(context);
    context->release = NULL;
    context->partner = 0;
    context->record = NULL;
    for (const struct workload *w = workload_table_start; w < workload_table_end; w++) {
        if (!same_name(w->name, command->name)) continue;
        context->seed = command->seed;
        context->argument = command->argument;
        if (w->prepare && w->prepare(context) != 0) return STATUS_REFUSED;
        prepared = w;
        return STATUS_OK;
    }
    return STATUS_UNKNOWN_WORKLOAD;
}

u32 run_batch(struct context *context, u32 iterations, struct reply *reply) {
    if (!prepared) return STATUS_NOT_PREPARED;
    if (prepared->before && prepared->before(context, iterations) != 0) return STATUS_REFUSED;
    platform_begin(reply);
    reply->tsc_begin = rdtsc();
    reply->checksum = workload_stack_top
                          ? run_on_stack(prepared->run, context, iterations, workload_stack_top - stack_offset)
                          : prepared->run(context, iterations);
    reply->tsc_end = rdtsc();
    platform_end(reply);
    return STATUS_OK;
}

void serve(struct context *context) {
    static struct command command;
    static struct reply reply;
    reply.operation = OP_HELLO;
    for (;;) {
        reply.magic = REPLY_MAGIC;
        platform_exchange(&reply, &command);
        __builtin_memset(&reply, 0, sizeof reply);
        reply.operation = command.operation;
        switch (command.operation) {
        case OP_IDENTIFY:
            identify(&reply);
            break;
        case OP_PREPARE:
            context->refusal = NULL;
            reply.status = prepare_workload(context, &command);
            if (context->refusal)
                for (u32 i = 0; i < sizeof reply.payload - 1 && context->refusal[i]; i++)
                    reply.payload[i] = (u8)context->refusal[i];
            break;
        case OP_RUN:
            reply.status = run_batch(context, command.iterations, &reply);
            break;
        case OP_READ:
            read_record(context, command.argument, (struct record_part *)reply.payload);
            break;
        default:
            reply.status = STATUS_UNKNOWN_OPERATION;
        }
    }
}
