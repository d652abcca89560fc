/** What is kept and told of a variant: its program's file by name and digest, and what it is told. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileDigest } from '../host/file-digest.ts';
import type { Host } from '../host/host.ts';
import type { VariantRecord } from '../results/schema.ts';
import { onceFor } from './once-for.ts';

/** A program as it is named: a name is looked for on the PATH, a path from the working folder. Null if it is not there. */
export async function findProgram(host: Host, named: string): Promise<string | null> {
  if (!named.includes('/')) return await host.find(named);
  const path = resolve(named);
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile() ? path : null;
  } catch {
    return null;
  }
}

/** Why a program that was named cannot be run; null if it is there. */
export async function programMissing(host: Host, named: string | undefined): Promise<string | null> {
  if (named === undefined || (await findProgram(host, named)) !== null) return null;
  return `there is no program ${named}, or it is not executable`;
}

/** SHA-256 of a file, read once. */
export const digestOnce = onceFor(
  (_host: Host, path: string) => fileDigest(path),
  (_, path) => path,
);

/** What a result keeps of a variant. Folders are left out: they are nobody else's business. */
export async function variantRecord(
  host: Host,
  of: string,
  options: Readonly<Record<string, unknown>>,
  file: string | null,
): Promise<VariantRecord> {
  const told = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    of,
    program: file === null ? null : { name: withoutFolders(file), sha256: await digestOnce(host, file) },
    options: Object.fromEntries(told.map(([name, value]) => [name, withoutFolders(textOf(value))])),
  };
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(' ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, one]) => `${name}=${one}`)
    .join(' ');
}

/** A text in which each absolute path is its last name. */
export const withoutFolders = (text: string): string =>
  text.replace(/(^|[\s=,:"'])(?:\/[^\s,:"'/]+)*\/([^\s,:"'/]*)/g, '$1$2');

/** "qemu-system-x86_64 (SHA-256 0123456789ab), args -accel tcg,tb-size=1". */
export function variantTitle({ program, options }: VariantRecord): string {
  const told = Object.entries(options)
    .filter(([name]) => name !== 'program' || program === null)
    .map(([name, text]) => `${name} ${text}`);
  const file = program && `${program.name} (SHA-256 ${program.sha256.slice(0, 12)})`;
  return [file, ...told].filter(Boolean).join(', ');
}
