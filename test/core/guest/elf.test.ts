import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildImages } from '../../../core/guest/build.ts';
import { parseElf } from '../../../core/guest/elf.ts';
import { createRandom } from '../../../core/stats/random.ts';
import { suites } from '../../../suites/index.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { fakeRoot } from '../host/fake-root.ts';
import { ISAS, useImageCache } from './cache.ts';

/** What a damaged file may raise: an error of ours, in words, and not one of a read out of range. */
const CLEAR = /^(not an ELF file|ELF machine \d+ is not supported|damaged ELF file: [^\n]+)$/;

function errorOf(file: Buffer): Error | null {
  try {
    parseElf(file);
    return null;
  } catch (error) {
    return error as Error;
  }
}

describe.each(ISAS)('an image of %s', (isa) => {
  useImageCache();
  let path: string;
  let file: Buffer;
  beforeAll(async () => {
    path = (await buildImages(suites, [isa])).image(isa, 'bare').path;
    file = await readFile(path);
  });

  it('has the entry and the symbols that nm finds', () => {
    const elf = parseElf(file);
    expect(elf.isa).toBe(isa);
    const symbols = execFileSync('nm', ['-g', '--defined-only', path], { encoding: 'utf8' });
    const address = (name: string) =>
      Number.parseInt(new RegExp(`^([0-9a-f]+) . ${name}$`, 'm').exec(symbols)?.[1] ?? '', 16);
    expect(elf.entry).toBe(address('_start'));
    expect(elf.symbol('start_user')).toBe(address('start_user'));
    expect(elf.symbol('bare_main')).toBe(address('bare_main'));
    expect(elf.symbol('no_such_symbol')).toBeNull();
  });

  it('has the sections and segments that readelf finds', () => {
    const elf = parseElf(file);
    const sections = execFileSync('readelf', ['-S', '-W', path], { encoding: 'utf8' });
    const rows = [...sections.matchAll(/^ +\[ *\d+\] (\.\S+) +(\S+) +(\S+) (\S+) (\S+)/gm)];
    expect(rows.length).toBeGreaterThan(10);
    for (const [, name = '', , address = '', offset = '', size = ''] of atLeastOne(rows)) {
      expect(elf.sectionAddress(name), name).toBe(Number.parseInt(address, 16));
      const start = Number.parseInt(offset, 16);
      const end = start + Number.parseInt(size, 16);
      expect(elf.section(name)?.equals(file.subarray(start, end)), name).toBe(true);
    }
    expect(elf.section('.no.such.section')).toBeNull();
    expect(elf.sectionAddress('.no.such.section')).toBeNull();

    const segments = execFileSync('readelf', ['-l', '-W', path], { encoding: 'utf8' });
    const loads = [...segments.matchAll(/^ +LOAD +(\S+) (\S+) \S+ (\S+) (\S+)/gm)];
    expect(elf.segments.map(({ address, memorySize, bytes }) => [address, memorySize, bytes.length])).toEqual(
      loads.map(([, , address, fileSize, memorySize]) => [address, memorySize, fileSize].map(Number)),
    );
    expect(elf.segments.length).toBeGreaterThan(0);
  });

  it('is refused in clear words wherever it is cut off', () => {
    const ends = new Set<number>([0, 1, 3, 4, file.length - 1]);
    for (let length = 0; length <= 64; length++) ends.add(length);
    const wide = isa === 'x86_64';
    const [programSize, sectionSize] = wide ? [56, 64] : [32, 40];
    const programs = wide ? Number(file.readBigUInt64LE(32)) : file.readUInt32LE(28);
    const sections = wide ? Number(file.readBigUInt64LE(40)) : file.readUInt32LE(32);
    for (let i = 1; i <= file.readUInt16LE(wide ? 56 : 44); i++) ends.add(programs + i * programSize);
    for (let at = sections; at < file.length; at += sectionSize) ends.add(at).add(at + sectionSize / 2);
    for (const { bytes } of parseElf(file).segments) ends.add(bytes.byteOffset - file.byteOffset);
    for (const end of atLeastOne([...ends].filter((end) => end < file.length))) {
      expect(errorOf(file.subarray(0, end))?.message, `cut at ${end}`).toMatch(CLEAR);
    }
  });

  it('is read or refused in clear words whatever is damaged in its headers', () => {
    const random = createRandom(1);
    const sections = isa === 'x86_64' ? Number(file.readBigUInt64LE(40)) : file.readUInt32LE(32);
    const said: string[] = [];
    for (let trial = 0; trial < 400; trial++) {
      const damaged = Buffer.from(file);
      for (let hit = 0; hit <= random.nextInt(3); hit++) {
        const headers = random.nextInt(2) === 0;
        const at = headers ? random.nextInt(512) : sections + random.nextInt(file.length - sections);
        damaged[at] = [0, 0x7f, 0xff, random.nextInt(256)][random.nextInt(4)] as number;
      }
      said.push(errorOf(damaged)?.message ?? '');
    }
    const refusals = said.filter(Boolean);
    expect(refusals.length).toBeGreaterThan(20);
    expect(refusals.filter((message) => !CLEAR.test(message))).toEqual([]);
  });
});

