/* A library that is loaded into virtiofsd (LD_PRELOAD) where it runs without privileges. A guest's overlays open the
 * host's files with O_NOATIME, which only a file's owner and root may do: for all others they are opened without it.
 * Opening is as ever otherwise. */
#include <stdarg.h>

#include "../linux/syscall.h"

enum { O_TMPFILE = 020000000, O_NOATIME = 01000000 };
enum { EPERM = 1 };

/* The libc that it is loaded beside. */
int *__errno_location(void);

static int open_anyway(int folder, const char *path, int flags, long mode) {
    long file = syscall6(SYS_OPENAT, folder, (long)path, flags, mode, 0, 0);
    if (file == -EPERM && (flags & O_NOATIME))
        file = syscall6(SYS_OPENAT, folder, (long)path, flags & ~O_NOATIME, mode, 0, 0);
    if (file >= 0) return (int)file;
    *__errno_location() = (int)-file;
    return -1;
}

int openat64(int folder, const char *path, int flags, ...) {
    long mode = 0;
    if (flags & (O_CREAT | O_TMPFILE)) {
        va_list more;
        va_start(more, flags);
        mode = va_arg(more, int);
        va_end(more);
    }
    return open_anyway(folder, path, flags, mode);
}

/* Under all its names: with offsets of 64 bits it is the same on x86-64, and glibc has another for calls without a mode
 * that are compiled with _FORTIFY_SOURCE. */
int openat(int folder, const char *path, int flags, ...) __attribute__((alias("openat64")));
int __openat64_2(int folder, const char *path, int flags) { return open_anyway(folder, path, flags, 0); }
int __openat_2(int folder, const char *path, int flags) __attribute__((alias("__openat64_2")));
