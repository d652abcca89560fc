/* Attempts to reach the host: `reach try NAME=VALUE…` makes each of them and prints how it ended, one a line; what it
 * would reach is harmless. `reach hold FOLDER NAME` is the host's part: it holds what others must not reach, and says at
 * the end of its standard input what was reached. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char **values;

/* Of an argument NAME=VALUE; empty where there is none. */
static const char *value(const char *name) {
    size_t length = strlen(name);
    for (char **each = values; *each; each++)
        if (strncmp(*each, name, length) == 0 && (*each)[length] == '=') return *each + length + 1;
    return "";
}

static const char *in(const char *folder, const char *name) {
    static char paths[8][4096];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static const char *mine(const char *name) { return in(value("folder"), name); }

static int write_text(const char *path, const char *text, int flags) {
    int file = open(path, O_WRONLY | flags, 0600);
    if (file < 0) return -1;
    ssize_t written = write(file, text, strlen(text));
    int failure = errno;
    if (close(file) < 0 && written > 0) return -1; /* hostfs says it then. */
    errno = failure;
    return written < 0 ? -1 : 0;
}

static int device_by_name(void) { return write_text(value("loop"), "reached", 0); }
static int device_by_node(void) { return write_text(mine("node"), "reached", 0); }

static int device_made(void) {
    struct { const char *folder; } places[] = {{value("folder")}, {"/tmp"}, {"/dev"}, {"/dev/shm"}};
    int first = 0;
    for (int i = 0; i < 4; i++) {
        const char *path = in(places[i].folder, "hvbench-test-node");
        int failed = mknod(path, S_IFBLK | 0666, makedev(7, atoi(value("minor")))) < 0 || write_text(path, "reached", 0) < 0;
        int failure = errno;
        unlink(path);
        if (!failed) return 0;
        if (!first) first = failure;
    }
    errno = first;
    return -1;
}

/* There is no file system on it: that it holds none is found out by reading it. */
static int device_mounted(void) {
    mkdir(mine("m"), 0755);
    if (mount(value("loop"), mine("m"), "ext4", MS_RDONLY, NULL) < 0 && errno != EINVAL) return -1;
    return 0;
}

static int file_in_dev(void) { return write_text(in("/dev", value("name")), "reached", O_CREAT | O_EXCL); }
static int device_changed(void) { return chmod("/dev/full", 0606); }
static int proc_changed(void) { return chmod("/proc/uptime", 0404); }

static int remount(const char *path) { return mount("none", path, NULL, MS_REMOUNT | MS_BIND, NULL); }
static int remount_sys(void) { return remount("/sys"); }
static int remount_settings(void) {
    remount("/");
    if (remount("/proc/sys") < 0 && remount("/proc") < 0) return -1;
    return write_text("/proc/sys/vm/stat_interval", value("interval"), 0);
}

static int setting(void) { return write_text("/proc/sys/vm/stat_interval", value("interval"), 0); }
static int sysrq(void) { return open("/proc/sysrq-trigger", O_WRONLY); }

static int setting_in_new_proc(void) {
    mkdir(mine("p"), 0755);
    if (mount("proc", mine("p"), "proc", 0, NULL) < 0) return -1;
    return write_text(mine("p/sys/vm/stat_interval"), value("interval"), 0);
}

static int setting_by_hostfs(void) {
    mkdir(mine("h"), 0755);
    if (mount("none", mine("h"), "hostfs", 0, "/proc/sys/vm") < 0) return -1;
    return write_text(mine("h/stat_interval"), value("interval"), 0);
}

static int file_by_hostfs(void) {
    mkdir(mine("f"), 0755);
    if (mount("none", mine("f"), "hostfs", 0, value("folder")) < 0) return -1;
    return write_text(mine("f/reached-hostfs"), "reached", O_CREAT);
}

static int file_below_host(void) {
    const char *path = in("/host", mine("reached-host"));
    if (access("/host/proc", F_OK) < 0) path = mine("reached-host"); /* the files of the host are the root itself */
    return write_text(path, "reached", O_CREAT);
}

static int clock_set(void) {
    struct timespec now;
    return clock_gettime(CLOCK_REALTIME, &now) < 0 ? -1 : clock_settime(CLOCK_REALTIME, &now);
}

/* The folder outside the root is the working directory, from where all of it is reached. */
static int root_left(void) {
    mkdir(mine("inner"), 0755);
    if (chroot(mine("inner")) < 0) return -1;
    for (int i = 0; i < 100; i++)
        if (chdir("..") < 0) return -1;
    if (chroot(".") < 0) return -1;
    return write_text(mine("reached-root"), "reached", O_CREAT);
}

static int root_of_first(void) { return write_text(in(in(in("/proc", *value("first") ? value("first") : "1"), "root"), mine("reached-first")), "reached", O_CREAT); }

static int root_of_other(void) {
    return write_text(in(in(in(mine("proc"), value("pid")), "root"), mine("reached-proc")), "reached", O_CREAT);
}

static int connect_to(const char *path, int abstract) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) > sizeof address.sun_path - 2) return errno = ENAMETOOLONG, -1;
    strcpy(address.sun_path + abstract, path);
    int file = socket(AF_UNIX, SOCK_STREAM, 0);
    return connect(file, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + abstract + strlen(path));
}
static int abstract_socket(void) { return connect_to(value("name"), 1); }
static int socket_in_folder(void) { return connect_to(mine("socket"), 0); }
static int socket_beside_mount(void) { return connect_to(mine("mounts/socket"), 0); }

