/** What a file is, by its content. Both throw where there is no file: reading a FIFO would wait for ever. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Bytes. */
export async function fileSize(path: string): Promise<number> {
  const status = await stat(path);
  if (!status.isFile()) throw new Error(`${path} is not a file`);
  return status.size;
}

/** SHA-256, hexadecimal. */
export async function fileDigest(path: string): Promise<string> {
  await fileSize(path);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