/** A file of sections alone, of one type each: all of them are all of the file. */
function sectionsOf(types: readonly number[], behind = Buffer.alloc(0)): Buffer {
  const file = Buffer.concat([Buffer.alloc(64 + 64 * types.length), behind]);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeUInt16LE(62, 18);
  file.writeBigUInt64LE(64n, 40);
  for (const [at, size] of [
    [54, 56],
    [58, 64],
    [60, types.length],
  ] as const)
    file.writeUInt16LE(size, at);
  types.forEach((type, index) => {
    file.writeUInt32LE(type, 64 + 64 * index + 4);
    file.writeBigUInt64LE(BigInt(file.length), 64 + 64 * index + 32);
  });
  return file;
}

describe('parseElf', () => {
  it.each([
    ['nothing', Buffer.alloc(0), 'not an ELF file'],
    ['zeroes', Buffer.alloc(4096), 'not an ELF file'],
    ['text', Buffer.from('#!/bin/sh\n'.repeat(50)), 'not an ELF file'],
    ['the magic number alone', Buffer.from('\x7fELF', 'latin1'), 'not an ELF file'],
    [
      'an empty file with the magic number',
      Buffer.from(`\x7fELF${'\0'.repeat(4000)}`, 'latin1'),
      'ELF machine 0',
    ],
  ])('refuses %s', (_, file, message) => {
    expect(errorOf(file)?.message).toContain(message);
  });

  it('refuses a program for another CPU, by its number', async () => {
    const header = Buffer.alloc(64);
    header.write('\x7fELF\x02\x01\x01', 'latin1');
    header.writeUInt16LE(183, 18); // AArch64
    expect(errorOf(header)?.message).toBe('ELF machine 183 is not supported');
  });

  it('does not read every symbol as often as there are sections', () => {
    const began = performance.now();
    expect(errorOf(sectionsOf(Array.from({ length: 60_000 }, () => 2)))?.message).toBe(
      'damaged ELF file: it has more than one table of symbols',
    );
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('reads no name without end: there may be thousands', () => {
    const named = (length: number) => {
      const file = sectionsOf([3], Buffer.from(`${'x'.repeat(length)}\0`));
      file.writeUInt32LE(128, 64);
      return file;
    };
    expect(parseElf(named(4000)).section('x'.repeat(4000))).toHaveLength(4129);
    expect(errorOf(named(5000))?.message).toBe('damaged ELF file: a name has no end');
  });

  it('takes a section of zeroes, which has no bytes in the file, as empty', async () => {
    const folder = await fakeRoot({
      'a.c': 'int number = 7; char zeroes[100000]; void _start(void) { zeroes[0] = 1; for (;;) ; }\n',
    });
    const [source, program] = [join(folder, 'a.c'), join(folder, 'a')];
    execFileSync('gcc', ['-m64', '-ffreestanding', '-nostdlib', '-static', source, '-o', program]);
    const elf = parseElf(await readFile(program));
    expect(elf.section('.data')?.readInt32LE(0)).toBe(7);
    expect(elf.section('.bss')).toHaveLength(0);
    expect(elf.sectionAddress('.bss')).toBe(elf.symbol('zeroes'));
  });
});
