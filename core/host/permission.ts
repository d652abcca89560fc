/** Files that are there and may not be read, and what lets them be read. */
import { lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Advice, quoted } from './advice.ts';

export function isRefusal(code: string | undefined): boolean {
  return code === 'EACCES' || code === 'EPERM';
}

/** Why a file cannot be read that opening was refused for, and the command that lets everybody read it. Never rejects. */
export async function whyUnreadable(path: string): Promise<Required<Advice>> {
  const status = await stat(path).catch(() => null);
  if (status === null) {
    const closed = await closedFolder(path);
    return {
      reason: `it is in ${closed}, which this user may not enter`,
      remedy: `sudo chmod +x ${quoted(closed)}`,
    };
  }
  const mode = (status.mode & 0o7777).toString(8).padStart(4, '0');
  return {
    reason: `this user may not read it (mode ${mode}, owner ${status.uid})`,
    remedy: `sudo chmod +r ${quoted(path)}`,
  };
}

async function closedFolder(path: string): Promise<string> {
  const folder = dirname(path);
  if (folder === path) return folder;
  return (await lstat(folder).catch(() => null)) ? folder : closedFolder(folder);
}
