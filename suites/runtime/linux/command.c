/* Runs commands: each batch is one run, from before it is started until it has ended. */
#include "command.h"
#include "../platform.h"
#include "die.h"
#include "linux.h"
#include "privileges.h"
#include "syscall.h"

enum { O_RDONLY = 0, O_NONBLOCK = 04000 };
enum { POLLIN = 1, SIGKILL = 9, EAGAIN = 11, EINTR = 4 };
enum { COMMANDS = 4, CHUNK = 1 << 16, PIPE_BYTES = 1 << 20 };

struct named {
    const char *name;
    char **argv;
};

static struct {
    u64 user, group;
    u32 groups[256];
    u64 group_count;
    u32 changes_user; /* whether this process is another user than the command is to be */
    u64 capabilities; /* those that the command keeps of its user's */
    u32 gives_up; /* whether it keeps those alone */
    u64 mask; /* permissions that new files do not get */
    struct {
        u64 resource, soft, hard;
    } limits[16];
    u64 limit_count;
    const char *folder;
    char **environment;
    struct named commands[COMMANDS];
    u32 count;
    char failure[96];
} session;

static char **chosen;

/* What is kept of an output: its beginning and its end. */
enum { HEAD = 1024, TAIL = 4096 /* a power of two: i386 divides no 64-bit numbers by itself */ };
struct output {
    u64 bytes;
    u64 digest;
    u8 head[HEAD];
    u8 tail[TAIL]; /* a ring: the byte at `bytes` modulo its size is the next to be written */
};

static struct output streams[2]; /* standard output and standard error */

/* What a batch leaves to be read; core/guest/command-record.ts is the other side. What people rarely ask for comes last. */
static struct {
    u32 how; /* 0: by itself, 1: by a signal, 2: it took too long and was killed, 3: it could not be started */
    u32 code; /* exit code, signal or error number */
    u64 user_ns, system_ns, most_resident_bytes; /* as the machine's own kernel counts */
    struct {
        u64 bytes, digest;
    } outputs[2];
    u32 kept[2]; /* bytes of each output that follow */
    u8 texts[2 * (HEAD + TAIL)];
} record;

void take_commands(struct steps *steps, const char *step) {
    for (u32 i = 0; i < sizeof session.failure; i++) session.failure[i] = steps->failure[i];
    while (step && *step) {
        if (step[0] == 'u') { /* user */
            session.changes_user = 1;
            session.user = next_number(steps);
            session.group = next_number(steps);
            session.group_count = next_number(steps);
            for (u64 i = 0; i < session.group_count; i++) {
                u32 group = (u32)next_number(steps);
                if (i < sizeof session.groups / sizeof *session.groups) session.groups[i] = group;
            }
            if (session.group_count > sizeof session.groups / sizeof *session.groups)
                session.group_count = sizeof session.groups / sizeof *session.groups;
        } else if (step[0] == 'k') { /* keep */
            session.gives_up = 1;
            session.capabilities = next_number(steps);
        } else if (step[0] == 'm') session.mask = next_number(steps); /* mask */
        else if (step[0] == 'l') { /* limits */
            session.limit_count = next_number(steps);
            if (session.limit_count > sizeof session.limits / sizeof *session.limits)
                die("command: this file of steps has too many limits\n");
            for (u64 i = 0; i < session.limit_count; i++) {
                session.limits[i].resource = next_number(steps);
                session.limits[i].soft = next_number(steps);
                session.limits[i].hard = next_number(steps);
            }
        } else if (step[0] == 'f') session.folder = next_text(steps); /* folder */
        else if (step[0] == 'e') session.environment = next_texts(steps); /* environment */
        else if (step[0] == 'c' && session.count < COMMANDS) { /* command */
            session.commands[session.count].name = next_text(steps);
            session.commands[session.count++].argv = next_texts(steps);
        } else die("command: this file of steps is damaged\n");
        step = next_text(steps);
    }
}

static u64 mix(u64 state, u64 word) {
    /* The multiplier of Knuth's linear congruential generator MMIX; the shift brings high bits down. */
    state = (state ^ word) * 6364136223846793005ull;
    return state ^ (state >> 29);
}

