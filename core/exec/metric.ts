/** Reads a figure out of a command's output: text that may be written in any locale, and by a guest. */
import { runInNewContext } from 'node:vm';
import { UserError } from '../errors.ts';
import type { Unread } from '../results/exec-schema.ts';

/** Some patterns take for ever to find out that nothing matches. */
const LIMIT_MS = 1000;
/** So that two of them still have a mean. */
const LARGEST = 1e300;
/** Of the text around a figure: no number is longer. */
const AROUND = 40;

/**
 * A decimal point, and commas between thousands where nothing else can be meant: two of them, or a decimal point behind.
 * `1,234` is 1.234 in half of the world.
 */
const NUMBER =
  /^[+-]?(?:(?:\d+|[1-9]\d{0,2}(?:(?:,\d{3}){2,}|(?:,\d{3})+(?=\.\d)|(?:_\d{3})+))(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
/** Digits, and what is written between them in some locale. */
const SEPARATED = /^[+\-−]?[.,]?\d[\d.,'’_٫٬\s]*(?:e[+-]?\d+)?$/i;

/** Ends of a text before a figure, and what the figure then begins with, that make it part of a longer number. */
const CUT_BEFORE: readonly { readonly text: RegExp; readonly figure: RegExp; readonly always?: true }[] = [
  // A greedy `.*` has eaten the beginning. A comma that the pattern names may be one between columns.
  { text: /\d\.?$/, figure: /^[\d.,]/, always: true },
  { text: /(?<![\d.])0x[\da-f]*$/i, figure: /^[\da-f]/i, always: true },
  { text: /\d[,'’_\u00a0\u2009\u202f]$/, figure: /^\d/ },
  { text: /(?:^|[^\d.,])\d{1,3} $/, figure: /^\d{3}(?!\d)/ },
  { text: /\d\.?e[+-]?$/i, figure: /^[+-]?\d/ },
  { text: /(?:^|[\s=:(])(?:[-−]|[-−]?\.)$/, figure: /^[\d.]/ },
];
/** The same for what follows one. */
const CUT_AFTER: typeof CUT_BEFORE = [
  { text: /^\d/, figure: /[\d.,]$/, always: true },
  { text: /^x[\da-f]/i, figure: /^[+-]?0$/, always: true },
  { text: /^[.,'’_\u00a0\u2009\u202f]\d/, figure: /\d$/ },
  { text: /^ \d{3}(?!\d)/, figure: /^[+-]?\d{1,3}$/ },
  { text: /^e[+-]?\d/i, figure: /[\d.]$/ },
];

/**
 * What the pattern's first group matched last, in the first of the texts that has a match: a figure, or why it is none;
 * null where nothing matches. Throws UserError where looking for it takes too long.
 */
export function metricIn(pattern: RegExp, texts: readonly string[]): number | Unread | null {
  for (const text of texts) {
    const found = lastMatch(pattern, text);
    if (found) return read(text, found);
  }
  return null;
}

/** Where the group begins and ends in the text, and where the whole match does. */
interface Place {
  readonly group: readonly [number, number];
  readonly match: readonly [number, number];
}

function read(text: string, place: Place): number | Unread {
  const [start, end] = place.group;
  const raw = text.slice(start, end);
  const from = start + raw.length - raw.trimStart().length;
  const written = raw.trim();
  const to = from + written.length;
  if (isCut(text, { ...place, group: [from, to] }))
    return { why: 'part', text: numberAround(text, from, to) };
  // A full stop or comma behind it belongs to the sentence.
  const figure = written.replace(/[.,]$/, '');
  const isNumber = NUMBER.test(figure);
  const value = isNumber ? Number(figure.replaceAll(/[,_]/g, '')) : Number.NaN;
  if (Math.abs(value) <= LARGEST) return value;
  const why = !isNumber && SEPARATED.test(figure) ? 'separators' : 'no-number';
  return { why, text: written.slice(0, AROUND) };
}

/** Whether the group is part of a longer number; the rest of it may be what the rest of the pattern was made for. */
function isCut(text: string, { group: [from, to], match: [start, end] }: Place): boolean {
  const figure = text.slice(from, to);
  const before = text.slice(Math.max(0, from - AROUND), from);
  const after = text.slice(to, to + AROUND);
  const hits = (rules: typeof CUT_BEFORE, beside: string, isOutside: boolean) =>
    rules.some((rule) => (isOutside || rule.always) && rule.text.test(beside) && rule.figure.test(figure));
  return hits(CUT_BEFORE, before, from <= start) || hits(CUT_AFTER, after, to >= end);
}

function numberAround(text: string, from: number, to: number): string {
  const before = /[\w.,'’+\-−\u00a0\u2009\u202f]*(?:(?<=\d) )?$/.exec(
    text.slice(Math.max(0, from - AROUND), from),
  );
  const after = /^(?: (?=\d))?[\w.,'’+\-\u00a0\u2009\u202f]*/.exec(text.slice(to, to + AROUND));
  return `${before?.[0] ?? ''}${text.slice(from, to)}${after?.[0] ?? ''}`.slice(0, 2 * AROUND);
}

/** The last match that the group has a part in. */
function lastMatch({ source }: RegExp, text: string): Place | null {
  const pattern = new RegExp(source, 'dgm');
  try {
    // The only way to end a search that does not end.
    const found = runInNewContext(
      `let last;
       for (const match of text.matchAll(pattern)) if (match[1] !== undefined) last = match;
       last && [...last.indices[1], ...last.indices[0]]`,
      { pattern, text },
      { timeout: LIMIT_MS },
    ) as [number, number, number, number] | undefined;
    return found ? { group: [found[0], found[1]], match: [found[2], found[3]] } : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new UserError(`--metric searches for more than ${LIMIT_MS} ms: make it simpler`);
  }
}
