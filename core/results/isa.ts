/** Instruction sets of guest code. */
export const ISAS = ['x86_64', 'i386'] as const;