static int fifo_beside_mount(void) {
    int file = open(mine("mounts/fifo"), O_WRONLY | O_NONBLOCK);
    return file < 0 ? -1 : (int)write(file, "reached", 7);
}

static int shared_memory(void) {
    int *memory = shmat(atoi(value("segment")), NULL, 0);
    if (memory == (void *)-1) return -1;
    *memory = 1;
    return 0;
}

static int open_files(void) {
    for (int file = 3; file < 1024; file++)
        if (fcntl(file, F_GETFD) >= 0) return 0;
    return -1;
}

static int set_user(void) {
    if (geteuid() == 0) return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) ? (errno = EPERM, -1) : 0;
    int status;
    if (fork() == 0) {
        execl(mine("set-user"), "set-user", "root", NULL);
        _exit(1);
    }
    wait(&status);
    return status == 0 ? 0 : (errno = EPERM, -1);
}

/* Never 0 or less: those are this process's own group, and every process. */
static int signal_outside(void) {
    int pid = atoi(value("pid"));
    return pid > 1 ? kill(pid, SIGUSR1) : -1;
}
static int trace_outside(void) { return (int)ptrace(PTRACE_SEIZE, atoi(value("pid")), 0, 0); }
static int memory_outside(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/mem", value("pid"));
    return open(path, O_RDWR);
}
static int trace_first(void) { return (int)ptrace(PTRACE_SEIZE, *value("first") ? atoi(value("first")) : 1, 0, 0); }

static int user_namespace(void) { return unshare(CLONE_NEWUSER); }
static int module(void) { return (int)syscall(SYS_init_module, "x", 1, "") < 0 && errno != ENOEXEC ? -1 : 0; }
static int ports(void) { return iopl(3); }
static int packets(void) { return socket(AF_PACKET, SOCK_RAW, 0); }
static int host_name(void) { return sethostname(value("name"), strlen(value("name"))); }

static int real_time(void) {
    struct sched_param first = {.sched_priority = 1};
    return sched_setscheduler(0, SCHED_FIFO, &first);
}

static int control_group(void) {
    const char *one = in("/sys/fs/cgroup", value("name"));
    return mkdir(one, 0755) < 0 && mkdir(in("/sys/fs/cgroup/unified", value("name")), 0755) < 0 ? -1 : 0;
}

/* A file by its handle, from wherever a part of its file system is mounted. */
static int handle(void) {
    union { struct file_handle head; char room[sizeof(struct file_handle) + MAX_HANDLE_SZ]; } one = {0};
    const char *text = value("handle");
    one.head.handle_type = (int)strtol(text, (char **)&text, 10);
    unsigned byte, length = 0;
    for (text++; sscanf(text, "%2x", &byte) == 1; text += 2) one.head.f_handle[length++] = (unsigned char)byte;
    one.head.handle_bytes = length;
    const char *places[] = {value("folder"), "/etc/hostname", "/etc", "/"};
    int result = -1, failure = 0;
    for (int i = 0; i < 4 && result < 0; i++) {
        int file = open(places[i], O_RDONLY);
        if (file < 0) continue;
        result = open_by_handle_at(file, &one.head, O_WRONLY);
        if (result < 0 && (!failure || errno != ESTALE)) failure = errno;
        close(file);
    }
    if (result >= 0) return (int)write(result, "reached", 7);
    errno = failure;
    return -1;
}

