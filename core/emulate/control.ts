/** What the script of an emulated computer tells of the command: session-script.ts writes these lines. */
import { cleanText } from '../host/text.ts';

export type Told =
  /** `found`: what it runs on. */
  | { readonly type: 'ready'; readonly found: Found }
  /** An answer to `ping`; `load`: /proc/loadavg in there. */
  | { readonly type: 'alive'; readonly load: string }
  /** A file that the command wrote, and that is gone. */
  | { readonly type: 'lost'; readonly path: string }
  | { readonly type: 'exit'; readonly code: number };

/** KVM with nested or shadow paging for its guests, or Xen of a version. */
export type Found = { readonly paging: 'nested' | 'shadow' } | { readonly xen: string };

/** Far more than a path may have. */
const LONGEST_LINE = 8192;

/** Splits what comes into lines. `receive` throws Error where one is none that the script writes. */
export class ControlReader {
  readonly #tell: (told: Told) => void;
  #line = '';

  constructor(tell: (told: Told) => void) {
    this.#tell = tell;
  }

  receive(chunk: Buffer): void {
    const lines = (this.#line + chunk.toString('utf8')).split('\n');
    this.#line = lines.pop() ?? '';
    if (this.#line.length > LONGEST_LINE) throw new Error('it wrote a line without end to its control port');
    for (const line of lines) this.#tell(parse(line));
  }
}

function parse(line: string): Told {
  const [word = '', ...rest] = line.split(' ');
  const value = rest.join(' ');
  if (word === 'ready' && /^[YN01]$/.test(value))
    return { type: 'ready', found: { paging: /[Y1]/.test(value) ? 'nested' : 'shadow' } };
  const xen = word === 'ready' ? /^xen (\d+\.\d+\S{0,32})$/.exec(value)?.[1] : undefined;
  if (xen !== undefined) return { type: 'ready', found: { xen } };
  if (word === 'alive' && /^[\d./ ]{1,64}$/.test(value)) return { type: 'alive', load: value };
  if (word === 'lost' && value !== '') return { type: 'lost', path: value };
  if (word === 'exit' && /^\d{1,3}$/.test(value)) return { type: 'exit', code: Number(value) };
  throw new Error(`it wrote to its control port what means nothing: ${cleanText(line, 100)}`);
}
