/** Mounts and rights as a container has them, on this computer's own files. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type InLand, inLand, mountsArePermitted } from '../land.ts';
import { here, onThisComputer, withoutKvm } from './places.ts';
import type { Place, System } from './system.ts';

/** This computer's files under an overlay in memory. */
const OVERLAY = `
mount -t tmpfs none "$LAND"; mkdir "$LAND/upper" "$LAND/work" "$LAND/root"
mount -t overlay -o "lowerdir=/,upperdir=$LAND/upper,workdir=$LAND/work" overlay "$LAND/root"
LAND="$LAND/root"; : > "$LAND/.dockerenv"`;

/** Docker's masks, and its few devices. */
const MASKS = `
for path in acpi scsi; do [ ! -d /proc/$path ] || mount -t tmpfs -o ro none /proc/$path; done
for path in kcore keys timer_list latency_stats sched_debug; do
  [ ! -e /proc/$path ] || mount --bind /dev/null /proc/$path
done
for path in bus fs irq sys sysrq-trigger; do
  [ ! -e /proc/$path ] || { mount --bind /proc/$path /proc/$path; mount -o remount,bind,ro /proc/$path; }
done
mount -o remount,bind,ro /sys
mkdir /tmp/dev; mount --rbind /dev /tmp/dev; mount -t tmpfs none /dev
for name in null zero full random urandom tty; do : > /dev/$name; mount --bind /tmp/dev/$name /dev/$name; done
mkdir /dev/shm /dev/pts; mount -t tmpfs none /dev/shm; mount --bind /tmp/dev/pts /dev/pts
ln -s pts/ptmx /dev/ptmx; ln -s /proc/self/fd /dev/fd
umount -l /tmp/dev; rmdir /tmp/dev`;

/** What Docker leaves to root in a container. */
const RIGHTS =
  '-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap';

const isOverlay = spawnSync('stat', ['-f', '-c', '%T', '/'], { encoding: 'utf8' }).stdout.includes('overlay');
/** Whether this computer can have such places. */
export const canContain = mountsArePermitted && !isOverlay;

function contained(folder: string, more: InLand, rights: readonly string[]): Place | string {
  if (!mountsArePermitted) return 'it takes root and mounts';
  if (isOverlay)
    return 'the root of this computer is an overlay already, and Linux does not stack a third one on two';
  const root = join(folder, 'root');
  mkdirSync(root);
  const place = onThisComputer(folder, {
    under: [...inLand(root, folder, { root: OVERLAY, ...more }), ...rights],
  });
  return { ...place, fetching: onThisComputer(folder).options };
}

export const containers: readonly System[] = [
  {
    id: 'container',
    title: 'A container',
    about:
      "This computer's files under an overlay, /proc with Docker's masks, /proc/sys and /sys read-only, a small /dev without KVM, root with Docker's capabilities. exec is refused by one line that says what the container needs.",
    open: async (folder) => {
      const rights = ['setpriv', '--bounding-set', RIGHTS, '--inh-caps', RIGHTS];
      const place = contained(folder, { inside: MASKS }, rights);
      if (typeof place === 'string') return place;
      return {
        ...place,
        able: withoutKvm(here).filter((id) => id !== 'container'),
        unable: { container: /docker run / },
        refusal: { line: /this container, docker .*, covers parts of \/proc .*; try: docker run / },
      };
    },
  },
  {
    id: 'container-privileged',
    title: 'A privileged container',
    about: "This computer's files under an overlay, everything else as it is: Docker's --privileged.",
    open: async (folder) => contained(folder, {}, []),
  },
];
