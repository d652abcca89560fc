/** The systems of the matrix, in the order of its table. */
import { join } from 'node:path';
import { MAIN, ROOT } from '../../cli/command.ts';
import { findCommand, GCC, pathWithout } from '../land.ts';
import { haveNodes, type Major, nodePath } from '../nodes.ts';
import { containers } from './containers.ts';
import {
  asUser,
  BOOKWORM,
  BULLSEYE,
  can,
  here,
  inUserLand,
  onThisComputer,
  TRIXIE,
  withoutKvm,
} from './places.ts';
import type { System } from './system.ts';
import { ubuntu } from './ubuntu.ts';

/** No entry in passwd(5) has this number. */
const USER = 12_345;

const nodeJs = (major: Major): System => ({
  id: `node-${major}`,
  title: `Node.js ${major}`,
  about: 'This computer with another Node.js, from the npm registry.',
  open: async (folder) =>
    (await haveNodes())
      ? onThisComputer(folder, { program: [nodePath(major), join(ROOT, 'bin/hvbench.cjs')] })
      : 'other versions of Node.js cannot be had from the npm registry',
});

export const systems: readonly System[] = [
  {
    ...{ id: 'this-computer', title: 'This computer', about: 'As it is, as root.' },
    open: async (folder) => ({ ...onThisComputer(folder), boots: here }),
  },
  {
    ...{
      id: 'debian-11',
      title: 'Debian 11',
      about:
        "Its user land; this computer's Node.js, since its own is too old. Without uml: its User Mode Linux, 5.10, never comes to user space on a CPU as new as this one's.",
    },
    open: async (folder) => {
      const place = await inUserLand(BULLSEYE, folder);
      return typeof place === 'string' ? place : { ...place, without: ['uml'] };
    },
  },
  {
    ...{
      id: 'debian-12',
      title: 'Debian 12',
      about: "Its user land; this computer's Node.js, since its own is too old.",
    },
    open: (folder) => inUserLand(BOOKWORM, folder),
  },
  {
    ...{ id: 'debian-13', title: 'Debian 13', about: 'Its user land, with its own Node.js.' },
    open: (folder) => inUserLand(TRIXIE, folder),
  },
  ubuntu,
  ...containers,
  {
    ...{
      id: 'user',
      title: 'An unprivileged user',
      about: 'This computer for a user without privileges or an entry in passwd.',
    },
    open: async (folder) => {
      if (!can(USER, 'test', '-r', MAIN)) return 'this user cannot become another who may read this project';
      const under = [...asUser(USER), 'env', `HOME=${folder}`, `TMPDIR=${folder}`];
      const able = can(USER, 'test', '-w', '/dev/kvm') ? here : withoutKvm(here);
      return { ...onThisComputer(folder, { under }), able, user: USER };
    },
  },
  {
    ...{
      id: 'clang',
      title: 'clang alone',
      about: 'This computer without gcc or its assembler on the PATH.',
    },
    open: async (folder) =>
      findCommand(/^clang$/) === null
        ? 'clang is not installed'
        : onThisComputer(folder, { env: { PATH: pathWithout(GCC, folder), CC: '' } }),
  },
  ...([22, 24, 26] as const).map(nodeJs),
];
