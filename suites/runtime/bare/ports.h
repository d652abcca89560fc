/* The ports through which a bare guest reaches its hypervisor: see docs/protocol.md. */
#ifndef HVBENCH_PORTS_H
#define HVBENCH_PORTS_H

#define PORT_MARK 0x1e50     /* out: 0 begins the timed stretch, 1 ends it */
#define PORT_EXCHANGE 0x1e54 /* out: address of struct exchange; returns with the next command in it */
#define PORT_DISCARD 0x1e58  /* out: address of struct discard; returns with its result in it */

#endif
