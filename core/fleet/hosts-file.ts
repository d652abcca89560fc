/** The list of hosts of a fleet by SSH: a file with one `[USER@]HOST[:PORT]` a line. */
import { UserError } from '../errors.ts';
import { type Address, parseAddress } from '../hypervisors/ssh/address.ts';
import { readTextAt } from '../results/folder.ts';
import { HOST_NAME, MOST_HOSTS } from './submission.ts';

const LARGEST_BYTES = 4 * 2 ** 20;

export interface ListedHost {
  /** Of its folder. */
  readonly name: string;
  /** As in the file. */
  readonly line: string;
}

/** Throws UserError for a file that cannot be read, holds no host, or one that is none or is there twice. */
export function readHosts(file: string): readonly ListedHost[] {
  const text = readTextAt(file, LARGEST_BYTES);
  if (text === null)
    throw new UserError(`there is no file ${file}: name one with a host a line with --hosts`);
  return parseHosts(text, file);
}

/** The same of a text. What stands behind `#` is a comment. */
export function parseHosts(text: string, file: string): readonly ListedHost[] {
  const hosts: ListedHost[] = [];
  const numbers = new Map<string, number>();
  for (const [index, whole] of text.split('\n').entries()) {
    const line = whole.replace(/#.*/, '').trim();
    if (line === '') continue;
    const number = index + 1;
    const name = nameOf(line, `${file}, line ${number}`);
    const before = numbers.get(name);
    if (before !== undefined)
      throw new UserError(
        `${file}, line ${number}: ${name} is in line ${before} already: a host has one part`,
      );
    numbers.set(name, number);
    hosts.push({ name, line });
  }
  if (hosts.length === 0) throw new UserError(`${file} names no host: write one [USER@]HOST a line`);
  if (hosts.length > MOST_HOSTS) throw new UserError(`${file} names more than ${MOST_HOSTS} hosts`);
  return hosts;
}

/** Throws UserError if it is no address. */
export const addressOf = (line: string): Address => parseAddress(`ssh://${line}`);

function nameOf(line: string, where: string): string {
  let address: Address;
  try {
    address = addressOf(line);
  } catch (error) {
    throw new UserError(`${where}: ${(error as Error).message.replaceAll('ssh://', '')}`);
  }
  const { host, port } = address;
  const name = `${host}${port === undefined ? '' : `-${port}`}`.replaceAll(/[^A-Za-z0-9_.-]/g, '-');
  if (!HOST_NAME.test(name)) throw new UserError(`${where}: ${host} cannot be the name of a folder`);
  return name;
}
