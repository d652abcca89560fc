/** Of the kernels here, those that an emulated computer boots: test/cli/emulate.test.ts. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unpackKernel } from '../../../core/guest/unpack-kernel.ts';
import { findOnPath } from '../../../core/host/path.ts';
import { fakeRoot } from '../host/fake-root.ts';
import { fakeKernel } from './fake-kernel.ts';

const [PAYLOAD_OFFSET, PAYLOAD_LENGTH] = [0x248, 0x24c];
const FIRST_BYTE = 8 * 0x200;
const AT = 100;

const NOTE = Buffer.from('04000000040000001200000058656e0000000001', 'hex');
const VMLINUX = Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(3000), NOTE, Buffer.alloc(500)]);

const sizeOf = (content: Buffer) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(content.length);
  return bytes;
};

const PACKERS = await Promise.all(
  [
    { program: 'xz', args: ['-c', '--check=crc32', '--x86', '--lzma2'] },
    { program: 'zstd', args: ['-c'] },
    { program: 'lz4', args: ['-lc'] },
  ].map(async (one) => ({ ...one, isHere: (await findOnPath(one.program)) !== null })),
);

/** A kernel image with this in it, in a file. */
async function imageOf(payload: Buffer): Promise<string> {
  const image = fakeKernel();
  image.writeUInt32LE(AT, PAYLOAD_OFFSET);
  image.writeUInt32LE(payload.length, PAYLOAD_LENGTH);
  payload.copy(image, FIRST_BYTE + AT);
  const path = join(await fakeRoot({}), 'vmlinuz');
  writeFileSync(path, image);
  return path;
}

describe('a kernel in its image', () => {
  it('is unpacked from gzip', async () => {
    expect(await unpackKernel(await imageOf(gzipSync(VMLINUX)))).toEqual({ kernel: VMLINUX });
  });

  for (const { program, args, isHere } of PACKERS)
    it.skipIf(!isHere)(`is unpacked by ${program}`, async () => {
      const packed = execFileSync(program, args, { input: VMLINUX });
      const image = await imageOf(Buffer.concat([packed, sizeOf(VMLINUX)]));
      expect(await unpackKernel(image)).toEqual({ kernel: VMLINUX });
    });

  it.each<[string, Buffer, RegExp]>([
    ['packed in another way', Buffer.from('LZOPLZOPLZOP'), /a way that is not known/],
    ['damaged', gzipSync(VMLINUX).fill(0xff, 20, 40), /gzip|another size/],
    ['cut short', Buffer.concat([gzipSync(VMLINUX).subarray(0, -4), sizeOf(NOTE)]), /gzip|another size/],
    ['no ELF file', gzipSync(Buffer.alloc(1000)), /without PVH/],
    ['one that cannot begin so', gzipSync(VMLINUX.subarray(0, 3000)), /without PVH/],
  ])('says why not: %s', async (_, payload, why) => {
    expect(await unpackKernel(await imageOf(payload))).toEqual({ lack: expect.stringMatching(why) });
  });

  it('is in no other file', async () => {
    const root = await fakeRoot({ file: 'text' });
    await expect(unpackKernel(join(root, 'file'))).rejects.toThrow(/not a Linux kernel/);
  });
});
