/* Memory that comes and goes, after lmbench's lat_mmap and lat_pagefault. */
#include "linux/syscall.h"
#include "system.h"

enum { PAGE = 4096, MAPPED_PAGES = 16, FAULT_PAGES = 256 };
enum { PROT_READ_WRITE = 3, MAP_PRIVATE_ANONYMOUS = 0x22, MADV_DONTNEED = 4 };

static u8 *map(u32 pages) {
    long address = syscall6(SYS_MMAP, 0, (long)pages * PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    /* The last page of addresses stands for errors. */
    return (uptr)address > -(uptr)PAGE ? NULL : (u8 *)address;
}

static u64 map_touch_unmap(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    REPEAT(iterations) {
        volatile u8 *base = map(MAPPED_PAGES);
        for (u32 page = 0; base && page < MAPPED_PAGES; page++) {
            base[page * PAGE] = (u8)page;
            checksum = fold(checksum, base[page * PAGE] + base[page * PAGE + 1]);
        }
        checksum = fold(checksum, syscall3(SYS_MUNMAP, (long)base, (long)MAPPED_PAGES * PAGE, 0));
    }
    return checksum;
}
WORKLOAD(system_mmap, "system/mmap", NULL, NULL, map_touch_unmap);

static u8 *region;

static void unmap_region(struct context *context) {
    (void)context;
    syscall3(SYS_MUNMAP, (long)region, (long)FAULT_PAGES * PAGE, 0);
}

static i32 prepare_faults(struct context *context) {
    region = map(FAULT_PAGES);
    if (!region) return refuse(context, "it lacks memory");
    context->release = unmap_region;
    return 0;
}

static u64 fault_pages(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    volatile u8 *base = region;
    for (u32 i = 0; i < iterations; i++) {
        u32 page = i % FAULT_PAGES;
        if (page == 0) syscall3(SYS_MADVISE, (long)base, (long)FAULT_PAGES * PAGE, MADV_DONTNEED);
        base[page * PAGE] = (u8)i;
        checksum = fold(checksum, base[page * PAGE] + base[page * PAGE + 1]);
        base[page * PAGE + 1] = 1; /* read again if the page is not fresh the next time */
    }
    return checksum;
}
WORKLOAD(system_page_fault, "system/page-fault", prepare_faults, NULL, fault_pages);
