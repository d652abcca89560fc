/** Foreign systems to run the real command in: other users' lands, and paths on which programs are missing. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execute } from '../../core/host/execute.ts';
import { aptIsUsable } from '../apt.ts';
import { ROOT } from '../cli/command.ts';

const LIMIT_MS = 170_000;

/** Kept from one test run to the next, since it takes a minute to make. Tests change XDG_CACHE_HOME: it is read first. */
export const LANDS = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hvbench-tests');
/** What Debian 11 had: gcc 10.2, binutils 2.35, util-linux 2.36, glibc 2.31. */
const BULLSEYE = ['bullseye', ['gcc', 'libc6-dev', 'util-linux']] as const;

const has = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** Whether mounts of one's own can be made as root: the name `unshare` of requireOrSkip. */
export const mountsArePermitted =
  process.getuid?.() === 0 && has('unshare', '-m', 'mount', '-t', 'tmpfs', 'none', '/mnt');

const placeOf = (release: string, packages: readonly string[]) =>
  join(LANDS, [release, ...packages].join('-'));

/** Whether there is a user land of a release of Debian with these packages, or it can be made. */
export const canHaveLand = (release: string, packages: readonly string[]): boolean =>
  mountsArePermitted &&
  (existsSync(placeOf(release, packages)) || (has('debootstrap', '--version') && aptIsUsable));

/** The name `bullseye` of requireOrSkip. */
export const bullseyeIsUsable = canHaveLand(...BULLSEYE);

export const bullseye = (): Promise<string> => userLand(...BULLSEYE);

/**
 * Its folder. Made in a mount and PID namespace, so that nothing of debootstrap stays if it is ended, as each of its two
 * stages is after `timeoutMs`.
 */
export async function userLand(
  release: string,
  packages: readonly string[],
  timeoutMs = LIMIT_MS,
): Promise<string> {
  const place = placeOf(release, packages);
  if (existsSync(place)) return place;
  mkdirSync(LANDS, { recursive: true });
  const work = mkdtempSync(join(LANDS, 'building-'));
  try {
    const enclosed = ['-m', '-p', '-f', '--kill-child', '--'];
    const land = join(work, 'land');
    const options = { timeoutMs, maxBytes: 1 << 24 };
    await execute(
      'unshare',
      [
        ...[...enclosed, 'debootstrap', '--foreign', '--variant=minbase', `--include=${packages.join()}`],
        ...[release, land, archive()],
      ],
      options,
    );
    // Nobody needs it after a power cut: waiting for the disk is most of the time.
    mkdirSync(join(land, 'etc/dpkg/dpkg.cfg.d'), { recursive: true });
    await writeFile(join(land, 'etc/dpkg/dpkg.cfg.d/unsafe-io'), 'force-unsafe-io\n');
    await execute(
      'unshare',
      [...enclosed, 'chroot', land, '/debootstrap/debootstrap', '--second-stage'],
      options,
    );
    await rename(land, place).catch((error) => {
      // Another process has made it meanwhile.
      if (!existsSync(place)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return place;
}

/** The archive of this system's own release, as its apt knows it. */
function archive(): string {
  const format = '$(REPO_URI) $(RELEASE)';
  const args = ['indextargets', '--format', format, 'Created-By: Packages', 'Component: main'];
  const targets = spawnSync('apt-get', args, { encoding: 'utf8' }).stdout.split('\n');
  // Those for updates have names with a dash.
  const [uri] =
    targets.map((line) => line.split(' ')).find(([, release = '']) => /^\w+$/.test(release)) ?? [];
  if (!uri) throw new Error('apt names no archive of a release');
  return uri;
}

export interface InLand {
  /** The program of Node.js to bring along; that of these tests unless given, none if null. */
  readonly node?: string | null;
  /** A shell's lines at whose end the user land is mounted at $LAND; an empty folder before. */
  readonly root?: string;
  /** More lines, which run in there as root before the command. */
  readonly inside?: string;
}

/**
 * What goes before a command to run it in a user land, at whose root it is as in a container: this project and Node lie
 * where they are, to be read, and so does `folder`, to be written.
 */
export function inLand(land: string, folder: string, options: InLand = {}): string[] {
  const { node = process.execPath, root = 'mount --bind "$LAND" "$LAND"', inside = '' } = options;
  const script = `
${root}
cd "$LAND"
for name in proc sys dev; do mount --rbind /$name $name; done
mount -t tmpfs none tmp; mount -t tmpfs none root
for path in "$PROJECT" "$FOLDER"; do mkdir -p ".$path"; mount --bind "$path" ".$path"; done
mount -o remount,bind,ro ".$PROJECT"
[ -z "$NODE" ] || { mkdir -p ".\${NODE%/*}"; : > ".$NODE"; mount --bind "$NODE" ".$NODE"; }
pivot_root . mnt; umount -l mnt
${inside}
cd "$FOLDER"; exec "$@"`;
  const variables = { LAND: land, PROJECT: ROOT.replace(/\/$/, ''), FOLDER: folder, NODE: node ?? '' };
  return [
    // It names a file of this computer, and Node complains of one that is not there.
    ...['env', '-u', 'NODE_EXTRA_CA_CERTS'],
    ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ...['HOME=/root', 'TMPDIR=/tmp', `XDG_CACHE_HOME=${folder}/cache`],
    ...['unshare', '-m', 'sh', '-e', '-c', script, 'sh'],
  ];
}

/** gcc under all its names, and what it needs besides. */
export const GCC = /^(.*-)?(gcc|cc|c[89]9|g\+\+|c\+\+|cpp|as)(-[\w.]+)?$|^(.*-)?(gcc|cpp)-/;

/** A folder with all commands of PATH but those that match, and `more`: a PATH on which these are missing. */
export function pathWithout(
  hidden: RegExp,
  folder: string,
  more: Readonly<Record<string, string>> = {},
): string {
  const path = mkdtempSync(join(folder, 'path-'));
  const targets = new Map(Object.entries(more));
  for (const each of (process.env.PATH ?? '').split(delimiter).filter(existsSync)) {
    for (const name of readdirSync(each))
      if (!hidden.test(name) && !targets.has(name)) targets.set(name, join(each, name));
  }
  for (const [name, target] of targets) symlinkSync(target, join(path, name));
  return path;
}

/** Where a command lies whose name matches; null where none does. */
export function findCommand(name: RegExp): string | null {
  for (const each of (process.env.PATH ?? '').split(delimiter).filter(existsSync)) {
    for (const found of readdirSync(each).filter((one) => name.test(one))) {
      try {
        accessSync(join(each, found), constants.X_OK);
        return join(each, found);
      } catch {
        // A link that leads nowhere.
      }
    }
  }
  return null;
}
