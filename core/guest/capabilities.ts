/** Linux's capabilities (capabilities(7)), and those that programs which are started here need. */

/** By their number, from linux/capability.h; those that anybody here keeps. */
export const CAPABILITIES = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  DAC_READ_SEARCH: 2,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  NET_BIND_SERVICE: 10,
  SYS_CHROOT: 18,
  MKNOD: 27,
  SETFCAP: 31,
} as const;
export type Capability = keyof typeof CAPABILITIES;

/** A mask with a bit for each. */
function maskOf(names: readonly Capability[]): bigint {
  return names.reduce((mask, name) => mask | (1n << BigInt(CAPABILITIES[name])), 0n);
}

/**
 * What a command keeps of its user's: root's over files, users and processes, each of which ends where its own mounts
 * and processes do. Fewer than containers have: none to make devices, to change the root, to send raw packets.
 * DAC_READ_SEARCH is not among them, since it opens files by their handles, wherever these are; DAC_OVERRIDE reads all.
 */
export const COMMAND_CAPABILITIES = maskOf([
  ...(['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID'] as const),
  ...(['SETPCAP', 'NET_BIND_SERVICE', 'SETFCAP'] as const),
]);

/**
 * What the process that starts a hypervisor keeps: to start it with less, and to start virtiofsd, which asks for all of
 * these but the last.
 */
export const STARTER_CAPABILITIES = maskOf([
  ...(['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'SETGID', 'SETUID', 'SETPCAP'] as const),
  ...(['SYS_CHROOT', 'MKNOD', 'SETFCAP', 'DAC_READ_SEARCH'] as const),
]);
