/**
 * Which of two versions of a Debian package is newer, as deb-version(7) orders them: below zero where `a` is
 * older. Releases of kernels are ordered the same way.
 */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [split(a), split(b)];
  return (
    compareNumbers(one.epoch, other.epoch) ||
    compareParts(one.upstream, other.upstream) ||
    compareParts(one.revision, other.revision)
  );
}

function split(version: string): { epoch: string; upstream: string; revision: string } {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch,
    upstream: hyphen < 0 ? rest : rest.slice(0, hyphen),
    revision: hyphen < 0 ? '' : rest.slice(hyphen + 1),
  };
}

/** Texts and numbers take turns, the first a text, be it empty; each is compared in its own way. */
function compareParts(a: string, b: string): number {
  const [one, other] = [pairs(a), pairs(b)];
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const [x, y] = [one[i] ?? END, other[i] ?? END];
    const order = compareTexts(x.text, y.text) || compareNumbers(x.number, y.number);
    if (order !== 0) return order;
  }
  return 0;
}

interface Pair {
  readonly text: string;
  /** Its digits. */
  readonly number: string;
}

const END: Pair = { text: '', number: '' };

function pairs(part: string): Pair[] {
  return Array.from(part.matchAll(/(\D*)(\d*)/g), ([, text = '', number = '']) => ({ text, number }));
}

/** By their digits: a date with a time, or the number of a commit, may be longer than a number is exact. */
function compareNumbers(a: string, b: string): number {
  const [one, other] = [a, b].map((digits) => digits.replace(/^0+/, '')) as [string, string];
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}

function compareTexts(a: string, b: string): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = rank(a[i]) - rank(b[i]);
    if (order !== 0) return order;
  }
  return 0;
}

/** A tilde comes before the end, the end before letters, and letters before all else. */
function rank(character: string | undefined): number {
  if (character === '~') return -1;
  if (character === undefined) return 0;
  return (character.codePointAt(0) ?? 0) + (/[a-z]/i.test(character) ? 0 : 0x100);
}
