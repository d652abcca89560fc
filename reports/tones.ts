/** Marks of tones, for those who see no colours: the fuller, the dearer. */
import type { TextCell, TextTable, Tone } from '../core/model/section.ts';

const MARKS: Readonly<Record<Tone, string>> = {
  negligible: '○',
  more: '◐',
  heavy: '●',
  undecided: '?',
  quiet: '',
  failed: '',
};

const NO_BREAK = '\u00a0';

/** The text of a cell behind the mark of its tone, if that has one. */
export function markedText({ text, tone }: Pick<TextCell, 'text' | 'tone'>): string {
  const mark = tone && MARKS[tone];
  return mark ? `${mark} ${text}` : text;
}

/** What the marks of a table mean, in one line; empty if it has none. */
export function keyLine({ key = [] }: Pick<TextTable, 'key'>): string {
  return key.map(([tone, meaning]) => markedText({ text: meaning, tone }).replace(' ', NO_BREAK)).join(' · ');
}

/** Tables in a row with the same explanation share it: it stands with the `first` or the `last` of them. */
export function explainedOnce(tables: readonly TextTable[], where: 'first' | 'last'): TextTable[] {
  return tables.map((table, index) => {
    const other = tables[where === 'first' ? index - 1 : index + 1];
    const { key: _, ...bare } = table;
    return other?.about === table.about && keyLine(other) === keyLine(table) ? { ...bare, about: '' } : table;
  });
}
