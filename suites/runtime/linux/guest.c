/* The way from a process of a Linux guest to the process that runs the guest. */
#include "guest.h"
#include "../packed.h"
#include "die.h"
#include "port-way.h"
#include "syscall.h"

/* A terminal's file; -1 where port I/O is the way. */
static long terminal = -1;

/* As for an interactive program that wants bytes as they are. */
static void make_raw(long file) {
    enum { TCGETS = 0x5401, TCSETS = 0x5402, VTIME = 5, VMIN = 6 };
    struct { u32 input, output, control, local; u8 line, characters[19]; } settings; /* the kernel's struct termios */
    syscall3(SYS_IOCTL, file, TCGETS, (long)&settings);
    settings.input = settings.output = settings.local = 0;
    settings.characters[VTIME] = 0;
    settings.characters[VMIN] = 1;
    if (syscall3(SYS_IOCTL, file, TCSETS, (long)&settings) != 0) die("guest: its way to the tool is no terminal\n");
}

static void send(const void *bytes, usize count) {
    if (terminal < 0) {
        ports_send(bytes, count);
        return;
    }
    for (usize done = 0; done < count;) {
        long n = syscall3(SYS_WRITE, terminal, (long)bytes + (long)done, (long)(count - done));
        if (n <= 0) die("guest: cannot write to the tool\n");
        done += (usize)n;
    }
}

static void receive(void *bytes, usize count) {
    if (terminal < 0) {
        ports_receive(bytes, count);
        return;
    }
    for (usize done = 0; done < count;) {
        long n = syscall3(SYS_READ, terminal, (long)bytes + (long)done, (long)(count - done));
        if (n <= 0) die("guest: cannot read from the tool\n");
        done += (usize)n;
    }
}

void guest_enter(const char *way) {
    syscall3(SYS_MKDIR, (long)"/dev", 0755, 0);
    syscall6(SYS_MOUNT, (long)"devtmpfs", (long)"/dev", (long)"devtmpfs", 0, 0, 0);
    if (way[0] == '/') {
        terminal = syscall6(SYS_OPENAT, AT_FDCWD, (long)way, O_RDWR | O_NOCTTY | O_CLOEXEC, 0, 0, 0);
        if (terminal < 0) die("guest: cannot open its way to the tool\n");
        make_raw(terminal);
    } else {
        ports_open();
        ports_take();
        ports_enable();
        ports_give_back();
    }
    /* Says that user space has begun. */
    guest_mark(MARK_BEGIN);
}

void guest_mark(u8 which) {
    u8 answer;
    if (terminal < 0) ports_take();
    send(&which, 1);
    receive(&answer, 1);
    if (terminal < 0) ports_give_back();
}

/* What this kernel calls itself, "Linux 6.1.0", and the way if it is not the usual one. */
static void describe(u8 *text, usize size) {
    enum { FIELD = 65 };
    char names[6][FIELD]; /* struct new_utsname: system, node, release, … */
    usize length = 0;
    syscall3(SYS_UNAME, (long)names, 0, 0);
    for (u32 part = 0; part <= 2; part += 2) {
        if (part > 0 && length < size) text[length++] = ' ';
        for (const char *from = names[part]; *from && length < size; from++) text[length++] = (u8)*from;
    }
    for (const char *from = ports_note(); *from && length < size; from++) text[length++] = (u8)*from;
}

void guest_exchange(const struct reply *reply, struct command *command) {
    struct reply sent = *reply;
    if (sent.operation == OP_HELLO) describe(sent.payload, sizeof sent.payload - 1);
    if (terminal < 0) ports_take();
    u8 packed[PACKED_REPLY_BYTES];
    send(packed, pack_reply(&sent, packed));
    read_command(command, receive);
    if (terminal < 0) ports_give_back();
    if (command->magic != COMMAND_MAGIC) die("guest: a command frame without its magic number\n");
}
