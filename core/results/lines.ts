/** A text file line by line, however long it is. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;
/** Far above any entry: of a level with a thousand machines and all their latencies it takes 20 MB. */
const MOST_LINE_BYTES = 64 * 2 ** 20;

/**
 * The lines that have an end, without it; what stands behind the last of them was cut off, and is left out. Throws the
 * system's error where the file cannot be read, and Error where it is no file or holds a longer line than `mostBytes`.
 */
export function* linesOf(path: string, mostBytes = MOST_LINE_BYTES): Generator<string> {
  // To open a pipe would wait for its other end.
  if (!statSync(path).isFile()) throw new Error('it is not a file');
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let begun: Buffer[] = [];
    let begunBytes = 0;
    let number = 1;
    const checkLength = (bytes: number) => {
      if (bytes > mostBytes) throw new Error(`line ${number} is longer than ${mostBytes} bytes`);
    };
    for (;;) {
      const bytes = readSync(file, chunk, 0, CHUNK_BYTES, null);
      if (bytes === 0) return;
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(NEWLINE, start);
        if (end < 0 || end >= bytes) break;
        checkLength(begunBytes + end - start);
        if (begunBytes === 0) yield chunk.toString('utf8', start, end);
        else yield Buffer.concat([...begun, chunk.subarray(start, end)]).toString('utf8');
        [begun, begunBytes, start] = [[], 0, end + 1];
        number++;
      }
      if (start < bytes) {
        begun.push(Buffer.from(chunk.subarray(start, bytes)));
        begunBytes += bytes - start;
        checkLength(begunBytes);
      }
    }
  } finally {
    closeSync(file);
  }
}
