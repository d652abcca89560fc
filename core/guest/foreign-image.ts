/** What a file is that is no Linux kernel for x86, from its first bytes: people name the file beside the right one. */

const BUILD_TREE = 'arch/x86/boot/bzImage of its build tree';
/** Of text, bytes: a text file of a kernel's size is not read whole. */
const TEXT_BYTES = 512;

/** Offset, bytes, and what such a file is, with what to do if there is more to say. The first that matches counts. */
const KINDS: readonly (readonly [offset: number, bytes: string, words: string])[] = [
  [
    0,
    '\x7fELF',
    `it is an ELF file, as vmlinux is; take the bzImage: its vmlinuz in /boot, or ${BUILD_TREE}`,
  ],
  [0x38, 'ARM\x64', 'it is an Image for arm64'],
  [0x38, 'RSC\x05', 'it is an Image for RISC-V'],
  [4, 'zimg', 'it is an EFI zboot image, which arm64, RISC-V and LoongArch have'],
  [
    0,
    'MZ',
    'it is an EFI program; of a unified kernel image take the kernel: objcopy -O binary -j .linux FILE vmlinuz',
  ],
  [0, '\x1f\x8b', packed('gzip', 'gzip -dc')],
  [0, '\xfd7zXZ\0', packed('xz', 'xz -dc')],
  [0, '\x28\xb5\x2f\xfd', packed('zstd', 'zstd -dc')],
  [0, 'BZh', packed('bzip2', 'bzip2 -dc')],
  [0, '\x02\x21\x4c\x18', packed('lz4', 'lz4 -dc')],
  [0, '\x04\x22\x4d\x18', packed('lz4', 'lz4 -dc')],
  [0, '070701', 'it is an initramfs (cpio); its kernel is the vmlinuz beside it'],
  [0, '\x27\x05\x19\x56', 'it is an image for U-Boot'],
  [0, '!<arch>\n', 'it is a package or library (ar); the kernel of a package: dpkg-deb -x FILE FOLDER'],
];

function packed(by: string, unpack: string): string {
  return `it is compressed by ${by}, as an initrd is, or arm64's kernel; a bzImage unpacks itself: see what ${unpack} makes of it`;
}

/** What the beginning of a file shows; null if it shows nothing. */
export function foreignImage(head: Buffer): string | null {
  if (head.length === 0) return 'it is empty';
  const kind = KINDS.find(([at, bytes]) => head.toString('latin1', at, at + bytes.length) === bytes);
  if (kind) return kind[2];
  const isText = head.subarray(0, TEXT_BYTES).every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
  return isText ? 'it is a text file' : null;
}
