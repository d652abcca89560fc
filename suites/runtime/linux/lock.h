#ifndef HVBENCH_LOCK_H
#define HVBENCH_LOCK_H

/* Takes the lock of a CPU, the file PATH, and holds it until standard input hangs up. Prints `busy` if another has it, and
 * `held` when it is taken. */
__attribute__((noreturn)) void hold(const char *path);

#endif
