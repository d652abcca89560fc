/**
 * Makes text from guests, firmware or files safe for a terminal: every character of Unicode category C
 * (escapes, bidirectional overrides, …) is shown by its code point, as \u{1b}.
 */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
