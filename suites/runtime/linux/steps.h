/* A file of steps: what a process does before it can serve or become another program, such as making a root file system.
 * core/guest/steps.ts writes it. */
#ifndef HVBENCH_STEPS_H
#define HVBENCH_STEPS_H

#include "../abi.h"

struct steps {
    char *next; /* texts that end with a zero, one after another */
    char *end;
    char failure[96]; /* why the steps could not be done, in a line; empty as long as they could */
};

/* Reads a file of steps. */
void read_steps(struct steps *steps, const char *path);

/* The next text; an empty one behind the last. */
char *next_text(struct steps *steps);
u64 next_number(struct steps *steps);
/* As many texts as their number, which comes first, says; ends with NULL. */
char **next_texts(struct steps *steps);

/* Does the steps up to the one that begins with what is no step, and returns its name; NULL where one failed. */
const char *do_steps(struct steps *steps);

#endif
