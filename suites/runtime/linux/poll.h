/* Waiting for a connection to end. */
#ifndef HVBENCH_POLL_H
#define HVBENCH_POLL_H

#include "syscall.h"

enum { POLLERR = 8, POLLHUP = 16, POLLRDHUP = 0x2000 };
enum { ENDED = POLLHUP | POLLERR | POLLRDHUP };

struct pollfd {
    i32 fd;
    unsigned short events, returned;
};

/* Whether standard input has hung up, or does so within NANOSECONDS, less than a second; below 0 it waits without limit. */
static inline int hung_up(long nanoseconds) {
    struct pollfd input = {0, POLLRDHUP, 0};
    struct { long seconds, nanoseconds; } limit = {0, nanoseconds};
    syscall6(SYS_PPOLL, (long)&input, 1, nanoseconds < 0 ? 0 : (long)&limit, 0, 0, 0);
    return (input.returned & ENDED) != 0;
}

#endif
