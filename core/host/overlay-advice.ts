/** Why no overlay lies over a folder, by what its file system is. */
import { readFileSync } from 'node:fs';
import { parseMounts } from './mounts.ts';

/** In a line, with what to do; `mountInfo` as /proc/self/mountinfo has it. */
export function whyNoOverlay(
  folder: string,
  mountInfo = readFileSync('/proc/self/mountinfo', 'utf8'),
): string {
  const inside = parseMounts(mountInfo).filter(({ at }) =>
    `${folder}/`.startsWith(at === '/' ? at : `${at}/`),
  );
  const longest = Math.max(0, ...inside.map(({ at }) => at.length));
  // Of several at one place the last lies on top.
  const mount = inside.filter(({ at }) => at.length === longest).at(-1);
  const where = mount ? `${mount.type} (mounted at ${mount.at})` : 'a file system';
  return `${folder} lies on ${where}, ${whyNot(mount?.type ?? '')}: natively, the command can only read files there; run it in a folder on another file system`;
}

/** Of a folder with mount points below it, each of which is shown apart (core/hypervisors/host-root.ts); else null. */
export function whyInPart(
  folder: string,
  mountInfo = readFileSync('/proc/self/mountinfo', 'utf8'),
): string | null {
  const below = parseMounts(mountInfo).find(({ at }) => at.startsWith(`${folder}/`));
  if (!below || folder === '/') return null;
  return `there is a mount point below ${folder} (${below.at}): natively, the command can only read the files of ${folder} itself`;
}

function whyNot(type: string): string {
  if (type === 'overlay') return 'and Linux does not stack a third overlay on two';
  if (/^(vfat|msdos|exfat|ntfs3?|hfsplus|cifs|smb3)$/.test(type))
    return 'whose names ignore case, and Linux allows no overlay over such a file system';
  return 'over which Linux allows no overlay';
}
