/** Tables of Markdown and the figures in them, as validations write them. */
import { plain } from '../../present/format.ts';

/** In per cent, with a decimal; two of less than 1 %. */
export const share = (fraction: number) =>
  `${(100 * fraction).toFixed(fraction > 0 && fraction < 0.01 ? 2 : 1)} %`;
/** In per cent, with two decimals at most. */
export const effect = (fraction: number) => `${Number((100 * fraction).toFixed(2))} %`;

/** A table of Markdown; cells may say anything. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => plain(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
