/* The ports through which a bare guest reaches its hypervisor: see docs/protocol.md. */
#ifndef HVBENCH_PORTS_H
#define HVBENCH_PORTS_H

#define PORT_MARK 0x1e50     /* out: 0 begins the timed stretch, 1 ends it, 2 says that the guest runs */
#define MARK_RUNS 2
#define PORT_EXCHANGE 0x1e54 /* out: address of struct exchange; returns with the next command in it */
#define PORT_DISCARD 0x1e58  /* out: address of struct discard; returns with its result in it */

#define PORT_DEBUG 0xe9   /* a debug console: replies, and a byte for each mark */
#define DEBUG_RUNS 3      /* the byte that says that the guest runs */
#define PORT_SERIAL 0x3f8 /* a 16550 UART: commands, and a byte that answers a mark */
#define SERIAL_FIFO 2     /* its FIFO control register */
#define SERIAL_STATUS 5   /* its line status register: bit 0 says that a byte was received */
#define SERIAL_RECEIVED 1

#endif
