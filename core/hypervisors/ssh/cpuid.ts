/** What the CPU of another computer says of itself: lines of suites/runtime/linux/remote.c, told `look`. */
import type { CpuidFacts } from '../../host/cpuid.ts';
import { cleanText } from '../../host/text.ts';

const TIMES = 200;
const FIRST_BASE = 0x4000_0000;
const BRAND = 0x8000_0002;

/** Null for what is no such answer. */
export function parseCpuid(printed: string): CpuidFacts | null {
  const lines = printed
    .trim()
    .split('\n')
    .map((line) => (/^[0-9a-f]{8}( [0-9a-f]{8})*$/.test(line) ? line.split(' ') : []))
    .map((words) => words.map((word) => Number.parseInt(word, 16)));
  const times = lines.at(-1);
  if (times?.length !== 2) return null;
  const leaves = lines
    .slice(0, -1)
    .flatMap(([leaf, ...words]) => (leaf === undefined ? [] : [{ leaf, words }]));
  const signatures = leaves
    .filter(({ leaf }) => leaf >= FIRST_BASE && leaf < 0x4000_1000)
    .map(({ words }) => inAscii(words.slice(1)))
    .filter((text) => /^[ -~]{5,12}$/.test(text));
  const brand = leaves.filter(({ leaf }) => leaf >= BRAND && leaf <= BRAND + 2).flatMap(({ words }) => words);
  const [cpuidNs = 0, rdtscNs = 0] = times.map((ns) => ns / TIMES);
  return {
    signatures: [...new Set(signatures)],
    brand: cleanText(inAscii(brand), 64),
    ...{ cpuidNs, rdtscNs },
  };
}

function inAscii(words: readonly number[]): string {
  return Buffer.from(Uint32Array.from(words).buffer).toString('latin1').replace(/\0.*$/s, '').trim();
}
