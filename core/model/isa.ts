/** What guest code is made for: its instruction set, and what there is around it. */

export const ISAS = ['x86_64', 'i386'] as const;
export type Isa = (typeof ISAS)[number];

/** What a workload runs on: nothing but a CPU, or Linux. */
export const PLATFORMS = ['bare', 'linux'] as const;
export type Platform = (typeof PLATFORMS)[number];
