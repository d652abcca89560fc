/** The end of what a console showed, for whoever asks what became of its computer. */
import { cleanText } from '../host/text.ts';

const MOST_LINES = 40;
const MOST_CHARACTERS = 8192;
const LONGEST_LINE = 400;

export class ConsoleTail {
  readonly #lines: string[] = [];
  #characters = 0;
  /** What has come of a line that has not ended. */
  #open = '';
  #at: number | null = null;
  readonly #now: () => number;

  /** `now`: ms on any clock. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  receive(chunk: Buffer): void {
    this.#at = this.#now();
    const lines = (this.#open + chunk.toString('latin1')).split('\n');
    // A console that never ends a line must not fill the memory.
    this.#open = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of lines) this.#keep(cleanText(line, LONGEST_LINE));
  }

  /** The last 40 lines, of at most 8192 characters together; what is not ended counts as one. */
  lines(): string[] {
    const open = cleanText(this.#open, LONGEST_LINE);
    return [...this.#lines, ...(open === '' ? [] : [open])];
  }

  /** Since it showed anything, ms; null where it never has. */
  silentMs(): number | null {
    return this.#at === null ? null : this.#now() - this.#at;
  }

  #keep(line: string): void {
    if (line === '') return;
    this.#lines.push(line);
    this.#characters += line.length;
    while (this.#lines.length > MOST_LINES || this.#characters > MOST_CHARACTERS)
      this.#characters -= (this.#lines.shift() as string).length;
  }
}
