/** Archives as tar makes them, and as nobody should. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArchiveError, Unpacker } from '../../../core/fleet/unpack.ts';
import { fakeRoot } from '../host/fake-root.ts';

const LIMITS = { files: 50, bytes: 1 << 20 };

/** What tar makes of a folder `vm1`. */
function archiveOf(root: string, ...more: string[]): Buffer {
  const { stdout, stderr, status } = spawnSync('tar', ['-C', root, ...more, '-cf', '-', 'vm1']);
  expect(status, String(stderr)).toBe(0);
  return stdout;
}

/** One header of 512 bytes, and content. */
function member(name: string, content = '', type = '0', size = content.length, link = ''): Buffer {
  const header = Buffer.alloc(512);
  const put = (text: string, at: number) => header.write(text, at, 'latin1');
  put(name, 0);
  put('0000644\0', 100);
  put(`${size.toString(8).padStart(11, '0')}\0`, 124);
  put('        ', 148);
  put(type, 156);
  put(link, 157);
  put('ustar\0', 257);
  put(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  const filled = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  filled.write(content, 'latin1');
  return Buffer.concat([header, filled]);
}

const END = Buffer.alloc(1024);

async function unpacked(archive: Buffer, pieces = archive.length, limits = LIMITS) {
  const root = await fakeRoot({ 'outside/file': 'untouched', 'new/.keep': '' });
  const folder = join(root, 'new');
  const unpacker = new Unpacker(folder, 'vm1', limits);
  const unpack = () => {
    for (let at = 0; at < archive.length; at += pieces) unpacker.receive(archive.subarray(at, at + pieces));
    unpacker.end();
  };
  return { root, folder, unpacker, unpack, files: () => readdirSync(folder, { recursive: true }).sort() };
}

const large = 'line\n'.repeat(1000);
const source = () =>
  fakeRoot({
    'vm1/result.json': large,
    'vm1/empty': '',
    'vm1/more/deep/file': 'x',
    'vm1/exact': 'y'.repeat(512),
  });

describe('an archive of tar', () => {
  it.each([1, 7, 512, 1000, 1 << 20])('comes out as it went in, in pieces of %d bytes', async (pieces) => {
    const { folder, unpack, unpacker } = await unpacked(archiveOf(await source()), pieces);
    unpack();
    expect(readFileSync(join(folder, 'result.json'), 'utf8')).toBe(large);
    expect(readFileSync(join(folder, 'exact'), 'utf8')).toBe('y'.repeat(512));
    expect(readFileSync(join(folder, 'empty'), 'utf8')).toBe('');
    expect(readFileSync(join(folder, 'more/deep/file'), 'utf8')).toBe('x');
    expect(unpacker.left).toEqual([]);
  });

  it.each(['gnu', 'ustar', 'pax'])('is read in the format %s', async (format) => {
    const { folder, unpack } = await unpacked(archiveOf(await source(), `--format=${format}`));
    unpack();
    expect(readFileSync(join(folder, 'result.json'), 'utf8')).toBe(large);
  });

  it('comes without what is neither file nor folder, which is told', async () => {
    const root = await source();
    symlinkSync('/etc/passwd', join(root, 'vm1/link'));
    linkSync(join(root, 'vm1/exact'), join(root, 'vm1/same'));
    mkdirSync(join(root, 'vm1/odd\nname'));
    writeFileSync(join(root, 'vm1/odd\nname/file'), '');
    spawnSync('mkfifo', [join(root, 'vm1/pipe')]);
    const { files, unpack, unpacker } = await unpacked(archiveOf(root));
    unpack();
    expect(unpacker.left).toHaveLength(5);
    expect(unpacker.left).toEqual(expect.arrayContaining(['vm1/link', 'vm1/pipe', 'vm1/odd name/file']));
    expect(files()).toEqual(expect.arrayContaining(['result.json', 'empty', 'more/deep/file']));
    expect(files()).not.toEqual(expect.arrayContaining(['link']));
  });
});

describe('an archive of somebody else', () => {
  it.each([
    'vm1/../outside/file',
    '../outside/file',
    '/tmp/file',
    'vm2/file',
    'vm1//file',
    'vm1/./file',
    'file',
  ])('does not write to %s', async (name) => {
    const { files, root, unpack, unpacker } = await unpacked(Buffer.concat([member(name, 'evil'), END]));
    unpack();
    expect(unpacker.left).toEqual([name]);
    expect(files()).toEqual(['.keep']);
    expect(readFileSync(join(root, 'outside/file'), 'utf8')).toBe('untouched');
  });

  it('cannot go through a link that it made, nor write a file twice', async () => {
    const link = member('vm1/link', '', '2', 0, '../outside');
    const { root, unpack } = await unpacked(Buffer.concat([link, member('vm1/link/file', 'evil'), END]));
    unpack();
    expect(readFileSync(join(root, 'outside/file'), 'utf8')).toBe('untouched');
    const twice = await unpacked(Buffer.concat([member('vm1/a', '1'), member('vm1/a', '2'), END]));
    expect(twice.unpack).toThrow(ArchiveError);
    expect(readFileSync(join(twice.folder, 'a'), 'utf8')).toBe('1');
  });

  it.each([
    [
      'too many files',
      Array.from({ length: 60 }, (_, index) => member(`vm1/${index}`)),
      /more than 50 files/,
    ],
    ['too many bytes', [member('vm1/a', '', '0', 1 << 21)], /more than 1 MiB/],
    ['an end too early', [member('vm1/a', 'x'.repeat(600)).subarray(0, 900)], /cut short/],
    ['no end', [member('vm1/a', 'x')], /cut short/],
    ['no archive', [Buffer.alloc(2048, 'hello ')], /it is no archive/],
    ['a sum that is wrong', [Buffer.from(member('vm1/a').fill('9', 124, 136))], /it is no archive/],
  ])('is refused for %s', async (_, parts, message) => {
    const { unpack, unpacker } = await unpacked(Buffer.concat([...parts]));
    expect(unpack).toThrow(message);
    unpacker.close();
  });

  it('is not read beyond its end', async () => {
    const { folder, unpack } = await unpacked(
      Buffer.concat([member('vm1/a', '1'), END, Buffer.alloc(5000, 'x')]),
    );
    unpack();
    expect(existsSync(join(folder, 'a'))).toBe(true);
  });
});
