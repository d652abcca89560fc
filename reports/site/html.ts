/** The one way in which text becomes markup: whatever is put into the template `html` is escaped, unless it is markup. */
import { htmlEscape } from 'escape-goat';

/** Made by {@link html} alone. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type { Markup };

/** What a template takes: nothing of null, undefined and false, and all of a list. */
export type Piece = Markup | string | number | null | undefined | false | readonly Piece[];

/** Attributes have to stand in quotes. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(
    strings.map((string, index) => string + (index < pieces.length ? textOf(pieces[index]) : '')).join(''),
  );
}

function textOf(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (piece instanceof Markup) return piece.toString();
  if (typeof piece === 'string' || typeof piece === 'number') return htmlEscape(String(piece));
  return piece.map(textOf).join('');
}
