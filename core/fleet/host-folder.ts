/** What a host has left in the fleet's folder. Whoever may write there may have written anything. */
import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { cleanText } from '../host/text.ts';
import { RESULT } from '../results/folder.ts';
import { LEFT } from './host-script.ts';

const HOSTS = 'hosts';
const LINE = 300;
const LOG_END = 4096;

export interface HostFolder {
  /** Null until the command has ended. */
  readonly exitCode: number | null;
  /** What the host calls itself; null if it never began. */
  readonly host: string | null;
  /** Path of its result.json; null if it has none. */
  readonly result: string | null;
}

export const hostFolder = (folder: string, name: string): string => join(folder, HOSTS, name);

export function readHostFolder(folder: string, name: string): HostFolder {
  const at = (file: string) => join(hostFolder(folder, name), file);
  const code = endOfFile(at(LEFT.exitCode))?.trim() ?? '';
  const host = cleanText(endOfFile(at(LEFT.host)) ?? '', 255);
  return {
    exitCode: /^\d{1,3}$/.test(code) ? Number(code) : null,
    host: host || null,
    result: existsSync(at(RESULT)) ? at(RESULT) : null,
  };
}

/** The last line that its command has written; null if there is none. */
export function lastLine(folder: string, name: string): string | null {
  const lines = (endOfFile(join(hostFolder(folder, name), LEFT.log)) ?? '').split('\n');
  const last = lines.map((line) => cleanText(line, LINE)).findLast((line) => line !== '');
  return last?.replace(/^hvbench: /, '') ?? null;
}

/** The end of a file; null if there is no such file. A link is none. */
export function endOfFile(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const status = fstatSync(file);
    if (!status.isFile()) return null;
    const end = Buffer.alloc(Math.min(status.size, LOG_END));
    const count = readSync(file, end, 0, end.length, status.size - end.length);
    return end.subarray(0, count).toString('utf8');
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}
