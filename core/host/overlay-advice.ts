/** Why no overlay lies over a folder, by what its file system is. */
import type { Host } from './host.ts';
import { type Mount, parseMounts } from './mounts.ts';

/** In a line, with what to do. */
export async function whyNoOverlay(folder: string, host: Host): Promise<string> {
  const inside = (await mountsOf(host)).filter(({ at }) =>
    `${folder}/`.startsWith(at === '/' ? at : `${at}/`),
  );
  const longest = Math.max(0, ...inside.map(({ at }) => at.length));
  // Of several at one place the last lies on top.
  const mount = inside.filter(({ at }) => at.length === longest).at(-1);
  const where = mount ? `${mount.type} (mounted at ${mount.at})` : 'a file system';
  return `${folder} lies on ${where}, ${whyNot(mount?.type ?? '')}: natively, the command can only read files there; run it in a folder on another file system`;
}

/** Of a folder with mount points below it, each of which is shown apart (core/hypervisors/host-root.ts); else null. */
export async function whyInPart(folder: string, host: Host): Promise<string | null> {
  const below = (await mountsOf(host)).find(({ at }) => at.startsWith(`${folder}/`));
  if (!below || folder === '/') return null;
  return `there is a mount point below ${folder} (${below.at}): natively, the command can only read the files of ${folder} itself`;
}

async function mountsOf(host: Host): Promise<Mount[]> {
  return parseMounts((await host.read('/proc/self/mountinfo')) ?? '');
}

function whyNot(type: string): string {
  if (type === 'overlay') return 'and Linux does not stack a third overlay on two';
  if (/^(vfat|msdos|exfat|ntfs3?|hfsplus|cifs|smb3)$/.test(type))
    return 'whose names ignore case, and Linux allows no overlay over such a file system';
  return 'over which Linux allows no overlay';
}
