/** Which program the processes of a machine really execute: asked of the system, not taken from what was told. */
import { readlink, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { processTree } from '../host/cpu-time.ts';
import { fileDigest } from '../host/file-digest.ts';
import type { Host } from '../host/host.ts';
import { MachineError } from './hypervisor.ts';
import { digestOnce } from './variant-record.ts';

/**
 * Evidence that one of a machine's processes executes this file; of a script, what executes instead. Throws MachineError if
 * none does.
 */
export async function ranProgram(host: Host, pid: number, path: string): Promise<string> {
  const name = basename(path);
  const found = await Promise.all(processTree(pid, host).map(executableOf));
  const others = found.flatMap((one) => (one === null || one.path === process.execPath ? [] : [one]));
  if ((await host.capture('head', ['-c', '2', path])) === '#!') {
    const last = others.at(-1);
    if (!last) return `host record: ${name} is a script; the system does not show what it runs`;
    return `host record: ${name} is a script; what executes is ${basename(last.path)}, SHA-256 ${short(await fileDigest(last.file))}`;
  }
  const own = await stat(path);
  const same = others.some(({ device, inode }) => device === own.dev && inode === own.ino);
  const told = `SHA-256 ${short(await digestOnce(host, path))}`;
  if (same) return `host record: its process executes ${name}, ${told}`;
  // In a root of its own the same file may be on another device.
  for (const { file } of others.filter((one) => basename(one.path) === name))
    if ((await fileDigest(file)) === (await digestOnce(host, path)))
      return `host record: its process executes ${name}, ${told}`;
  if (found.includes(null)) return `host record: the system does not show which program executes`;
  throw new MachineError(
    `no process executes ${name}: they are ${others.map((one) => basename(one.path)).join(', ') || 'none'}`,
  );
}

const short = (digest: string): string => digest.slice(0, 12);

/** Null if the system does not let us look. */
async function executableOf(pid: number) {
  const file = `/proc/${pid}/exe`;
  try {
    const [path, { dev, ino }] = await Promise.all([readlink(file), stat(file)]);
    return { file, path, device: dev, inode: ino };
  } catch {
    return null;
  }
}
