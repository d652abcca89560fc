/** A list under its title. */
import { wrap } from '../wrap.ts';
import type { Colours } from './table.ts';

/** A title and its lines as items; nothing if there are none. */
export function section(title: string, lines: readonly string[], colours: Colours, width: number): string[] {
  if (lines.length === 0) return [];
  const items = lines.flatMap((line) =>
    wrap(line, width - 4).map((part, index) => `${index === 0 ? '  - ' : '    '}${part}`),
  );
  return [colours.bold(title), ...items, ''];
}
