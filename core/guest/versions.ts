/**
 * Which of two versions of a Debian package is newer, as deb-version(7) orders them: below zero where `a` is
 * older. Releases of kernels are ordered the same way.
 */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [split(a), split(b)];
  return (
    one.epoch - other.epoch ||
    compareParts(one.upstream, other.upstream) ||
    compareParts(one.revision, other.revision)
  );
}

function split(version: string): { epoch: number; upstream: string; revision: string } {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: Number(epoch),
    upstream: hyphen < 0 ? rest : rest.slice(0, hyphen),
    revision: hyphen < 0 ? '' : rest.slice(hyphen + 1),
  };
}

/** Texts and numbers take turns, the first a text, be it empty; each is compared in its own way. */
function compareParts(a: string, b: string): number {
  const [one, other] = [pairs(a), pairs(b)];
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const [x, y] = [one[i] ?? END, other[i] ?? END];
    const order = compareTexts(x.text, y.text) || x.number - y.number;
    if (order !== 0) return order;
  }
  return 0;
}

interface Pair {
  readonly text: string;
  readonly number: number;
}

const END: Pair = { text: '', number: 0 };

function pairs(part: string): Pair[] {
  return Array.from(part.matchAll(/(\D*)(\d*)/g), ([, text = '', number = '']) => ({
    text,
    number: Number(number),
  }));
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
