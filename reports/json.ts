/** JSON that is safe to print: it may hold anybody's names. */

/** What JSON leaves as it is and a terminal or a bidirectional layout would obey. */
const STEERING = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Names stay as they are; characters that could steer a terminal are written as escapes of JSON. */
export function printableJson(value: unknown, indent = 1): string {
  return `${JSON.stringify(value, null, indent).replace(STEERING, escaped)}\n`;
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
