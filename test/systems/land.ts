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
const LANDS = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hvbench-tests');
/** What Debian 11 had: gcc 10.2, binutils 2.35, util-linux 2.36, glibc 2.31. */
const PACKAGES = 'gcc,libc6-dev,util-linux';
const BULLSEYE = join(LANDS, `bullseye-${PACKAGES.replaceAll(',', '-')}`);

const has = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** Whether mounts of one's own can be made as root: the name `unshare` of requireOrSkip. */
export const mountsArePermitted =
  process.getuid?.() === 0 && has('unshare', '-m', 'mount', '-t', 'tmpfs', 'none', '/mnt');

/** Whether there is a Debian 11 user land, or it can be made: the name `bullseye` of requireOrSkip. */
export const bullseyeIsUsable =
  mountsArePermitted && (existsSync(BULLSEYE) || (has('debootstrap', '--version') && aptIsUsable));

/** Its folder. Made in a mount and PID namespace, so that nothing of debootstrap stays if it is ended. */
export async function bullseye(): Promise<string> {
  if (existsSync(BULLSEYE)) return BULLSEYE;
  mkdirSync(LANDS, { recursive: true });
  const work = mkdtempSync(join(LANDS, 'building-'));
  try {
    const enclosed = ['-m', '-p', '-f', '--kill-child', '--'];
    const land = join(work, 'land');
    const options = { timeoutMs: LIMIT_MS, maxBytes: 1 << 24 };
    await execute(
      'unshare',
      [
        ...[...enclosed, 'debootstrap', '--foreign', '--variant=minbase', `--include=${PACKAGES}`],
        ...['bullseye', land, archive()],
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
    await rename(land, BULLSEYE);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return BULLSEYE;
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

/**
 * What goes before a command to run it in a user land, at whose root it is as in a container: this project and Node lie
 * where they are, to be read, and so does `folder`, to be written.
 */
export function inLand(land: string, folder: string): string[] {
  const script = `
mount --bind "$LAND" "$LAND"; cd "$LAND"
for name in proc sys dev; do mount --rbind /$name $name; done
mount -t tmpfs none tmp; mount -t tmpfs none root
for path in "$PROJECT" "$FOLDER"; do mkdir -p ".$path"; mount --bind "$path" ".$path"; done
mount -o remount,bind,ro ".$PROJECT"
mkdir -p ".\${NODE%/*}"; : > ".$NODE"; mount --bind "$NODE" ".$NODE"
pivot_root . mnt; umount -l mnt
cd "$FOLDER"; exec "$@"`;
  const variables = { LAND: land, PROJECT: ROOT.replace(/\/$/, ''), FOLDER: folder, NODE: process.execPath };
  return [
    ...['env', ...Object.entries(variables).map(([name, value]) => `${name}=${value}`)],
    ...['HOME=/root', 'TMPDIR=/tmp', `XDG_CACHE_HOME=${folder}/cache`],
    ...['unshare', '-m', 'sh', '-e', '-c', script, 'sh'],
  ];
}

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
