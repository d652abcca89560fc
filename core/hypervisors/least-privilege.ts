/** The command in front of a hypervisor that takes from it what it does not need. */
import { readFileSync } from 'node:fs';
import { CAPABILITIES, type Capability } from '../guest/capabilities.ts';

/** User and group of nobody, everywhere. */
const NOBODY = '65534';

export interface Least {
  /** Capabilities that it keeps, of those that this process has. */
  readonly keep?: readonly Capability[];
  /** Whether it runs as nobody, not as this process's user. */
  readonly asNobody?: boolean;
}

/** User Mode Linux, which reads the host's files for its guest itself; `user`: in a user namespace. */
export const leastOfUml = (user: boolean): Least => (user ? {} : { keep: ['DAC_OVERRIDE'], asNobody: true });

/** QEMU, which reads a kernel; `enclosed`: by root, where it is not to be root and its devices are for all. */
export const leastOfQemu = (enclosed: boolean): Least => ({ keep: ['DAC_READ_SEARCH'], asNobody: enclosed });

/**
 * Starts a program that dies with this process and gains no privileges; where this process may take capabilities away, it
 * has those alone that it keeps. An argument vector that lacks the program.
 */
export function withLeast({ keep = [], asNobody = false }: Least): string[] {
  const permitted = permittedCapabilities();
  const has = (name: Capability) => (permitted & (1n << BigInt(CAPABILITIES[name]))) !== 0n;
  const sets = ['-all', ...keep.filter(has).map((name) => `+${name.toLowerCase()}`)].join(',');
  return [
    ...['setpriv', '--pdeathsig', 'KILL', '--no-new-privs'],
    ...(asNobody ? ['--reuid', NOBODY, '--regid', NOBODY, '--clear-groups'] : []),
    // Else access(2) says of nobody that it has none, whatever it may really do.
    ...(asNobody ? ['--securebits', '+no_setuid_fixup'] : []),
    ...(has('SETPCAP') ? ['--inh-caps', sets, '--ambient-caps', sets, '--bounding-set', sets] : []),
    '--',
  ];
}

function permittedCapabilities(): bigint {
  const status = readFileSync('/proc/self/status', 'utf8');
  return BigInt(`0x${/^CapPrm:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
}
