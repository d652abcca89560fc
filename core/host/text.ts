/**
 * Makes text that firmware or an outer hypervisor chose fit for a record: no control, format or unassigned
 * characters (Unicode category C: terminal escapes, bidirectional overrides), one line, at most `limit`
 * code points.
 */
export function cleanText(text: string, limit = 256): string {
  const line = text
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  return Array.from(line).slice(0, limit).join('').trimEnd();
}
