/* Files that come and go in a file system in memory, after lmbench's lat_fs. */
#include "linux/syscall.h"
#include "system.h"

static long folder = -1;

static void close_folder(struct context *context) {
    (void)context;
    syscall3(SYS_CLOSE, folder, 0, 0);
}

/* A tmpfs of its own that hangs nowhere, so that a killed machine leaves nothing behind; without the right to make
 * one, the system's. */
static i32 prepare_files(struct context *context) {
    enum { FSCONFIG_CMD_CREATE = 6 };
    long kind = syscall3(SYS_FSOPEN, (long)"tmpfs", 0, 0);
    if (kind >= 0) {
        syscall6(SYS_FSCONFIG, kind, FSCONFIG_CMD_CREATE, 0, 0, 0, 0);
        folder = syscall3(SYS_FSMOUNT, kind, 0, 0);
        syscall3(SYS_CLOSE, kind, 0, 0);
    }
    if (kind < 0 || folder < 0)
        folder = syscall6(SYS_OPENAT, AT_FDCWD, (long)"/dev/shm", O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
    if (folder < 0) return refuse(context, "it has no file system in memory");
    context->release = close_folder;
    return 0;
}

static u64 create_and_delete(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    /* Several machines may share the system's file system: each has a name of its own. */
    char name[] = "hvbench-00000000";
    u32 self = (u32)syscall3(SYS_GETPID, 0, 0, 0);
    for (u32 i = 0; i < 8; i++) name[sizeof name - 2 - i] = "0123456789abcdef"[(self >> (4 * i)) & 15];
    REPEAT(iterations) {
        long file = syscall6(SYS_OPENAT, folder, (long)name, O_WRONLY | O_CREAT | O_EXCL, 0600, 0, 0);
        checksum = fold(checksum, file >= 0);
        syscall3(SYS_CLOSE, file, 0, 0);
        checksum = fold(checksum, syscall3(SYS_UNLINKAT, folder, (long)name, 0));
    }
    return checksum;
}
WORKLOAD(system_file, "system/file", prepare_files, NULL, create_and_delete);
