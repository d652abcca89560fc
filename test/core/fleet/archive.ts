/** Archives (tar) that no tar would write, block by block. */
const BLOCK = 512;

/** Two blocks of zeros. */
export const END = Buffer.alloc(2 * BLOCK);

export interface Header {
  /** What it is; a file by default. */
  readonly type?: string;
  /** What it says of its content: how many bytes, or the field itself. */
  readonly size?: number | string;
  readonly link?: string;
}

/** One header, and content. */
export function member(name: string, content = '', { type = '0', size, link = '' }: Header = {}): Buffer {
  const header = Buffer.alloc(BLOCK);
  const put = (text: string, at: number) => header.write(text, at, 'latin1');
  const said = size ?? content.length;
  put(name, 0);
  put('0000644\0', 100);
  put(typeof said === 'string' ? said : `${said.toString(8).padStart(11, '0')}\0`, 124);
  put(type, 156);
  put(link, 157);
  put('ustar\0', 257);
  const filled = Buffer.alloc(Math.ceil(content.length / BLOCK) * BLOCK);
  filled.write(content, 'latin1');
  return Buffer.concat([summed(header), filled]);
}

/** A header with the sum that it should have: of all its bytes, with spaces for the sum itself. */
export function summed(header: Buffer): Buffer {
  header.write('        ', 148);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** A header (pax) that says something of the next file. */
export function extended(key: string, value: string, type = 'x'): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return member('extended', `${length}${rest}`, { type });
}
