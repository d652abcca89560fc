/* The frames that a machine and the tool exchange: little-endian, fixed size, the same over a pipe and
 * over a port. core/guest/protocol.ts is the other side; docs/protocol.md describes both. */
#ifndef HVBENCH_PROTOCOL_H
#define HVBENCH_PROTOCOL_H

#include "abi.h"

#define COMMAND_MAGIC 0x31435648u /* "HVC1" */
#define REPLY_MAGIC 0x31525648u   /* "HVR1" */

/* Where replies and marks share one way, each begins with one of these bytes. */
#define MARK_BEGIN 1
#define MARK_END 2
#define MARK_REPLY 4
/* A third one, that nobody answers, is what a bare guest begins with: DEBUG_RUNS in bare/ports.h. */

enum operation { OP_HELLO = 0, OP_IDENTIFY = 1, OP_PREPARE = 2, OP_RUN = 3, OP_READ = 4 };

enum status {
    STATUS_OK = 0,
    STATUS_UNKNOWN_WORKLOAD = 1,
    STATUS_REFUSED = 2, /* prepare or before said that this machine cannot */
    STATUS_NOT_PREPARED = 3,
    STATUS_UNKNOWN_OPERATION = 4,
};

struct command {
    u32 magic;
    u32 operation;
    u32 iterations;
    u32 seed;
    u64 argument;
    u32 stack_offset; /* bytes below its top at which the stack of a workload's batches begins */
    u8 reserved[4];
    char name[32];
};

struct reply {
    u32 magic;
    u32 operation;
    u32 status;
    u32 reserved;
    u64 checksum;
    u64 host_begin; /* CLOCK_MONOTONIC of the host, ns; a guest leaves these three to its hypervisor */
    u64 host_end;
    u64 cpu_ns;
    u64 tsc_begin;
    u64 tsc_end;
    u8 payload[96];
};

/* Where in the payload of OP_RUN a guest with an operating system puts its own CLOCK_MONOTONIC, ns, as it was just
 * before the batch began. */
#define GUEST_CLOCK 80

/* What OP_READ puts into the payload: what the last batch left, from byte `argument` on; fewer bytes than fit are its end. */
struct record_part {
    u32 count;
    u8 bytes[92];
};

/* What OP_IDENTIFY puts into the payload: the CPU as seen from inside. */
struct identity {
    u32 max_leaf;
    char vendor[12];
    u32 leaf1_eax;
    u32 leaf1_ecx;
    struct signature {
        u32 base; /* CPUID leaf, 0x40000000 + n * 0x100; 0: no entry */
        char text[12];
    } signatures[4];
};

_Static_assert(sizeof(struct command) == 64, "command frame");
_Static_assert(sizeof(struct reply) == 160, "reply frame");
_Static_assert(sizeof(struct record_part) <= 96, "a part of a record fits the payload");
_Static_assert(sizeof(struct identity) <= 96, "identity fits the payload");

#endif
