import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelRecord } from '../../../core/guest/kernel-cache.ts';
import type { Isa } from '../../../core/results/schema.ts';

export interface FakeKernel {
  readonly isa?: Isa;
  /** What stands where the release is looked for. */
  readonly text?: string;
  readonly protocol?: number;
  readonly loadFlags?: number;
  /** Where the text stands, less 0x200; 0 for nowhere. */
  readonly version?: number;
  readonly setupSectors?: number;
}

/** A kernel image as far as its header goes: eight sectors of set-up and 16 KiB of nothing. */
export function fakeKernel({
  isa = 'x86_64',
  text = '6.1.0-1-test (debian@example.org) #1 SMP\0',
  protocol = 0x20f,
  loadFlags = 1,
  version = 0x400,
  setupSectors = 7,
}: FakeKernel = {}): Buffer {
  const size = 0x4000;
  const image = Buffer.alloc(((setupSectors || 4) + 1) * 0x200 + size);
  image.writeUInt8(setupSectors, 0x1f1);
  image.writeUInt32LE(size / 16, 0x1f4);
  image.write('\x55\xaa', 0x1fe, 'latin1');
  image.write('HdrS', 0x202, 'latin1');
  image.writeUInt16LE(protocol, 0x206);
  image.writeUInt16LE(version, 0x20e);
  image.writeUInt8(loadFlags, 0x211);
  image.writeUInt16LE(isa === 'x86_64' ? 0x7f : 0x04, 0x236);
  if (version > 0) image.write(text, 0x200 + version, 'latin1');
  return image;
}

/** Puts a kernel into the kernel cache below `cache` (XDG_CACHE_HOME) by hand; returns the path of its image. */
export async function placeCached(
  cache: string,
  { isa, release, version }: Pick<KernelRecord, 'isa' | 'release' | 'version'>,
  other: Partial<KernelRecord> = {},
): Promise<string> {
  const folder = join(cache, 'hvbench/kernels', `${isa}-${release}`);
  const image = fakeKernel({ isa, text: `${release} (somebody)\0` });
  const sha256 = createHash('sha256').update(image).digest('hex');
  const record = { isa, release, package: `linux-image-${release}`, version, sha256, modules: [], ...other };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'vmlinuz'), image);
  await writeFile(join(folder, 'kernel.json'), JSON.stringify(record));
  return join(folder, 'vmlinuz');
}
