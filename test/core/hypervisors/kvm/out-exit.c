/* A VMM in plain C, the yardstick for the one in TypeScript: the same guest memory, the same page tables, a
 * vCPU at privilege level 3 of long mode (IOPL 3) that does nothing but `out`. `out-exit EXITS` prints the
 * nanoseconds that its set-up took, and then, for each byte it reads, the nanoseconds of one exit, on
 * average over EXITS of them. */
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SMALL_END 0x20000000ull /* 4 KiB pages up to here */
#define LARGE_END 0x28000000ull /* 2 MiB pages up to here */
#define CODE 0x100000ull
#define TABLES 0xc0000000ull
#define PORT 0x1e5c
#define PRESENT_WRITABLE_USER 7ull
#define LARGE 0x80ull
#define MEMORY_FLAGS (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

/* mov edx, PORT; 1: out dx, eax; jmp 1b */
static const uint8_t loop[] = {0xba, PORT & 0xff, PORT >> 8, 0, 0, 0xef, 0xeb, 0xfd};

static void *check_pointer(const char *what, void *pointer) {
    if (pointer != MAP_FAILED) return pointer;
    perror(what);
    exit(1);
}

static int check(const char *what, int result) {
    if (result >= 0) return result;
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static void add_memory(int vm, uint32_t slot, uint64_t at, void *memory, uint64_t size) {
    struct kvm_userspace_memory_region region = {
        .slot = slot, .guest_phys_addr = at, .memory_size = size, .userspace_addr = (uintptr_t)memory};
    check("KVM_SET_USER_MEMORY_REGION", ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region));
}

/* Identity map: PML4, PDPT, one directory, then the tables of 4 KiB pages. */
static void map_pages(uint64_t *tables) {
    uint64_t *directory = tables + 2 * 512, *leaf = tables + 3 * 512;
    tables[0] = (TABLES + 0x1000) | PRESENT_WRITABLE_USER;
    tables[512] = (TABLES + 0x2000) | PRESENT_WRITABLE_USER;
    for (uint64_t i = 0; i < SMALL_END >> 21; i++)
        directory[i] = (TABLES + 0x3000 + i * 0x1000) | PRESENT_WRITABLE_USER;
    for (uint64_t i = 0; i < SMALL_END >> 12; i++) leaf[i] = (i << 12) | PRESENT_WRITABLE_USER;
    for (uint64_t i = SMALL_END >> 21; i < LARGE_END >> 21; i++)
        directory[i] = (i << 21) | LARGE | PRESENT_WRITABLE_USER;
}

static void enter(int vcpu) {
    struct kvm_sregs sregs;
    check("KVM_GET_SREGS", ioctl(vcpu, KVM_GET_SREGS, &sregs));
    struct kvm_segment code = {.limit = ~0u, .selector = 0x33, .type = 0xb, .present = 1, .dpl = 3,
                               .s = 1, .l = 1, .g = 1};
    struct kvm_segment data = code;
    data.selector = 0x2b, data.type = 3, data.l = 0, data.db = 1;
    sregs.cs = code;
    sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
    sregs.cr0 = 0x80050033;
    sregs.cr3 = TABLES;
    sregs.cr4 = 0x620;
    sregs.efer = 0x500;
    check("KVM_SET_SREGS", ioctl(vcpu, KVM_SET_SREGS, &sregs));
    struct kvm_regs regs = {.rip = CODE, .rflags = 0x3002};
    check("KVM_SET_REGS", ioctl(vcpu, KVM_SET_REGS, &regs));
}

int main(int argc, char **argv) {
    int exits = argc == 2 ? atoi(argv[1]) : 0;
    if (exits <= 0) return 2;
    double began = now();
    int kvm = check("open /dev/kvm", open("/dev/kvm", O_RDWR | O_CLOEXEC));
    int vm = check("KVM_CREATE_VM", ioctl(kvm, KVM_CREATE_VM, 0));
    check("KVM_SET_TSS_ADDR", ioctl(vm, KVM_SET_TSS_ADDR, 0xfffbd000));
    uint8_t *ram = check_pointer("mmap", mmap(NULL, LARGE_END, PROT_READ | PROT_WRITE, MEMORY_FLAGS, -1, 0));
    size_t table_bytes = 0x3000 + (SMALL_END >> 9);
    void *tables = check_pointer("mmap", mmap(NULL, table_bytes, PROT_READ | PROT_WRITE, MEMORY_FLAGS, -1, 0));
    madvise(ram, SMALL_END, MADV_NOHUGEPAGE);
    madvise(ram + SMALL_END, LARGE_END - SMALL_END, MADV_HUGEPAGE);
    map_pages(tables);
    add_memory(vm, 0, 0, ram, LARGE_END);
    add_memory(vm, 1, TABLES, tables, table_bytes);
    memcpy(ram + CODE, loop, sizeof loop);

    int vcpu = check("KVM_CREATE_VCPU", ioctl(vm, KVM_CREATE_VCPU, 0));
    struct {
        struct kvm_cpuid2 header;
        struct kvm_cpuid_entry2 entries[128];
    } cpuid = {.header.nent = 128};
    check("KVM_GET_SUPPORTED_CPUID", ioctl(kvm, KVM_GET_SUPPORTED_CPUID, &cpuid));
    check("KVM_SET_CPUID2", ioctl(vcpu, KVM_SET_CPUID2, &cpuid));
    int size = check("KVM_GET_VCPU_MMAP_SIZE", ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0));
    struct kvm_run *run =
        check_pointer("mmap", mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0));
    enter(vcpu);
    printf("%.0f\n", now() - began);
    fflush(stdout);

    for (char byte; read(0, &byte, 1) == 1;) {
        double start = now();
        for (int i = 0; i < exits; i++) {
            check("KVM_RUN", ioctl(vcpu, KVM_RUN, 0));
            if (run->exit_reason != KVM_EXIT_IO || run->io.direction != KVM_EXIT_IO_OUT || run->io.port != PORT) {
                fprintf(stderr, "exit %u\n", run->exit_reason);
                return 1;
            }
        }
        printf("%.1f\n", (now() - start) / exits);
        fflush(stdout);
    }
    return 0;
}
