/** What the places of the matrix are made of. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { MAIN, type Options } from '../../cli/command.ts';
import { kvmIsUsable } from '../../kvm.ts';
import { umlIsUsable } from '../../linux.ts';
import { qemuIsUsable } from '../../qemu.ts';
import { canHaveLand, type InLand, inLand, userLand } from '../land.ts';
import type { Place } from './system.ts';

/** Under load a download takes longer. */
const LAND_LIMIT_MS = 900_000;
/** Under load a boot of Linux in a translator takes a minute. */
const LIMIT_MS = 540_000;

/** All there is where QEMU and User Mode Linux are installed. */
export const EVERYTHING: readonly string[] = [
  ...['native', 'control', 'container', 'qemu-tcg', 'uml', 'v86'],
  ...(kvmIsUsable ? ['kvm', 'qemu-kvm'] : []),
];
export const withoutKvm = (ids: readonly string[]): string[] => ids.filter((id) => !id.endsWith('kvm'));

/** What a full boot is tried in where nothing but the compiler, Node.js or the user is another. */
export const FEW: readonly string[] = ['native', 'kvm', 'uml', 'v86'];

/** All that this computer has, which a place on it has as well. */
export const here: readonly string[] = EVERYTHING.filter(
  (id) => (umlIsUsable || id !== 'uml') && (qemuIsUsable || !id.startsWith('qemu')),
);

/** On this computer, with a cache of its own. */
export function onThisComputer(folder: string, more: Partial<Options> = {}): Place {
  const options = { cwd: folder, limitMs: LIMIT_MS, ...more };
  return {
    options: { ...options, env: { XDG_CACHE_HOME: join(folder, 'cache'), ...more.env } },
    ...{ kernels: 'this-computer', able: here, boots: FEW },
  };
}

/** As whom, in front of a command. */
export const asUser = (id: number): string[] => [
  ...['setpriv', '--reuid', String(id), '--regid', String(id), '--clear-groups'],
];
/** Whether this user can become another, by whom a command succeeds. */
export const can = (id: number, ...command: readonly string[]): boolean => {
  const [program = '', ...args] = [...asUser(id), ...command];
  return spawnSync(program, args).status === 0;
};

export interface Land {
  readonly release: string;
  /** With what hvbench can use besides its compiler. */
  readonly packages: readonly string[];
  /** Whether Node.js is its own package. */
  readonly ownNode: boolean;
}

const GUESTS = ['qemu-system-x86', 'user-mode-linux', 'seabios'];
export const BULLSEYE: Land = {
  ...{ release: 'bullseye', packages: ['gcc', 'libc6-dev', 'util-linux', ...GUESTS], ownNode: false },
};
export const BOOKWORM: Land = { ...BULLSEYE, release: 'bookworm' };
export const TRIXIE: Land = {
  ...{ release: 'trixie', packages: [...BULLSEYE.packages, 'virtiofsd', 'nodejs'], ownNode: true },
};

/** In a user land of Debian, as root; a text where there is none. */
export async function inUserLand(land: Land, folder: string, more: InLand = {}): Promise<Place | string> {
  const { release, packages, ownNode } = land;
  if (!canHaveLand(release, packages))
    return 'it takes root, mounts, debootstrap and an archive of Debian that apt knows';
  const path = await userLand(release, packages, LAND_LIMIT_MS);
  return {
    options: {
      ...{ cwd: folder, limitMs: LIMIT_MS, env: { CC: '' } },
      under: inLand(path, folder, { ...(ownNode && { node: null }), ...more }),
      ...(ownNode && { program: ['/usr/bin/node', MAIN] }),
    },
    ...{ kernels: release, able: EVERYTHING, boots: EVERYTHING },
  };
}
