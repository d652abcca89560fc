/* Interprets a file of steps. */
#include "steps.h"
#include "die.h"
#include "privileges.h"
#include "syscall.h"

/* Room for an environment of the largest size that Linux hands to a program, and the steps. */
enum { FILE_BYTES = 4 << 20, TEXTS = 1 << 19 };
enum { O_RDONLY = 0, ENOENT = 2, EEXIST = 17, EINVAL = 22, ENOSYS = 38 };

static char file[FILE_BYTES];
static char *texts[TEXTS];
static usize used;

static long open_at(const char *path, long flags, long mode) {
    return syscall6(SYS_OPENAT, AT_FDCWD, (long)path, flags | O_CLOEXEC, mode, 0, 0);
}

void read_steps(struct steps *steps, const char *path) {
    long fd = open_at(path, O_RDONLY, 0);
    if (fd < 0) die("steps: cannot open the file of steps\n");
    usize length = 0;
    for (;;) {
        long n = syscall3(SYS_READ, fd, (long)(file + length), (long)(sizeof file - 1 - length));
        if (n < 0) die("steps: cannot read the file of steps\n");
        if (n == 0) break;
        length += (usize)n;
    }
    if (length == sizeof file - 1) die("steps: the file of steps is too long\n");
    syscall3(SYS_CLOSE, fd, 0, 0);
    steps->next = file;
    steps->end = file + length;
}

char *next_text(struct steps *steps) {
    char *text = steps->next;
    if (text >= steps->end) return steps->end;
    while (*steps->next) steps->next++;
    steps->next++;
    return text;
}

u64 next_number(struct steps *steps) {
    u64 value = 0;
    for (const char *text = next_text(steps); *text >= '0' && *text <= '9'; text++) value = value * 10 + (u64)(*text - '0');
    return value;
}

char **next_texts(struct steps *steps) {
    u64 count = next_number(steps);
    if (count >= TEXTS - used) die("steps: too many texts\n");
    char **first = texts + used;
    for (u64 i = 0; i < count; i++) texts[used++] = next_text(steps);
    texts[used++] = NULL;
    return first;
}

