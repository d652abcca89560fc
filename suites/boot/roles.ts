/** What a machine that is started is for. */

export interface BootRole {
  readonly name: string;
  /** What the guest holds. */
  readonly title: string;
  /** What it takes to run. */
  readonly platform: 'bare' | 'linux';
  /** Whether the files of a whole base system are in its initramfs besides. */
  readonly baseSystem: boolean;
}

/** From the least to the most. */
export const bootRoles: readonly BootRole[] = [
  {
    name: 'bare',
    title: 'our image alone, without an operating system; natively, the same program as a process',
    platform: 'bare',
    baseSystem: false,
  },
  {
    name: 'minimal',
    title: 'a Linux kernel and our program as its first and only process',
    platform: 'linux',
    baseSystem: false,
  },
  {
    name: 'full',
    title: 'the same kernel and process, with the files of a whole base system in the initramfs',
    platform: 'linux',
    baseSystem: true,
  },
];
