/** QMP, QEMU's machine protocol (docs/interop/qmp-spec of QEMU): JSON objects, a line each, over a stream. */
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { firstLine } from '../../errors.ts';

/** A line longer than this is no answer to what is asked here. */
const LINE_LIMIT = 1 << 16;

const messageSchema = z.union([
  z.object({ return: z.unknown(), id: z.number() }),
  z.object({ error: z.object({ desc: z.string() }), id: z.number().optional() }),
  z.object({ event: z.string(), data: z.record(z.string(), z.unknown()).optional() }),
  z.object({
    QMP: z.object({
      version: z.object({
        qemu: z.object({ major: z.number(), minor: z.number(), micro: z.number() }),
      }),
    }),
  }),
]);

/** Throws Error, in one line, if it is no message. */
function parse(line: string): z.infer<typeof messageSchema> {
  try {
    return messageSchema.parse(JSON.parse(line));
  } catch {
    throw new Error(`QEMU wrote on its monitor what is no message: ${firstLine(line, 100)}`);
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Throws Error, out of the stream's event, if QEMU writes what is no message. */
export class Qmp {
  readonly #stream: Duplex;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onEvent: (event: string, data: Readonly<Record<string, unknown>>) => void;
  readonly #greeted: Promise<string>;
  #greet: (version: string) => void = () => {};
  #received = '';
  #sent = 0;

  constructor(stream: Duplex, onEvent: (event: string, data: Readonly<Record<string, unknown>>) => void) {
    this.#stream = stream;
    this.#onEvent = onEvent;
    this.#greeted = new Promise((resolve) => {
      this.#greet = resolve;
    });
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => this.#receive(text));
    stream.on('error', () => {});
  }

  /** Ends the handshake. Returns QEMU's version, as in `7.2.22`. */
  async open(): Promise<string> {
    const version = await this.#greeted;
    await this.execute('qmp_capabilities');
    return version;
  }

  /** Runs a command. Rejects with QEMU's own description where that fails. */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown> {
    const id = ++this.#sent;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#stream.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  #receive(text: string): void {
    const lines = (this.#received + text).split('\n');
    this.#received = lines.pop() ?? '';
    if (this.#received.length > LINE_LIMIT) throw new Error('QEMU wrote a line without end on its monitor');
    for (const line of lines) if (line.trim() !== '') this.#message(line);
  }

  #message(line: string): void {
    const message = parse(line);
    if ('QMP' in message) {
      const { major, minor, micro } = message.QMP.version.qemu;
      this.#greet(`${major}.${minor}.${micro}`);
      return;
    }
    if ('event' in message) {
      this.#onEvent(message.event, message.data ?? {});
      return;
    }
    const waiting = this.#waiting.get(message.id ?? -1);
    this.#waiting.delete(message.id ?? -1);
    if ('error' in message) waiting?.reject(new Error(message.error.desc));
    else waiting?.resolve(message.return);
  }
}
