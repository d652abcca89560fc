/** Files that guests are made of: programs, kernels, archives. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseBzImage } from '../../core/guest/bzimage.ts';
import { type CpioEntry, cpio } from '../../core/guest/cpio.ts';
import { parseElf } from '../../core/guest/elf.ts';
import { fakeKernel } from '../core/guest/fake-kernel.ts';
import { bytes, expectToGiveOrSay, fc } from './property.ts';

const folder = mkdtempSync(join(tmpdir(), 'hvbench-properties-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Some bytes of a file put to others: to any, or to those at the ends of a number's range. */
const damages = fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 0x7f, 0x80, 0xff))), {
  maxLength: 6,
});
function damaged(file: Buffer, changes: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(file);
  for (const [at, byte] of changes) copy[at % copy.length] = byte;
  return copy;
}

describe('parseElf', () => {
  const CLEAR = /^(not an ELF file|ELF machine \d+ is not supported|damaged ELF file: [^\n]+)$/;
  let program: Buffer;
  beforeAll(() => {
    const [source, path] = [join(folder, 'a.c'), join(folder, 'a')];
    writeFileSync(source, 'int number = 7; void _start(void) { number = 8; for (;;) ; }\n');
    execFileSync('gcc', ['-m64', '-ffreestanding', '-nostdlib', '-static', source, '-o', path]);
    program = readFileSync(path);
  });

  it('reads a file, or says in clear words why not', () => {
    const header = Buffer.from('\x7fELF\x02\x01\x01', 'latin1');
    fc.assert(
      fc.property(bytes({ maxLength: 400 }), (rest) => {
        expectToGiveOrSay(() => parseElf(rest), CLEAR);
        const file = Buffer.concat([header, rest]);
        if (file.length >= 20) file.writeUInt16LE(62, 18);
        expectToGiveOrSay(() => parseElf(file), CLEAR);
      }),
    );
  });

  it('so does it whatever is damaged or cut off, and gives only what the file holds', () => {
    fc.assert(
      fc.property(damages, fc.nat(), fc.boolean(), (changes, end, isCut) => {
        const file = damaged(program, changes).subarray(0, isCut ? end % program.length : undefined);
        expectToGiveOrSay(() => {
          const elf = parseElf(file);
          for (const { bytes } of elf.segments) expect(bytes.length).toBeLessThanOrEqual(file.length);
        }, CLEAR);
      }),
    );
  });
});

describe('parseBzImage', () => {
  const CLEAR = /^(it|its|the name) [^\n]+$/;

  it('reads a kernel, or says in a line why not', () => {
    fc.assert(
      fc.property(bytes({ maxLength: 0x300 }), damages, (rest, changes) => {
        expectToGiveOrSay(() => parseBzImage(rest), CLEAR);
        expectToGiveOrSay(() => parseBzImage(damaged(fakeKernel(), changes)), CLEAR);
        expectToGiveOrSay(() => parseBzImage(damaged(fakeKernel().subarray(0, 0x300), changes)), CLEAR);
      }),
    );
  });

  it('gives the release that stands there, if it can be the name of a folder', () => {
    const release = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(
        release,
        fc.constantFrom('x86_64', 'i386'),
        fc.integer({ min: 0x100, max: 0x8000 }),
        (text, isa, version) => {
          fc.pre(!/[ /]/.test(text));
          const image = parseBzImage(
            fakeKernel({ isa, text: `${text} (somebody)`, version, setupSectors: 80 }),
          );
          expect(image).toMatchObject({ isa, release: text });
        },
      ),
    );
  });
});

describe('cpio', () => {
  const entry = fc.record({
    path: fc
      .array(fc.string({ unit: fc.constantFrom(...'ab-_. äß漢\n'), minLength: 1, maxLength: 9 }), {
        minLength: 1,
        maxLength: 3,
      })
      .map((names) => names.join('/')),
    mode: fc.constantFrom(0o100644, 0o100755, 0o120777),
    content: bytes({ maxLength: 20 }),
  });

  it('makes an archive of aligned entries, in which each is found by walking over those before it', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
        const read = walk(cpio(entries));
        expect(read.pop()).toEqual({ path: 'TRAILER!!!', mode: 0, content: Buffer.alloc(0) });
        expect(read).toEqual(entries);
      }),
    );
  });
});

/** An archive's entries, by the sizes in their headers. */
function walk(archive: Buffer): CpioEntry[] {
  const entries: CpioEntry[] = [];
  for (let at = 0; at < archive.length; ) {
    const field = (index: number) =>
      Number.parseInt(archive.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const name = at + 110;
    const content = Math.ceil((name + field(11)) / 4) * 4;
    entries.push({
      path: archive.toString('utf8', name, name + field(11) - 1),
      mode: field(1),
      content: archive.subarray(content, content + field(6)),
    });
    at = Math.ceil((content + field(6)) / 4) * 4;
  }
  return entries;
}
