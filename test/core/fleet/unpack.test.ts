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
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ArchiveError, Unpacker } from '../../../core/fleet/unpack.ts';
import { fakeRoot } from '../host/fake-root.ts';
import { END, extended, member } from './archive.ts';

const LIMITS = { files: 50, bytes: 1 << 20 };

/** What tar makes of a folder `vm1`. */
function archiveOf(root: string, ...more: string[]): Buffer {
  const { stdout, stderr, status } = spawnSync('tar', ['-C', root, ...more, '-cf', '-', 'vm1']);
  expect(status, String(stderr)).toBe(0);
  return stdout;
}

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
    const { folder, unpack, unpacker } = await unpacked(archiveOf(await source(), `--format=${format}`));
    unpack();
    expect(readFileSync(join(folder, 'result.json'), 'utf8')).toBe(large);
    expect(unpacker.left).toEqual([]);
  });

  it.each(['gnu', 'pax'])('has names of any length in the format %s', async (format) => {
    const long = join('d'.repeat(120), 'e'.repeat(150), 'f'.repeat(180));
    const archive = archiveOf(await fakeRoot({ [join('vm1', long)]: 'x' }), `--format=${format}`);
    const { folder, unpack, unpacker } = await unpacked(archive, 1000);
    unpack();
    expect(readFileSync(join(folder, long), 'utf8')).toBe('x');
    expect(unpacker.left).toEqual([]);
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

  it.each([
    ['pax', extended('path', '../outside/file')],
    ['GNU', member('././@LongLink', '../outside/file', { type: 'L' })],
  ])('does not write to where a long name leads (%s)', async (_, long) => {
    const { files, root, unpack, unpacker } = await unpacked(
      Buffer.concat([long, member('vm1/a', 'evil'), END]),
    );
    unpack();
    expect(unpacker.left).toEqual(['../outside/file']);
    expect(files()).toEqual(['.keep']);
    expect(readFileSync(join(root, 'outside/file'), 'utf8')).toBe('untouched');
  });

  it.each([
    ...['1', '2'].map((type) => ({ type, link: '../outside/file' })),
    ...['3', '4', '6', '7', 'D', 'M', 'S', 'V', '?', 'é'].map((type) => ({ type })),
  ])('comes without a member that is $type', async (header) => {
    const odd = member('vm1/odd', header.type === '7' ? 'x'.repeat(600) : '', header);
    const { files, unpack, unpacker } = await unpacked(Buffer.concat([odd, member('vm1/a', '1'), END]));
    unpack();
    expect(unpacker.left).toEqual(['vm1/odd']);
    expect(files()).toEqual(['.keep', 'a']);
  });

  it('cannot go through a link that it made, nor write a file twice', async () => {
    const link = member('vm1/link', '', { type: '2', link: '../outside' });
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
    ['too many bytes', [member('vm1/a', '', { size: 1 << 21 })], /more than 1 MiB/],
    [
      'too many bytes of what is left',
      [member('vm1/a', '', { size: 1 << 21, type: '?' })],
      /more than 1 MiB/,
    ],
    [
      'bytes that need another notation',
      [member('vm1/a', '', { size: '\x80\0\0\0\0\0\0\x01' })],
      /more than 1 MiB/,
    ],
    [
      'more bytes than can be counted',
      [member('vm1/a', '', { size: `\x80${'\xff'.repeat(11)}` })],
      /it is no archive/,
    ],
    ['fewer bytes than none', [member('vm1/a', '', { size: '\xff'.repeat(12) })], /it is no archive/],
    ['a size that is no number', [member('vm1/a', '', { size: 'nine' })], /it is no archive/],
    ['too many bytes by another header', [extended('size', '1e300'), member('vm1/a')], /more than 1 MiB/],
    ['too many bytes for all', [extended('size', '2000000', 'g'), member('vm1/a')], /more than 1 MiB/],
    [
      'too many bytes for one, and few for all',
      [extended('size', '1', 'g'), extended('size', '2000000'), member('vm1/a')],
      /more than 1 MiB/,
    ],
    ['a header too large', [extended('comment', 'x'.repeat(1 << 21))], /headers of more than 1 MiB/],
    [
      'a header larger than it is said to be',
      [extended('size', '100'), member('long', 'x'.repeat(1 << 21), { type: 'L' })],
      /headers of more than 1 MiB/,
    ],
    [
      'headers without end',
      Array.from({ length: 3000 }, () => member('none', '', { type: 'x' })),
      /headers of more than 1 MiB/,
    ],
    ['being compressed (gzip)', [gzipSync(Buffer.concat([member('vm1/a'), END]))], /it is no archive/],
    ['being compressed (zstd)', [Buffer.from('28b52ffd'.padEnd(1024, '0'), 'hex')], /it is no archive/],
    ['an end too early', [member('vm1/a', 'x'.repeat(600)).subarray(0, 900)], /cut short/],
    ['no end', [member('vm1/a', 'x')], /cut short/],
    ['no archive', [Buffer.alloc(2048, 'hello ')], /it is no archive/],
    ['a sum that is wrong', [Buffer.from(member('vm1/a').fill('9', 124, 136))], /it is no archive/],
  ])('is refused for %s', async (_, parts, message) => {
    const { unpack, unpacker } = await unpacked(Buffer.concat([...parts]));
    expect(unpack).toThrow(message);
    unpacker.close();
  });

  it('is neither read nor kept beyond its end', async () => {
    const { folder, unpack, unpacker } = await unpacked(
      Buffer.concat([member('vm1/a', '1'), END, Buffer.alloc(5000, 'x')]),
    );
    unpack();
    const before = process.memoryUsage().arrayBuffers;
    const more = Buffer.alloc(1 << 16, 'x');
    for (let at = 0; at < 300; at++) unpacker.receive(more);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 22);
    expect(existsSync(join(folder, 'a'))).toBe(true);
  });
});
