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
  return `${folder} lies on ${where}, ${whyNot(mount?.type ?? '')}: natively what is there can only be read; run it in a folder on another file system, or copy it to one`;
}

/** Of a folder with mount points below it, each of which is shown apart (core/hypervisors/host-root.ts); else null. */
export function whyInPart(
  folder: string,
  mountInfo = readFileSync('/proc/self/mountinfo', 'utf8'),
): string | null {
  const below = parseMounts(mountInfo).find(({ at }) => at.startsWith(`${folder}/`));
  if (!below || folder === '/') return null;
  return `there is a mount point below ${folder} (${below.at}): natively the files of ${folder} itself can only be read`;
}

function whyNot(type: string): string {
  if (type === 'overlay') return 'and Linux lays no third overlay over two';
  if (/^(vfat|msdos|exfat|ntfs3?|hfsplus|cifs|smb3)$/.test(type))
    return 'whose names know no upper and lower case, and over such Linux lays no overlay';
  return 'over which Linux lays no overlay';
}
