/** Kernel, distribution and memory. */
import type { Host } from './host.ts';
import { cleanText } from './text.ts';

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
export async function readOsName(host: Host): Promise<string> {
  const text = (await host.read('/etc/os-release')) ?? (await host.read('/usr/lib/os-release'));
  return parseOsName(text ?? '') ?? `${host.facts().system} ${kernelRelease(host)}`;
}

/** The kernel's release, e.g. "6.1.0-18-amd64". */
export function kernelRelease(host: Host): string {
  return cleanText(host.facts().kernel);
}

/** always, madvise or never; null where the kernel has no transparent huge pages. */
export async function readTransparentHugePages(host: Host): Promise<string | null> {
  return parseSelected((await host.read('/sys/kernel/mm/transparent_hugepage/enabled')) ?? '');
}
