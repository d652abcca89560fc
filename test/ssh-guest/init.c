/* The first process of a guest that is reached by SSH: it loads the modules that it finds, brings up the network as QEMU's
 * user-mode network expects it, and becomes dropbear. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void mount_at(const char *type, const char *path) {
    mkdir(path, 0755);
    if (mount(type, path, type, 0, NULL) < 0) perror(path);
}

/* Named 0, 1, 2, … in the order in which they are loaded; those of a name with `z` are compressed. */
static void load_modules(void) {
    for (int number = 0;; number++) {
        char path[32];
        snprintf(path, sizeof path, "/modules/%d", number);
        int flags = 0, file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0) {
            strcat(path, "z");
            flags = 4; /* MODULE_INIT_COMPRESSED_FILE */
            file = open(path, O_RDONLY | O_CLOEXEC);
        }
        if (file < 0) return;
        if (syscall(SYS_finit_module, file, "", flags) < 0) perror(path);
        close(file);
    }
}

static void up(const char *device, const char *address) {
    int control = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq request = {0};
    strcpy(request.ifr_name, device);
    struct sockaddr_in *in = (struct sockaddr_in *)&request.ifr_addr;
    in->sin_family = AF_INET;
    inet_pton(AF_INET, address, &in->sin_addr);
    if (ioctl(control, SIOCSIFADDR, &request) < 0) perror(device);
    inet_pton(AF_INET, "255.255.255.0", &in->sin_addr);
    if (ioctl(control, SIOCSIFNETMASK, &request) < 0) perror(device);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(control, SIOCSIFFLAGS, &request) < 0) perror(device);
    close(control);
}

int main(void) {
    mount_at("proc", "/proc");
    mount_at("sysfs", "/sys");
    mount_at("devtmpfs", "/dev");
    mount_at("tmpfs", "/tmp");
    load_modules();
    for (int wait = 0; wait < 100 && if_nametoindex("eth0") == 0; wait++) usleep(50000);
    up("lo", "127.0.0.1");
    up("eth0", "10.0.2.15");
    execl("/usr/sbin/dropbear", "dropbear", "-F", "-E", "-s", "-r", "/etc/host", NULL);
    perror("dropbear");
    return 1;
}
