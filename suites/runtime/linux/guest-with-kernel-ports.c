/* guest.c for images that boot where a process may be refused port I/O. The image of operations goes without: no guest
 * that needs ports runs it, and its digest, by which results of operations are compared, is of all of its code. */
#define KERNEL_PORTS
#include "guest.c"