/* Chunks may be cut anywhere, yet the same bytes give the same digest: whole words count, and what is left over waits. */
static void digest(struct output *output, const u8 *bytes, usize count) {
    for (usize i = 0; i < count;) {
        if ((output->bytes & 7) == 0 && count - i >= 8) {
            u64 word = 0;
            __builtin_memcpy(&word, bytes + i, 8);
            output->digest = mix(output->digest, word);
            output->bytes += 8;
            i += 8;
        } else {
            /* A word that is still being filled is in the tail. */
            output->tail[output->bytes % TAIL] = bytes[i++];
            output->bytes++;
            if ((output->bytes & 7) == 0) {
                u64 word = 0;
                for (u32 back = 8; back > 0; back--)
                    word |= (u64)output->tail[(output->bytes - back) % TAIL] << (8 * (8 - back));
                output->digest = mix(output->digest, word);
            }
        }
    }
}

static void keep(struct output *output, const u8 *bytes, usize count) {
    u64 from = output->bytes;
    for (usize i = 0; i < count && from + i < HEAD; i++) output->head[from + i] = bytes[i];
    digest(output, bytes, count);
    for (usize i = count > TAIL ? count - TAIL : 0; i < count; i++) output->tail[(from + i) % TAIL] = bytes[i];
}

/* The beginning and the end of an output, without what lies between them. Returns how many bytes these are. */
static u32 excerpt(const struct output *output, u8 *to) {
    u32 length = 0;
    u64 from = 0;
    if (output->bytes > TAIL) {
        from = output->bytes - TAIL;
        while (length < HEAD && length < from) to[length] = output->head[length], length++;
    }
    for (u64 i = from; i < output->bytes; i++) to[length++] = output->tail[i % TAIL];
    return length;
}

static void finish(struct output *output) {
    u64 word = 0;
    for (u64 back = output->bytes & 7; back > 0; back--)
        word = (word << 8) | output->tail[(output->bytes - back) % TAIL];
    output->digest = mix(mix(output->digest, word), output->bytes);
}

/* Takes what is there. Returns 0 at the end of the stream. */
static int drain(struct output *output, long fd) {
    static u8 chunk[CHUNK];
    for (;;) {
        long n = syscall3(SYS_READ, fd, (long)chunk, sizeof chunk);
        if (n == -EINTR) continue;
        if (n == -EAGAIN) return 1;
        if (n <= 0) return 0;
        keep(output, chunk, (usize)n);
    }
}

static usize length_of(const char *text) {
    usize length = 0;
    while (text[length]) length++;
    return length;
}

/* Becomes a program; one that no kernel knows is a script of the shell's. Returns the error. */
static long execute(const char *path, char **argv) {
    enum { ENOEXEC = 8 };
    long result = syscall3(SYS_EXECVE, (long)path, (long)argv, (long)session.environment);
    if (result != -ENOEXEC) return result;
    usize count = 0;
    while (argv[count]) count++;
    char *shell[count + 2];
    shell[0] = "/bin/sh";
    shell[1] = (char *)path;
    for (usize i = 1; i <= count; i++) shell[i + 1] = argv[i];
    return syscall3(SYS_EXECVE, (long)shell[0], (long)shell, (long)session.environment);
}

/* Becomes the program, looked for as a shell does. Returns the error that says most. */
static long become(char **argv) {
    const char *name = argv[0];
    static char path[8192];
    for (const char *c = name; *c; c++)
        if (*c == '/') return execute(name, argv);
    const char *folders = NULL;
    for (char **variable = session.environment; *variable; variable++) {
        const char *v = *variable;
        if (v[0] == 'P' && v[1] == 'A' && v[2] == 'T' && v[3] == 'H' && v[4] == '=') folders = v + 5;
    }
    if (!folders) folders = "/usr/local/bin:/usr/bin:/bin";
    long worst = -2; /* ENOENT */
    while (*name) {
        usize at = 0;
        while (*folders && *folders != ':' && at < sizeof path / 2) path[at++] = *folders++;
        if (at == 0) path[at++] = '.';
        path[at++] = '/';
        for (usize i = 0; i <= length_of(name) && at < sizeof path; i++) path[at++] = name[i];
        path[sizeof path - 1] = 0;
        long result = execute(path, argv);
        if (result != -2 && result != -20 /* ENOTDIR */) worst = result;
        if (*folders != ':') break;
        folders++;
    }
    return worst;
}