static const struct { const char *name; int (*make)(void); } attempts[] = {
    {"write to a block device by its name", device_by_name},
    {"write to a block device by a node on the disk", device_by_node},
    {"write to a block device by a node of its own", device_made},
    {"mount a block device", device_mounted},
    {"leave a file in /dev", file_in_dev},
    {"change the permissions of a device", device_changed},
    {"change the permissions of a file of /proc", proc_changed},
    {"write a setting of the kernel", setting},
    {"open /proc/sysrq-trigger", sysrq},
    {"remount /proc/sys and write a setting", remount_settings},
    {"write a setting in a /proc of its own", setting_in_new_proc},
    {"write a setting by hostfs", setting_by_hostfs},
    {"write a file by hostfs", file_by_hostfs},
    {"write a file of the host", file_below_host},
    {"remount /sys", remount_sys},
    {"make a control group", control_group},
    {"set the clock", clock_set},
    {"leave the root and write a file", root_left},
    {"write a file below /proc/1/root", root_of_first},
    {"write a file by another /proc of the host", root_of_other},
    {"write a file by its handle", handle},
    {"connect to an abstract socket", abstract_socket},
    {"connect to a socket in a folder", socket_in_folder},
    {"connect to a socket beside a mount point", socket_beside_mount},
    {"write into a FIFO beside a mount point", fifo_beside_mount},
    {"write into shared memory (System V)", shared_memory},
    {"find open files of who started it", open_files},
    {"gain privileges by a program", set_user},
    {"signal a process outside", signal_outside},
    {"trace a process outside", trace_outside},
    {"open the memory of a process outside", memory_outside},
    {"trace the first process", trace_first},
    {"be root of a user namespace", user_namespace},
    {"load a module", module},
    {"use I/O ports", ports},
    {"send raw packets", packets},
    {"change the host's name", host_name},
    {"run at real-time priority", real_time},
};

/* Each in a process of its own, which it may leave in whatever state. */
static int try_all(void) {
    struct utsname kernel;
    uname(&kernel);
    if (strcmp(kernel.release, value("unless")) == 0) return 0;
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        fflush(stdout);
        if (fork() == 0) {
            int result = attempts[i].make();
            printf("%s: %s\n", attempts[i].name, result < 0 ? strerrorname_np(errno) : "done");
            fflush(stdout);
            _exit(0);
        }
        wait(NULL);
    }
    return 0;
}

static int listen_at(const char *path, int abstract) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path + abstract, path);
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + abstract + strlen(path));
    if (bind(file, (struct sockaddr *)&address, length) < 0 || listen(file, 100) < 0) exit(1);
    if (!abstract) chmod(path, 0777);
    return file;
}

static volatile int signalled;
static void note(int signal) { signalled = signal; }

static int hold(const char *folder, const char *name) {
    signal(SIGUSR1, note);
    int sockets[] = {listen_at(name, 1), listen_at(in(folder, "socket"), 0), listen_at(in(folder, "mounts/socket"), 0)};
    mkfifo(in(folder, "mounts/fifo"), 0600);
    chmod(in(folder, "mounts/fifo"), 0666);
    int fifo = open(in(folder, "mounts/fifo"), O_RDONLY | O_NONBLOCK);
    int segment = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0666);
    int *memory = shmat(segment, NULL, 0);
    union { struct file_handle head; char room[sizeof(struct file_handle) + MAX_HANDLE_SZ]; } one = {{.handle_bytes = MAX_HANDLE_SZ}};
    int mount_id;
    write_text(in(folder, "handled"), "", O_CREAT);
    chmod(in(folder, "handled"), 0666);
    one.head.handle_bytes = MAX_HANDLE_SZ;
    name_to_handle_at(AT_FDCWD, in(folder, "handled"), &one.head, &mount_id, 0);
    printf("segment=%d handle=%d:", segment, one.head.handle_type);
    for (unsigned i = 0; i < one.head.handle_bytes; i++) printf("%02x", one.head.f_handle[i]);
    printf("\n");
    fflush(stdout);
    char byte;
    while (read(0, &byte, 1) != 0) continue;
    static const char *names[] = {"abstract socket", "socket in a folder", "socket beside a mount point"};
    for (int i = 0; i < 3; i++)
        if (accept(sockets[i], NULL, NULL) >= 0) printf("%s\n", names[i]);
    if (read(fifo, &byte, 1) == 1) printf("FIFO\n");
    if (*memory) printf("shared memory\n");
    if (signalled) printf("signal\n");
    shmctl(segment, IPC_RMID, NULL);
    return 0;
}

int main(int count, char **arguments) {
    if (count == 2 && strcmp(arguments[1], "root") == 0) return geteuid() == 0 ? 0 : 1;
    if (count == 4 && strcmp(arguments[1], "hold") == 0) return hold(arguments[2], arguments[3]);
    values = arguments + 2;
    return try_all();
}
