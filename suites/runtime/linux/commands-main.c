/* The program that runs a user's commands: as the first process of a guest, by the steps in its initramfs; else with two
 * arguments, `steps FILE`, on the host itself. Steps that end with `run` make it another program instead. */
#include "../platform.h"
#include "command.h"
#include "die.h"
#include "guest.h"
#include "linux.h"
#include "syscall.h"

static struct steps steps;

static __attribute__((noreturn)) void become_program(char **environment) {
    char **argv = next_texts(&steps);
    syscall3(SYS_EXECVE, (long)argv[0], (long)argv, (long)environment);
    die("steps: the program cannot be started\n");
}

static __attribute__((noreturn)) void die_of_failure(void) {
    usize length = 0;
    while (steps.failure[length]) length++;
    steps.failure[length++] = '\n';
    syscall3(SYS_WRITE, 2, (long)steps.failure, (long)length);
    syscall3(SYS_EXIT, 1, 0, 0);
    __builtin_unreachable();
}

__attribute__((noreturn)) void linux_main(long *stack) {
    long argc = stack[0];
    char **argv = (char **)(stack + 1);
    long on_host = argc == 3 && argv[1][0] == 's';
    if (argc < 2) die("steps: it takes a file of steps\n");
    if (!on_host) {
        guest_enter(argv[argc - 1]);
        context.guest = 1;
    }
    read_steps(&steps, on_host ? argv[2] : "/steps");
    const char *step = do_steps(&steps);
    if (step && step[0] == 'r') become_program(argv + argc + 1);
    /* The steps themselves, and whatever else we were given, are nothing to the command. */
    if (on_host) syscall3(SYS_CLOSE_RANGE, 3, 0x7fffffff, 0);
    /* A guest's first process must not end: what failed is told when it is asked to work. */
    if (!step && on_host) die_of_failure();
    take_commands(&steps, step);
    serve(&context);
}
