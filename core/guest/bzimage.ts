/**
 * Reads the header of a Linux kernel image for x86: Linux, Documentation/arch/x86/boot.rst. The file may be
 * anything: nothing in it is believed before it was checked.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { inOneLine } from '../host/advice.ts';
import { isRefusal, whyUnreadable } from '../host/permission.ts';
import type { Isa } from '../results/schema.ts';
import { foreignImage } from './foreign-image.ts';

export interface BzImage {
  readonly isa: Isa;
  /** As `uname -r` says it. */
  readonly release: string;
  /** Bytes that the image has at least; a signature may follow. */
  readonly size: number;
}

const SECTOR = 0x200;
const SETUP_SECTORS = 0x1f1;
/** Size of the protected-mode code, in units of 16 bytes. */
const SYSTEM_SIZE = 0x1f4;
const BOOT_FLAG = 0x1fe;
const MAGIC = 0x202;
const PROTOCOL = 0x206;
const KERNEL_VERSION = 0x20e;
const LOAD_FLAGS = 0x211;
const EXTENDED_LOAD_FLAGS = 0x236;
const HEADER_END = 0x238;

const LOADED_HIGH = 1;
const XLF_KERNEL_64 = 1;
/** The first with EXTENDED_LOAD_FLAGS. */
const LEAST_PROTOCOL = 0x20c;
/** A utsname holds no longer one. */
const RELEASE_LIMIT = 64;
/** The release may stand as far behind the first sector as 16 bits reach. */
const HEAD_BYTES = SECTOR + 0x1_0000 + RELEASE_LIMIT;

/** Parses the beginning of a kernel image, 64 KiB and a little. Throws Error, in one line, where it is none. */
export function parseBzImage(head: Buffer): BzImage {
  if (
    head.length < HEADER_END ||
    head.readUInt16LE(BOOT_FLAG) !== 0xaa55 ||
    head.toString('latin1', MAGIC, MAGIC + 4) !== 'HdrS'
  )
    throw new Error(
      ['it is not a Linux kernel for x86 (bzImage)', foreignImage(head) ?? []].flat().join(': '),
    );
  const protocol = head.readUInt16LE(PROTOCOL);
  if (protocol < LEAST_PROTOCOL)
    throw new Error(`its boot protocol ${protocol >> 8}.${protocol & 0xff} is older than 2.12 (Linux 3.8)`);
  if (!(head.readUInt8(LOAD_FLAGS) & LOADED_HIGH)) throw new Error('it is a zImage, not a bzImage');

  const version = head.readUInt16LE(KERNEL_VERSION);
  if (version === 0) throw new Error('it does not name its release');
  const text = head.toString('latin1', version + SECTOR, version + SECTOR + RELEASE_LIMIT + 1);
  // Printable ASCII up to the first space; a slash would lead out of the folder that is named after it.
  const release = /^([!-.0-~]{1,64})[ \0]/.exec(text)?.[1];
  if (release === undefined) throw new Error('the name of its release is damaged');

  // Zero stands for the 4 of the oldest loaders.
  const setupSectors = head.readUInt8(SETUP_SECTORS) || 4;
  return {
    isa: head.readUInt16LE(EXTENDED_LOAD_FLAGS) & XLF_KERNEL_64 ? 'x86_64' : 'i386',
    release,
    size: (setupSectors + 1) * SECTOR + head.readUInt32LE(SYSTEM_SIZE) * 16,
  };
}

/** Reads the header of a file. Throws Error, in one line, where it is no kernel, or not all of one. */
export async function readBzImage(path: string): Promise<BzImage> {
  // Opening a FIFO would otherwise wait for its writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    async ({ code, message }: NodeJS.ErrnoException) => {
      if (isRefusal(code)) throw new Error(inOneLine(await whyUnreadable(path)));
      throw new Error(code === 'ENOENT' ? 'no such file' : (code ?? message));
    },
  );
  try {
    const status = await file.stat();
    if (status.isDirectory()) throw new Error('it is a folder, not a file');
    if (!status.isFile()) throw new Error('it is not a file');
    const head = Buffer.alloc(Math.min(status.size, HEAD_BYTES));
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const image = parseBzImage(head.subarray(0, bytesRead));
    if (status.size < image.size)
      throw new Error(`it is cut short: ${status.size} of at least ${image.size} bytes`);
    return image;
  } finally {
    await file.close();
  }
}
