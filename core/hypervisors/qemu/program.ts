/** The QEMU of this host. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { capture } from '../../host/capture.ts';
import { findOnPath } from '../../host/path.ts';

/** It runs 32-bit guests as well. */
export const QEMU = 'qemu-system-x86_64';

export interface QemuProgram {
  readonly version: string;
  /** The accelerators that it was built with. */
  readonly accelerators: readonly string[];
}

/** Null where there is none, or where it does not say what it is. */
export async function findQemu(): Promise<QemuProgram | null> {
  const path = await findOnPath(QEMU);
  if (path === null) return null;
  const [version, help] = await Promise.all([
    capture(path, ['--version']),
    capture(path, ['-accel', 'help']),
  ]);
  const found = /version (\d+\.\d+\.\d+)/.exec(version ?? '')?.[1];
  if (found === undefined) return null;
  const names = (help ?? '').split('\n').map((line) => line.trim());
  return { version: found, accelerators: names.filter((name) => /^[a-z]+$/.test(name)) };
}

/** What QEMU may load into an x86 machine before its guest runs: BIOSes and boot loaders. */
export async function firmwareFiles(): Promise<string[]> {
  const folders = ((await capture(QEMU, ['-L', 'help'])) ?? '').split('\n').filter(Boolean);
  const files = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder).catch(() => []);
      return names.filter((name) => /\.(bin|rom)$/.test(name)).map((name) => join(folder, name));
    }),
  );
  return files.flat();
}
