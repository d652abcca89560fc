#include "privileges.h"
#include "syscall.h"

enum { EINVAL = 22 };
/* From linux/prctl.h and linux/capability.h. */
enum { PR_CAPBSET_DROP = 24, PR_SET_NO_NEW_PRIVS = 38, PR_CAP_AMBIENT = 47 };
enum { PR_CAP_AMBIENT_RAISE = 2, PR_CAP_AMBIENT_CLEAR_ALL = 4 };
enum { VERSION = 0x20080522, WORDS = 2, CAPABILITIES = 32 * WORDS };

static u32 word_of(u64 mask, long word) { return (u32)(word ? mask >> 32 : mask); }

static int has(u64 mask, long capability) { return word_of(mask, capability / 32) >> (capability % 32) & 1; }

long bound_capabilities(u64 kept) {
    for (long c = 0; c < CAPABILITIES; c++) {
        if (has(kept, c)) continue;
        long result = syscall6(SYS_PRCTL, PR_CAPBSET_DROP, c, 0, 0, 0, 0);
        if (result == -EINVAL) return 0; /* Behind the last one of this kernel. */
        if (result < 0) return result;
    }
    return 0;
}

long keep_capabilities(u64 kept, int lasting) {
    struct { u32 version; i32 pid; } header = {VERSION, 0};
    struct { u32 effective, permitted, inheritable; } sets[WORDS];
    long result = syscall3(SYS_CAPGET, (long)&header, (long)sets, 0);
    if (result < 0) return result;
    for (long i = 0; i < WORDS; i++) {
        sets[i].permitted &= word_of(kept, i);
        sets[i].effective = sets[i].permitted;
        sets[i].inheritable = lasting ? sets[i].permitted : 0;
    }
    result = syscall6(SYS_PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0, 0);
    if (result == 0) result = syscall3(SYS_CAPSET, (long)&header, (long)sets, 0);
    for (long c = 0; lasting && result == 0 && c < CAPABILITIES; c++)
        if (sets[c / 32].permitted >> (c % 32) & 1)
            result = syscall6(SYS_PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, c, 0, 0, 0);
    return result;
}

long gain_nothing(void) { return syscall6(SYS_PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0); }
