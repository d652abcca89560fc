/* The commands that a machine runs for its user, one at a time. */
#ifndef HVBENCH_COMMAND_H
#define HVBENCH_COMMAND_H

#include "steps.h"

/* Takes the rest of a file of steps: the user, the environment, the commands. */
void take_commands(struct steps *steps, const char *step);

#endif
