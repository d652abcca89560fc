/* The lock of a CPU for those who measure on it from another computer. It is the one that hvbench takes for whoever measures
 * from here (core/host/cpu-lock.ts): flock on an empty file that all users may open. The kernel takes it back when this
 * process ends, however it ends. */
#include "lock.h"
#include "die.h"
#include "poll.h"
#include "syscall.h"

enum { ENOENT = 2, EAGAIN = 11, EEXIST = 17 };
enum { LOCK_EX = 2, LOCK_NB = 4, AT_EMPTY_PATH = 0x1000, STATX_INO = 0x100 };
enum { READING = 0400000 /* O_NOFOLLOW */ | 04000 /* O_NONBLOCK */ | O_CLOEXEC };
enum { STEP_NS = 200000000 };

/* struct statx, which is the same for every ISA (Linux 4.11). */
struct status {
    u8 before[32];
    u64 inode;
    u8 between[96];
    u32 major, minor;
    u8 behind[112];
};

/* Not with O_CREAT alone: in a folder like /tmp the kernel may refuse that for another user's file (fs.protected_regular). */
static long open_shared(const char *path) {
    long file = -EEXIST;
    for (int attempt = 0; attempt < 5 && file == -EEXIST; attempt++) {
        file = syscall6(SYS_OPENAT, AT_FDCWD, (long)path, READING, 0, 0, 0);
        if (file == -ENOENT) file = syscall6(SYS_OPENAT, AT_FDCWD, (long)path, READING | O_CREAT | O_EXCL, 0444, 0, 0);
    }
    return file;
}

/* Whether PATH still leads to it: a file that was cleared away meanwhile keeps nobody out. */
static int is_still(long file, const char *path) {
    struct status own, there;
    if (syscall6(SYS_STATX, file, (long)"", AT_EMPTY_PATH, STATX_INO, (long)&own, 0) < 0)
        die("hvbench: this kernel does not tell files apart (Linux 4.11 does)\n");
    if (syscall6(SYS_STATX, AT_FDCWD, (long)path, 0, STATX_INO, (long)&there, 0) < 0) return 0;
    return own.inode == there.inode && own.major == there.major && own.minor == there.minor;
}

static void tell(const char *word) { syscall3(SYS_WRITE, 1, (long)word, 5); }

void hold(const char *path) {
    syscall3(SYS_UMASK, 0, 0, 0);
    for (int told = 0;;) {
        long file = open_shared(path);
        if (file < 0) die("hvbench: no lock can be made there\n");
        long taken = syscall3(SYS_FLOCK, file, LOCK_EX | LOCK_NB, 0);
        if (taken == 0 && is_still(file, path)) {
            tell("held\n");
            while (!hung_up(-1)) {}
            /* While it is locked: nobody else has it, and whoever waits for it sees that it is gone. */
            syscall3(SYS_UNLINKAT, AT_FDCWD, (long)path, 0);
            break;
        }
        if (taken < 0 && taken != -EAGAIN) die("hvbench: that file system has no locks\n");
        if (taken < 0 && !told) {
            tell("busy\n");
            told = 1;
        }
        syscall3(SYS_CLOSE, file, 0, 0);
        if (hung_up(STEP_NS)) break;
    }
    syscall3(SYS_EXIT, 0, 0, 0);
    __builtin_unreachable();
}
