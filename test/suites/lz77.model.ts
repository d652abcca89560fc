/** The texts that cpu/lz77 compresses, its compressor, and the decompressor that the workload lacks. */
import { checksum, mixSeed, repeat, xorshift32 } from './model.ts';

const SIZE = 16384;
const TEXTS = 8;

export function texts(seed: number): Buffer[] {
  const next = xorshift32(mixSeed(seed, 0));
  const skewed = (bound: number) => {
    const a = next() >>> 16;
    const b = next() >>> 16;
    return (Math.floor((a * b) / 65536) * bound) >>> 16;
  };
  const vocabulary = repeat(256, () =>
    repeat(2 + skewed(10), () => 'etaoinshrdlucmfwypvbgkjqxz'[skewed(26)]).join(''),
  );
  let words = '';
  while (words.length < TEXTS * SIZE) words += vocabulary[skewed(256)] + (next() >>> 28 ? ' ' : '\n');
  return repeat(TEXTS, (i) => Buffer.from(words.slice(i * SIZE, (i + 1) * SIZE)));
}

export function compress(input: Buffer): Buffer {
  const last = new Uint16Array(4096);
  const groups: number[][] = [];
  let position = 0;
  for (let items = 0; position < input.length; items++) {
    if (items % 8 === 0) groups.push([0]);
    const group = groups.at(-1) ?? [];
    let length = 0;
    let distance = 0;
    if (position + 4 <= input.length) {
      const word = input.readUInt32LE(position);
      const slot = Math.imul(word, 0x9e3779b1) >>> 20;
      const candidate = last[slot] ?? 0;
      last[slot] = position;
      if (candidate < position && input.readUInt32LE(candidate) === word) {
        distance = position - candidate;
        length = 4;
        while (
          length < 259 &&
          position + length < input.length &&
          input[candidate + length] === input[position + length]
        )
          length++;
      }
    }
    if (length > 0) {
      group[0] = (group[0] ?? 0) | (1 << (items % 8));
      group.push(distance & 255, distance >> 8, length - 4);
      position += length;
    } else {
      group.push(input[position++] ?? 0);
    }
  }
  return Buffer.from(groups.flat());
}

export function decompress(packed: Buffer): Buffer {
  const out: number[] = [];
  for (let at = 0; at < packed.length; ) {
    const flags = packed[at++] ?? 0;
    for (let item = 0; item < 8 && at < packed.length; item++) {
      if ((flags >> item) & 1) {
        const distance = packed.readUInt16LE(at);
        const length = 4 + packed.readUInt8(at + 2);
        for (let i = 0; i < length; i++) out.push(out.at(-distance) ?? 0);
        at += 3;
      } else {
        out.push(packed[at++] ?? 0);
      }
    }
  }
  return Buffer.from(out);
}

function hash(packed: Buffer): number {
  const padded = Buffer.concat([packed, Buffer.alloc(4)]);
  let sum = packed.length;
  for (let at = 0; at < packed.length; at += 4) sum = (Math.imul(sum, 31) + padded.readUInt32LE(at)) >>> 0;
  return sum;
}

export function lz77(seed: number, iterations: number): bigint {
  const hashes = texts(seed).map((text) => hash(compress(text)));
  return checksum(
    seed,
    repeat(iterations, (i) => hashes[i % TEXTS] ?? 0),
  );
}