static __attribute__((noreturn)) void start(char **argv, long output, long error, long telling) {
    long nothing = syscall6(SYS_OPENAT, AT_FDCWD, (long)"/dev/null", O_RDONLY | O_CLOEXEC, 0, 0, 0);
    long result = nothing < 0 ? nothing : 0;
    syscall3(SYS_SETSID, 0, 0, 0);
    syscall3(SYS_DUP2, nothing, 0, 0);
    syscall3(SYS_DUP2, output, 1, 0);
    syscall3(SYS_DUP2, error, 2, 0);
    syscall3(SYS_UMASK, (long)session.mask, 0, 0);
    /* What this kernel does not let anybody have, the command does without. */
    for (u64 i = 0; i < session.limit_count; i++)
        syscall6(SYS_PRLIMIT64, 0, (long)session.limits[i].resource, (long)&session.limits[i].soft, 0, 0, 0);
    if (result == 0 && session.gives_up) result = bound_capabilities(session.capabilities);
    if (result == 0 && session.changes_user) {
        result = syscall3(SYS_SETGROUPS, (long)session.group_count, (long)session.groups, 0);
        if (result == 0) result = syscall3(SYS_SETGID, (long)session.group, 0, 0);
        if (result == 0) result = syscall3(SYS_SETUID, (long)session.user, 0, 0);
    }
    if (result == 0 && session.gives_up) {
        result = keep_capabilities(session.capabilities, 0);
        if (result == 0) result = gain_nothing();
    }
    if (result == 0) result = syscall3(SYS_CHDIR, (long)session.folder, 0, 0);
    if (result == 0) result = become(argv);
    i32 failed = (i32)-result;
    syscall3(SYS_WRITE, telling, (long)&failed, sizeof failed);
    syscall3(SYS_EXIT, 127, 0, 0);
    __builtin_unreachable();
}

static long make_pipe(i32 ends[2]) {
    enum { F_SETPIPE_SZ = 1031, F_SETFL = 4 };
    long result = syscall3(SYS_PIPE2, (long)ends, O_CLOEXEC, 0);
    if (result < 0) return result;
    syscall3(SYS_FCNTL, ends[0], F_SETPIPE_SZ, PIPE_BYTES);
    return syscall3(SYS_FCNTL, ends[0], F_SETFL, O_NONBLOCK);
}

/* Waits until the child has ended or the time is over, and takes what it writes. */
static void watch(long child, const long ends[2], u64 until) {
    struct { i32 fd; short events, returned; } watched[3] = {
        {(i32)ends[0], POLLIN, 0}, {(i32)ends[1], POLLIN, 0}, {-1, POLLIN, 0}};
    watched[2].fd = (i32)syscall3(SYS_PIDFD_OPEN, child, 0, 0);
    if (watched[2].fd < 0) die("command: this kernel has no pidfd_open (Linux 5.3)\n");
    while (!watched[2].returned) {
        u64 at = now(CLOCK_MONOTONIC), left = until > at ? until - at : 0;
        if (left == 0) {
            record.how = 2;
            break;
        }
        struct { long seconds, nanoseconds; } wait = {0, (long)(left < 999999999u ? left : 999999999u)};
        syscall6(SYS_PPOLL, (long)watched, 3, (long)&wait, 0, 0, 0);
        for (u32 i = 0; i < 2; i++)
            if (watched[i].returned && !drain(&streams[i], ends[i])) watched[i].fd = -1;
    }
    syscall3(SYS_CLOSE, watched[2].fd, 0, 0);
}

