/** What a command can be given of the host's: its network, or its System V IPC and POSIX message queues. */
export const SHARED = ['net', 'ipc'] as const;
export type Shared = (typeof SHARED)[number];
