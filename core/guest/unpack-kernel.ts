/**
 * Takes the kernel out of its image, as its own first code would: where a CPU is emulated, that takes seconds. Linux,
 * Documentation/arch/x86/boot.rst.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { parseBzImage } from './bzimage.ts';

const SECTOR = 0x200;
const SETUP_SECTORS = 0x1f1;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
/** Behind what is packed stands the size of what comes of it. */
const SIZE_BYTES = 4;
const LIMIT_MS = 60_000;
/** A kernel with all that it may be built with has some 100 MB. */
const MOST_BYTES = 512 * 2 ** 20;

/** How what is packed begins, by the program that unpacks it; none: Node.js does. */
const FORMATS: readonly { readonly magic: Buffer; readonly program: string | null }[] = [
  { magic: Buffer.from('1f8b', 'hex'), program: null },
  { magic: Buffer.from('fd377a585a00', 'hex'), program: 'xz' },
  { magic: Buffer.from('28b52ffd', 'hex'), program: 'zstd' },
  { magic: Buffer.from('02214c18', 'hex'), program: 'lz4' },
];

const ELF = Buffer.from('7f454c46', 'hex');
/** A note of Xen's (4 bytes of name) with an address to begin at (4 or 8 bytes): XEN_ELFNOTE_PHYS32_ENTRY, number 18. */
const ENTRIES = ['04000000040000001200000058656e00', '04000000080000001200000058656e00'].map((note) =>
  Buffer.from(note, 'hex'),
);

/**
 * The kernel in an image (a bzImage), an ELF file that QEMU boots as it is, by PVH; or why there is none, in a few words.
 * Rejects where the file cannot be read or is no bzImage.
 */
export async function unpackKernel(
  path: string,
  signal?: AbortSignal,
): Promise<{ readonly kernel: Buffer } | { readonly lack: string }> {
  const image = await readFile(path);
  parseBzImage(image);
  const begin = ((image.readUInt8(SETUP_SECTORS) || 4) + 1) * SECTOR + image.readUInt32LE(PAYLOAD_OFFSET);
  const packed = image.subarray(begin, begin + image.readUInt32LE(PAYLOAD_LENGTH));
  const format = FORMATS.find(({ magic }) => packed.subarray(0, magic.length).equals(magic));
  if (!format) return { lack: 'it is packed in a way that is not known here' };
  const { program } = format;
  const kernel = await (program === null
    ? promisify(gunzip)(packed, { maxOutputLength: MOST_BYTES }).catch(() => null)
    : pipeThrough(program, packed.subarray(0, -SIZE_BYTES), signal));
  if (kernel === null) return { lack: `${program ?? 'gzip'} is not here, or cannot unpack it` };
  if (kernel.length !== packed.readUInt32LE(packed.length - SIZE_BYTES))
    return { lack: 'what it is packed into has another size than it says' };
  if (!kernel.subarray(0, ELF.length).equals(ELF) || !ENTRIES.some((note) => kernel.includes(note)))
    return { lack: 'it was built without PVH' };
  return { kernel };
}

/** What a program makes of its standard input; null where it does not. Never rejects. */
function pipeThrough(
  program: string,
  input: Buffer,
  signal: AbortSignal | undefined,
): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      ['-dc'],
      {
        ...{ encoding: 'buffer', maxBuffer: MOST_BYTES, timeout: LIMIT_MS, killSignal: 'SIGKILL' },
        signal,
      },
      (error, stdout) => resolve(error === null ? stdout : null),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
