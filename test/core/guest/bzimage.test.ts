import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseBzImage, readBzImage } from '../../../core/guest/bzimage.ts';
import { outcome } from '../../properties/property.ts';
import { fakeRoot } from '../host/fake-root.ts';
import { type FakeKernel, fakeKernel } from './fake-kernel.ts';

/** The beginning of a file with a mark in it. */
function at(offset: number, mark: string, head: Buffer = Buffer.alloc(4096)): Buffer {
  head.write(mark, offset, 'latin1');
  return head;
}

describe('the header of a kernel', () => {
  it.each(['x86_64', 'i386'] as const)('tells the ISA, the release and the size: %s', (isa) => {
    const image = fakeKernel({ isa });
    expect(parseBzImage(image)).toEqual({ isa, release: '6.1.0-1-test', size: image.length });
  });

  it.each<[string, FakeKernel, string]>([
    ['without a space behind it', { text: '6.1.0\0' }, '6.1.0'],
    ['as long as Linux allows', { text: `${'6'.repeat(64)} #1` }, '6'.repeat(64)],
    // There it is behind the set-up code, which Linux does not do; the format allows it.
    ['as far away as 16 bits reach', { version: 0xffff, setupSectors: 255 }, '6.1.0-1-test'],
    ['of odd signs', { text: '6.1.0-rc1+~dirty_x:y ' }, '6.1.0-rc1+~dirty_x:y'],
  ])('may have a release %s', (_, kernel, release) => {
    expect(parseBzImage(fakeKernel(kernel)).release).toBe(release);
  });

  it('counts four sectors of set-up where it says none', () => {
    const image = fakeKernel({ setupSectors: 0 });
    expect(parseBzImage(image).size).toBe(image.length);
  });

  it.each<[string, Buffer, RegExp]>([
    ['nothing', Buffer.alloc(0), /^it is not a Linux kernel/],
    ['zeroes', Buffer.alloc(0x10000), /^it is not a Linux kernel/],
    ['a header cut short', fakeKernel().subarray(0, 0x237), /^it is not a Linux kernel/],
    ['no boot flag', fakeKernel().fill(0, 0x1fe, 0x200), /^it is not a Linux kernel/],
    ['no magic', fakeKernel().fill('X', 0x202, 0x203), /^it is not a Linux kernel/],
    ['an old protocol', fakeKernel({ protocol: 0x20b }), /^its boot protocol 2\.11 is older than 2\.12/],
    ['a zImage', fakeKernel({ loadFlags: 0x80 }), /^it is a zImage/],
    ['no release', fakeKernel({ version: 0 }), /^it does not name its release$/],
    ['a release beyond the end', fakeKernel().subarray(0, 0x500), /^the name of its release is damaged$/],
    ['a release cut short', fakeKernel().subarray(0, 0x605), /^the name of its release is damaged$/],
    ['an empty release', fakeKernel({ text: ' x' }), /^the name of its release is damaged$/],
    ['an endless release', fakeKernel({ text: '6'.repeat(65) }), /^the name of its release is damaged$/],
    ['a release with an escape', fakeKernel({ text: '6\x1b[2J \0' }), /^the name of its release is damaged$/],
    ['a release in Latin-1', fakeKernel({ text: '6é \0' }), /^the name of its release is damaged$/],
    [
      'a release that leads elsewhere',
      fakeKernel({ text: '6/../.. ' }),
      /^the name of its release is damaged$/,
    ],
  ])('is refused in one line: %s', (_, head, message) => {
    let error: unknown;
    try {
      parseBzImage(head);
    } catch (reason) {
      error = reason;
    }
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
  });

  it.each<[string, Buffer, RegExp]>([
    ['nothing', Buffer.alloc(0), /: it is empty$/],
    ['zeroes', Buffer.alloc(4096), /\(bzImage\)$/],
    ['a text', Buffer.from('CONFIG_X86=y\n'), /: it is a text file$/],
    [
      'a vmlinux',
      readFileSync(process.execPath).subarray(0, 4096),
      /: it is an ELF file, as vmlinux is; take the bzImage: /,
    ],
    ['of arm64', at(0x38, 'ARM\x64'), /: it is an Image for arm64$/],
    ['of arm64, started by EFI', at(0x38, 'ARM\x64', at(0, 'MZ')), /: it is an Image for arm64$/],
    ['of RISC-V', at(0x38, 'RSC\x05'), /: it is an Image for RISC-V$/],
    ['an EFI zboot', at(4, 'zimg', at(0, 'MZ')), /: it is an EFI zboot image, /],
    ['a unified kernel image', at(0, 'MZ\x78'), /: it is an EFI program; .*objcopy -O binary -j \.linux /],
    ['of gzip', gzipSync('a kernel'), /: it is compressed by gzip, .*gzip -dc/],
    ['an initramfs', Buffer.from('070701000000'), /: it is an initramfs \(cpio\)/],
    ['a package', Buffer.from('!<arch>\ndebian-binary'), /: it is a package or library \(ar\)/],
  ])('is told from what is none: %s', (_, head, words) => {
    expect(() => parseBzImage(head)).toThrow(/^it is not a Linux kernel for x86 \(bzImage\)/);
    expect(() => parseBzImage(head)).toThrow(words);
  });

  it('never makes it read beyond its end, whatever bytes it has', () => {
    const image = fakeKernel();
    for (let length = 0; length < 0x700; length++) {
      const read = outcome(() => parseBzImage(image.subarray(0, length)).release);
      const said = 'value' in read ? read.value : String(read.error);
      expect(said).toMatch(/^6\.1\.0-1-test$|^Error: (it is not a Linux kernel|the name of its release)/);
    }
  });
});

describe('the file of a kernel', () => {
  it('is read, even with a signature behind it', async () => {
    const folder = await fakeRoot({});
    const image = fakeKernel({ version: 0xffff, setupSectors: 255 });
    writeFileSync(join(folder, 'vmlinuz'), Buffer.concat([image, Buffer.alloc(1472, 'signed')]));
    expect(await readBzImage(join(folder, 'vmlinuz'))).toMatchObject({
      isa: 'x86_64',
      release: '6.1.0-1-test',
    });
  });

  it('is refused where a byte is missing', async () => {
    const folder = await fakeRoot({});
    const image = fakeKernel();
    writeFileSync(join(folder, 'vmlinuz'), image.subarray(0, -1));
    await expect(readBzImage(join(folder, 'vmlinuz'))).rejects.toThrow(
      `it is cut short: ${image.length - 1} of at least ${image.length} bytes`,
    );
  });

  it('is refused where it is no file, without waiting for it', async () => {
    const folder = await fakeRoot({ empty: '' });
    mkdirSync(join(folder, 'folder'));
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    await expect(readBzImage(join(folder, 'missing'))).rejects.toThrow(/^no such file$/);
    await expect(readBzImage(join(folder, 'folder'))).rejects.toThrow(/^it is a folder, not a file$/);
    await expect(readBzImage(join(folder, 'fifo'))).rejects.toThrow(/^it is not a file$/);
    await expect(readBzImage('/dev/zero')).rejects.toThrow(/^it is not a file$/);
    await expect(readBzImage(join(folder, 'empty'))).rejects.toThrow(/^it is not a Linux kernel/);
  });
});