static int same(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

/* Cut short where `spare` bytes behind it would be none any more. */
static void append(struct steps *steps, const char *text, usize spare) {
    usize length = 0;
    while (steps->failure[length]) length++;
    while (*text && length < sizeof steps->failure - 1 - spare) steps->failure[length++] = *text++;
    steps->failure[length] = 0;
}

/* "mount /host: error 1"; a long path is cut short, the error never. */
static int fail(struct steps *steps, const char *step, const char *what, long error) {
    char digits[4] = {(char)('0' + -error / 100 % 10), (char)('0' + -error / 10 % 10), (char)('0' + -error % 10), 0};
    const char *number = digits;
    while (*number == '0' && number[1]) number++;
    enum { ERROR = 12 }; /* ": error 123" */
    append(steps, step, ERROR);
    append(steps, " ", ERROR);
    append(steps, what, ERROR);
    append(steps, ": error ", 0);
    append(steps, number, 0);
    return -1;
}

static long write_file(const char *path, const char *text) {
    long fd = open_at(path, O_WRONLY, 0);
    usize length = 0;
    if (fd < 0) return fd;
    while (text[length]) length++;
    long written = syscall3(SYS_WRITE, fd, (long)text, (long)length);
    syscall3(SYS_CLOSE, fd, 0, 0);
    return written < 0 ? written : 0;
}

/* A file that is not there: the kernel has the module built in, or will say what it lacks at the mount. */
static long load_module(const char *path, const char *parameters) {
    enum { COMPRESSED = 4 };
    usize length = 0;
    while (path[length]) length++;
    long fd = open_at(path, O_RDONLY, 0);
    if (fd == -ENOENT) return 0;
    if (fd < 0) return fd;
    long result = syscall3(SYS_FINIT_MODULE, fd, (long)parameters, length > 0 && path[length - 1] == 'o' ? 0 : COMPRESSED);
    syscall3(SYS_CLOSE, fd, 0, 0);
    return result == -EEXIST ? 0 : result;
}

enum { MOUNT_ATTR_RDONLY = 1, MOUNT_ATTR_NODEV = 4, WITHOUT_DEVICES = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV };

/* Gives all that is mounted below a path these attributes. */
static long restrict_mounts(const char *path, u64 set) {
    enum { AT_RECURSIVE = 0x8000 };
    u64 attributes[4] = {set, 0, 0, 0};
    return syscall6(SYS_MOUNT_SETATTR, AT_FDCWD, (long)path, AT_RECURSIVE, (long)attributes, sizeof attributes, 0);
}

/* The same file or folder at another place, with these attributes. */
static long show(const char *source, const char *at, u64 set) {
    enum { MS_REMOUNT = 32, MS_BIND = 4096, MNT_DETACH = 2 };
    long result = syscall6(SYS_MOUNT, (long)source, (long)at, 0, MS_BIND, 0, 0);
    if (result < 0) return result;
    result = restrict_mounts(at, set);
    /* Linux before 5.12, as a guest's kernel may be: this is one mount, and the flags have the same values. */
    if (result == -ENOSYS) result = syscall6(SYS_MOUNT, 0, (long)at, 0, MS_REMOUNT | MS_BIND | (long)set, 0, 0);
    if (result < 0) syscall3(SYS_UMOUNT2, (long)at, MNT_DETACH, 0);
    return result;
}

/* Makes the root of this mount namespace ours, whatever was: joining its own namespace takes a process out of a chroot. */
static long leave_chroot(void) {
    enum { CLONE_NEWNS = 0x20000 };
    long self = syscall3(SYS_PIDFD_OPEN, syscall3(SYS_GETPID, 0, 0, 0), 0, 0);
    if (self < 0) return self;
    long result = syscall3(SYS_SETNS, self, CLONE_NEWNS, 0);
    syscall3(SYS_CLOSE, self, 0, 0);
    return result;
}

/* Nothing that is mounted from here on is seen in another mount namespace. A chroot is left meanwhile: its root need be no
 * mount point, and what is mounted on the namespace's own root would be seen elsewhere as long as that is shared. */
static long make_private(void) {
    enum { MS_REC = 16384, MS_PRIVATE = 1 << 18 };
    long root = open_at("/", O_RDONLY | O_DIRECTORY, 0);
    if (root < 0) return root;
    long result = leave_chroot();
    if (result == 0) result = syscall6(SYS_MOUNT, (long)"none", (long)"/", 0, MS_REC | MS_PRIVATE, 0, 0);
    if (result == 0) result = syscall3(SYS_FCHDIR, root, 0, 0);
    if (result == 0) result = syscall3(SYS_CHROOT, (long)".", 0, 0);
    syscall3(SYS_CLOSE, root, 0, 0);
    return result;
}

/* Makes a mount point the root, and takes everything else that is mounted away, for this mount namespace. */
static long change_root(const char *path) {
    enum { MS_MOVE = 8192, MNT_DETACH = 2 };
    long folder = open_at(path, O_RDONLY | O_DIRECTORY, 0);
    if (folder < 0) return folder;
    /* In a chroot what is around it would stay. */
    long result = leave_chroot();
    if (result == 0) result = syscall3(SYS_FCHDIR, folder, 0, 0);
    syscall3(SYS_CLOSE, folder, 0, 0);
    if (result < 0) return result;
    result = syscall3(SYS_PIVOT_ROOT, (long)".", (long)".", 0);
    /* Both are there now, the old one on top. */
    if (result == 0) result = syscall3(SYS_UMOUNT2, (long)".", MNT_DETACH, 0);
    else if (result == -EINVAL) {
        /* An initramfs can be covered only. */
        result = syscall6(SYS_MOUNT, (long)".", (long)"/", 0, MS_MOVE, 0, 0);
        if (result == 0) result = syscall3(SYS_CHROOT, (long)".", 0, 0);
    }
    return result < 0 ? result : syscall3(SYS_CHDIR, (long)"/", 0, 0);
}

/* A network namespace begins with its loopback device down. */
static long loopback_up(void) {
    enum { AF_INET = 2, SOCK_DGRAM = 2, SIOCGIFFLAGS = 0x8913, SIOCSIFFLAGS = 0x8914, IFF_UP = 1 };
    struct { char name[16]; u16 flags; u8 rest[22]; } request = {"lo", 0, {0}}; /* struct ifreq */
    long file = syscall3(SYS_SOCKET, AF_INET, SOCK_DGRAM | O_CLOEXEC, 0);
    if (file < 0) return file;
    long result = syscall3(SYS_IOCTL, file, SIOCGIFFLAGS, (long)&request);
    request.flags |= IFF_UP;
    if (result == 0) result = syscall3(SYS_IOCTL, file, SIOCSIFFLAGS, (long)&request);
    syscall3(SYS_CLOSE, file, 0, 0);
    return result;
}

/* Goes on in a child, the first process of a PID namespace if one was unshared. The parent waits for it, and ends as it
 * ended; it does nothing else, so that whatever ends it ends the child and with it the namespace. */
static long go_on_in_child(void) {
    enum { PR_SET_PDEATHSIG = 1, SIGKILL = 9 };
    long child = syscall3(SYS_FORK, 0, 0, 0);
    if (child < 0) return child;
    if (child == 0) return syscall3(SYS_PRCTL, PR_SET_PDEATHSIG, SIGKILL, 0);
    /* Its pipes are the child's alone now. */
    for (long fd = 0; fd < 2; fd++) syscall3(SYS_CLOSE, fd, 0, 0);
    i32 status = 0;
    while (syscall6(SYS_WAIT4, child, (long)&status, 0, 0, 0, 0) == -4 /* EINTR */) continue;
    syscall3(SYS_EXIT, (status & 0x7f) ? 128 + (status & 0x7f) : (status >> 8) & 0xff, 0, 0);
    return 0;
}

const char *do_steps(struct steps *steps) {
    int optional = 0;
    while (steps->next < steps->end) {
        const char *step = next_text(steps);
        if (same(step, "optional")) {
            optional = 1;
            continue;
        }
        const char *what = step;
        long result;
        if (same(step, "directory")) {
            what = next_text(steps);
            long mode = (long)next_number(steps);
            result = syscall3(SYS_MKDIR, (long)what, mode, 0);
            /* Whatever the umask of who started us: to be the same everywhere. */
            if (result == 0) result = syscall3(SYS_CHMOD, (long)what, mode, 0);
            if (result == -EEXIST) result = 0;
        } else if (same(step, "owner")) {
            what = next_text(steps);
            long user = (long)next_number(steps);
            result = syscall3(SYS_CHOWN, (long)what, user, (long)next_number(steps));
        } else if (same(step, "file")) {
            what = next_text(steps);
            result = open_at(what, O_WRONLY | O_CREAT, 0644);
            if (result >= 0) result = syscall3(SYS_CLOSE, result, 0, 0);
        } else if (same(step, "link")) {
            const char *target = next_text(steps);
            what = next_text(steps);
            result = syscall3(SYS_SYMLINK, (long)target, (long)what, 0);
        } else if (same(step, "node")) {
            what = next_text(steps);
            long mode = (long)next_number(steps);
            result = syscall3(SYS_MKNOD, (long)what, mode, (long)next_number(steps));
            if (result == 0) result = syscall3(SYS_CHMOD, (long)what, mode & 07777, 0);
        } else if (same(step, "private")) {
            result = make_private();
        } else if (same(step, "loopback")) {
            result = loopback_up();
        } else if (same(step, "privileges")) {
            u64 kept = next_number(steps);
            result = bound_capabilities(kept);
            if (result == 0) result = keep_capabilities(kept, 1);
            if (result == 0) result = gain_nothing();
        } else if (same(step, "mount")) {
            const char *source = next_text(steps);
            what = next_text(steps);
            const char *type = next_text(steps);
            u64 flags = next_number(steps);
            const char *data = next_text(steps);
            result = syscall6(SYS_MOUNT, (long)source, (long)what, (long)type, (long)flags, (long)data, 0);
        } else if (same(step, "readable")) {
            const char *source = next_text(steps);
            what = next_text(steps);
            result = show(source, what, WITHOUT_DEVICES);
        } else if (same(step, "device")) {
            const char *source = next_text(steps);
            what = next_text(steps);
            result = show(source, what, MOUNT_ATTR_RDONLY);
        } else if (same(step, "module")) {
            what = next_text(steps);
            result = load_module(what, next_text(steps));
        } else if (same(step, "readonly")) {
            what = next_text(steps);
            result = restrict_mounts(what, WITHOUT_DEVICES);
        } else if (same(step, "unshare")) {
            result = syscall3(SYS_UNSHARE, (long)next_number(steps), 0, 0);
        } else if (same(step, "write")) {
            what = next_text(steps);
            result = write_file(what, next_text(steps));
        } else if (same(step, "root")) {
            what = next_text(steps);
            result = change_root(what);
        } else if (same(step, "chroot")) {
            what = next_text(steps);
            result = syscall3(SYS_CHROOT, (long)what, 0, 0);
            if (result == 0) result = syscall3(SYS_CHDIR, (long)"/", 0, 0);
        } else if (same(step, "fork")) {
            result = go_on_in_child();
        } else return step;
        if (result < 0 && !optional) {
            fail(steps, step, what, result);
            return NULL;
        }
        optional = 0;
    }
    return "";
}