/* The first process of a PID namespace ends all others in it; anywhere else this would be the whole computer. */
static void end_all(void) {
    if (syscall3(SYS_GETPID, 0, 0, 0) == 1) syscall3(SYS_KILL, -1, SIGKILL, 0);
}

static void run_command(char **argv, u64 limit_ms) {
    i32 pipes[3][2]; /* output, error, and what tells why it could not be started */
    for (u32 i = 0; i < 3; i++)
        if (make_pipe(pipes[i]) < 0) die("command: cannot make a pipe\n");
    u64 until = now(CLOCK_MONOTONIC) + limit_ms * 1000000u;
    long child = syscall3(SYS_FORK, 0, 0, 0);
    if (child == 0) start(argv, pipes[0][1], pipes[1][1], pipes[2][1]);
    for (u32 i = 0; i < 3; i++) syscall3(SYS_CLOSE, pipes[i][1], 0, 0);
    if (child < 0) {
        record.how = 3;
        record.code = (u32)-child;
    } else {
        long ends[2] = {pipes[0][0], pipes[1][0]};
        i32 status = 0, failed = 0;
        long usage[18] = {0};
        watch(child, ends, until);
        if (record.how == 2) end_all();
        while (syscall6(SYS_WAIT4, child, (long)&status, 0, (long)usage, 0, 0) == -EINTR) continue;
        for (u32 i = 0; i < 2; i++) drain(&streams[i], ends[i]);
        record.user_ns = (u64)usage[0] * 1000000000u + (u64)usage[1] * 1000u;
        record.system_ns = (u64)usage[2] * 1000000000u + (u64)usage[3] * 1000u;
        record.most_resident_bytes = (u64)usage[4] * 1024;
        if (record.how == 0) {
            record.how = status & 0x7f ? 1 : 0;
            record.code = (u32)(status & 0x7f ? status & 0x7f : (status >> 8) & 0xff);
        }
        if (syscall3(SYS_READ, pipes[2][0], (long)&failed, sizeof failed) == (long)sizeof failed) {
            record.how = 3;
            record.code = (u32)failed;
        }
        end_all();
        while (syscall6(SYS_WAIT4, -1, 0, 1 /* WNOHANG */, 0, 0, 0) > 0) continue;
    }
    for (u32 i = 0; i < 3; i++) syscall3(SYS_CLOSE, pipes[i][0], 0, 0);
}

static int prepare(struct context *context, const char *name) {
    context->record = (const u8 *)&record;
    context->record_bytes = 0;
    if (session.failure[0]) {
        context->refusal = session.failure;
        return -1;
    }
    for (u32 i = 0; i < session.count; i++)
        if (session.commands[i].name[0] == name[0]) {
            chosen = session.commands[i].argv;
            return 0;
        }
    return -1;
}

static int before(struct context *context, u32 iterations) {
    (void)context;
    (void)iterations;
    __builtin_memset(&record, 0, sizeof record);
    __builtin_memset(streams, 0, sizeof streams);
    return 0;
}

/* The argument is how long it may take, ms. */
static u64 run(struct context *context, u32 iterations) {
    if (iterations == 0) return 0;
    run_command(chosen, context->argument);
    u32 length = 0;
    for (u32 i = 0; i < 2; i++) {
        length += record.kept[i] = excerpt(&streams[i], record.texts + length);
        finish(&streams[i]);
        record.outputs[i].bytes = streams[i].bytes;
        record.outputs[i].digest = streams[i].digest;
    }
    context->record_bytes = __builtin_offsetof(__typeof__(record), texts) + length;
    return mix(mix(streams[0].digest, record.how), record.code);
}

static int prepare_setup(struct context *context) { return prepare(context, "setup"); }
static int prepare_before(struct context *context) { return prepare(context, "before"); }
static int prepare_command(struct context *context) { return prepare(context, "command"); }
WORKLOAD(setup_workload, "command/setup", prepare_setup, before, run);
WORKLOAD(before_workload, "command/before", prepare_before, before, run);
WORKLOAD(command_workload, "command/command", prepare_command, before, run);
