import { describe, expect, it } from 'vitest';
import { type CpioEntry, cpio } from '../../../core/guest/cpio.ts';
import { atLeastOne } from '../../at-least-one.ts';

const ENTRIES: readonly CpioEntry[] = [
  { path: 'dev', mode: 0o040755 },
  { path: 'dev/console', mode: 0o020600, device: { major: 5, minor: 1 } },
  { path: 'dev/loop260', mode: 0o060660, device: { major: 7, minor: 260 } },
  { path: 'init', mode: 0o100755, content: Buffer.from('#!/bin/true\n') },
  { path: 'empty', mode: 0o100644, content: Buffer.alloc(0) },
  { path: 'größe', mode: 0o100644, content: Buffer.from([0, 255, 0x0a, 0]) },
  { path: 'link', mode: 0o120777, content: Buffer.from('init') },
  // Every length of a name and of a content, as far as alignment tells them apart.
  ...[1, 2, 3, 4, 5].flatMap((length) => [
    { path: 'n'.repeat(length), mode: 0o100600, content: Buffer.alloc(9 - length, 'c') },
  ]),
];

interface Read {
  readonly path: string;
  readonly inode: number;
  readonly mode: number;
  readonly times: readonly number[];
  readonly links: number;
  readonly device: readonly [number, number];
  readonly content: Buffer;
}

/** Reads an archive as the format's text says, by offsets, and checks that nothing is left over. */
function read(archive: Buffer): Read[] {
  const entries: Read[] = [];
  let at = 0;
  for (;;) {
    expect(archive.toString('latin1', at, at + 6)).toBe('070701');
    const field = (index: number) => {
      const text = archive.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index);
      expect(text).toMatch(/^[0-9A-F]{8}$/);
      return Number.parseInt(text, 16);
    };
    const nameEnd = at + 110 + field(11);
    expect(archive[nameEnd - 1]).toBe(0);
    const path = archive.toString('utf8', at + 110, nameEnd - 1);
    const begin = Math.ceil(nameEnd / 4) * 4;
    const end = begin + field(6);
    expect(archive.subarray(nameEnd, begin).every((byte) => byte === 0)).toBe(true);
    entries.push({
      path,
      inode: field(0),
      mode: field(1),
      times: [field(2), field(3), field(5), field(7), field(8), field(12)],
      links: field(4),
      device: [field(9), field(10)],
      content: archive.subarray(begin, end),
    });
    at = Math.ceil(end / 4) * 4;
    expect(archive.subarray(end, at).every((byte) => byte === 0)).toBe(true);
    if (path === 'TRAILER!!!') break;
  }
  expect(at).toBe(archive.length);
  return entries;
}

describe('an archive', () => {
  it('holds every entry as it was given, and ends with its trailer', () => {
    const entries = read(cpio(ENTRIES));
    expect(entries.map(({ path, mode, content, device }) => ({ path, mode, content, device }))).toEqual(
      [...ENTRIES, { path: 'TRAILER!!!', mode: 0 }].map((entry: CpioEntry) => ({
        path: entry.path,
        mode: entry.mode,
        content: entry.content ?? Buffer.alloc(0),
        device: [entry.device?.major ?? 0, entry.device?.minor ?? 0],
      })),
    );
    expect(read(cpio([])).map(({ path }) => path)).toEqual(['TRAILER!!!']);
  });

  it('tells nothing of when and by whom it was made, and has no two entries of one inode', () => {
    const entries = read(cpio(ENTRIES));
    for (const { times, links } of atLeastOne(entries))
      expect({ times, links }).toEqual({ times: Array(6).fill(0), links: 1 });
    expect(new Set(entries.map(({ inode }) => inode)).size).toBe(entries.length);
    expect(cpio(ENTRIES)).toEqual(
      cpio(
        structuredClone(ENTRIES).map((entry) => ({
          ...entry,
          ...(entry.content && { content: Buffer.from(entry.content) }),
        })),
      ),
    );
  });

  it.each(['', '/init', 'TRAILER!!!', 'in\0it'])('does not take the path %j', (path) => {
    expect(() => cpio([{ path, mode: 0o100644 }])).toThrow(/^no cpio archive can hold the path /);
  });

  it.each([-1, 1.5, 2 ** 32, Number.NaN])('does not take the number %d', (minor) => {
    const entry = { path: 'node', mode: 0o020600, device: { major: 1, minor } };
    expect(() => cpio([entry])).toThrow(/^no cpio archive can hold the number /);
  });
});
