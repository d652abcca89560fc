/** A gate for programs. */
import type { Gate } from '../../core/gate/gate.ts';

export const GATE_SCHEMA = 'hvbench/gate@1';

/** What JSON leaves as it is and a terminal or a bidirectional layout would obey. */
const STEERING = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Fractions, and names as they are; characters that could steer a terminal are written as escapes of JSON. */
export function renderJson(gate: Gate): string {
  return `${JSON.stringify({ schema: GATE_SCHEMA, ...gate }, null, 1).replace(STEERING, escaped)}\n`;
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
