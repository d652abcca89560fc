/** Kernel, distribution and memory. */
import { release, type } from 'node:os';
import { cleanText, readText } from './text.ts';

/** PRETTY_NAME of an os-release(5) file, or null. */
export function parseOsName(text: string): string | null {
  const value = /^PRETTY_NAME=(.*)$/m.exec(text)?.[1]?.trim() ?? '';
  const name = cleanText(value.replace(/^(["'])(.*)\1$/, '$2').replace(/\\(["$`\\])/g, '$1'));
  return name === '' ? null : name;
}

/** The choice in brackets of a sysfs switch such as "always [madvise] never", or null. */
export function parseSelected(text: string): string | null {
  return /\[([a-z_]+)\]/.exec(text)?.[1] ?? null;
}

/** The distribution's name; the kernel's, where there is none. */
export async function readOsName(root = '/'): Promise<string> {
  const text = (await readText(root, 'etc/os-release')) ?? (await readText(root, 'usr/lib/os-release'));
  return parseOsName(text ?? '') ?? `${type()} ${kernelRelease()}`;
}

/** The kernel's release, e.g. "6.1.0-18-amd64". */
export function kernelRelease(): string {
  return cleanText(release());
}

/** always, madvise or never; null where the kernel has no transparent huge pages. */
export async function readTransparentHugePages(root = '/'): Promise<string | null> {
  return parseSelected((await readText(root, 'sys/kernel/mm/transparent_hugepage/enabled')) ?? '');
}
