/** A space inside the brackets of an interval or before its per cent sign: a figure stays on one line. */
const BOUND_SPACE = / (?=[^[\]]*\]|%)/g;
const BOUND = '\u00a0';

/** Breaks plain text between words into lines of at most `width` characters; a longer word keeps its own line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.replace(BOUND_SPACE, BOUND).split(' ')) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  return [...lines, line].map((part) => part.replaceAll(BOUND, ' '));
}
