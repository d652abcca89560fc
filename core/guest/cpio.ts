/**
 * Writes cpio archives of the format "newc", which Linux unpacks as its initramfs: Linux,
 * Documentation/driver-api/early-userspace/buffer-format.rst.
 */

export interface CpioEntry {
  /** Relative to the root of the archive, without a leading slash. Folders come before what is in them. */
  readonly path: string;
  /** Type and permissions, as in `st_mode` of stat(2): 0o100755 is a program. */
  readonly mode: number;
  /** Of a file; where a symbolic link leads. */
  readonly content?: Buffer;
  /** Which device a device node stands for. */
  readonly device?: { readonly major: number; readonly minor: number };
}

const MAGIC = '070701';
const TRAILER = 'TRAILER!!!';
/** Headers and contents begin at multiples of it. */
const ALIGNMENT = 4;

/** The same entries make the same archive: nothing in it tells when, where or by whom it was written. */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  for (const { path } of entries) {
    if (path === '' || path === TRAILER || path.startsWith('/') || path.includes('\0'))
      throw new Error(`no cpio archive can hold the path ${JSON.stringify(path)}`);
  }
  // Entries of one inode number would be links to one file.
  return Buffer.concat([
    ...entries.map((entry, index) => encodeEntry(entry, index + 1)),
    encodeEntry({ path: TRAILER, mode: 0 }, 0),
  ]);
}

function encodeEntry({ path, mode, content = Buffer.alloc(0), device }: CpioEntry, inode: number): Buffer {
  const name = Buffer.from(`${path}\0`);
  const fields = {
    inode,
    mode,
    uid: 0,
    gid: 0,
    links: 1,
    modified: 0,
    size: content.length,
    major: 0,
    minor: 0,
    deviceMajor: device?.major ?? 0,
    deviceMinor: device?.minor ?? 0,
    nameSize: name.length,
    checksum: 0,
  };
  const header = Buffer.from(MAGIC + Object.values(fields).map(hexadecimal).join(''));
  return Buffer.concat([align(Buffer.concat([header, name])), align(content)]);
}

function hexadecimal(field: number): string {
  if (!Number.isInteger(field) || field < 0 || field > 0xffff_ffff)
    throw new Error(`no cpio archive can hold the number ${field}`);
  return field.toString(16).toUpperCase().padStart(8, '0');
}

function align(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & (ALIGNMENT - 1))]);
}
