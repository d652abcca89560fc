/* Giving up privileges for good: capabilities(7). A mask has a bit for each capability, by its number. */
#ifndef HVBENCH_PRIVILEGES_H
#define HVBENCH_PRIVILEGES_H

#include "../abi.h"

/* No program that this process becomes gets another capability than these. Takes CAP_SETPCAP. Returns 0 or an error. */
long bound_capabilities(u64 kept);

/* Of the capabilities that this process has it keeps these; `lasting`: so do all programs that it becomes, whoever it
 * runs as. Returns 0 or an error. */
long keep_capabilities(u64 kept, int lasting);

/* No program gains anything by the owner or the capabilities of its file. Returns 0 or an error. */
long gain_nothing(void);

#endif
