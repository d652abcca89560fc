/** One command on another computer, and what it means when `ssh` ends. */
import type { Host, ProcessEnd } from '../../host/host.ts';
import { cleanText } from '../../host/text.ts';
import { ConnectionLost, MachineError } from '../hypervisor.ts';
import { lastWords } from '../last-words.ts';
import { type Address, destination, sshArguments } from './address.ts';

/** How `ssh` ends if it could not connect, or lost its connection. */
const CONNECTION = 255;
const LINE = 300;
const MOST_STDERR = 4096;

/** Why nothing can be measured there, and what to do. */
export interface Trouble {
  readonly reason: string;
  readonly remedy?: string;
  /** Whether it may be otherwise in a moment: a connection that broke, a computer that does not answer. */
  readonly passing: boolean;
}

/** A command there that did not do its work. */
export class SessionError extends Error {
  override name = 'SessionError';
  readonly trouble: Trouble;
  constructor(trouble: Trouble) {
    super(trouble.reason);
    this.trouble = trouble;
  }
}

/** Words of `ssh`, what they mean, and the command that helps. */
const TROUBLES: readonly (readonly [RegExp, string, ((where: string) => string) | null])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|host key for .* has changed/i,
    'its host key is not the one that is known: another computer answers there, or somebody in between',
    null,
  ],
  [
    /Host key verification failed|No .* host key is known/i,
    'its host key is not known, and hvbench accepts none by itself',
    (where) => `ssh ${where} true   # compare the key that it shows`,
  ],
  [
    /Permission denied|Too many authentication failures/i,
    'it takes no key of yours, and hvbench types no password',
    (where) => `ssh-copy-id ${where}`,
  ],
];

/** What the end of an `ssh` means; `said`: its standard error. */
export function troubleOf(address: Address, { error, code, signal }: ProcessEnd, said: string): Trouble {
  if (error) return { reason: `ssh cannot be started: ${error.message}`, passing: false };
  const words = cleanText(lastWords(said) ?? '', LINE);
  if (code !== CONNECTION && code !== null)
    return {
      reason: words.replace(/^hvbench: /, '') || `its shell ended with exit code ${code}`,
      passing: false,
    };
  const where = destination(address).join(' ');
  const known = TROUBLES.find(([pattern]) => pattern.test(said));
  if (known) {
    const [, reason, remedy] = known;
    return { reason, ...(remedy && { remedy: remedy(where) }), passing: false };
  }
  const end = signal ? `ssh died by ${signal}` : 'it was closed';
  return { reason: `no connection: ${words || end}`, passing: true };
}

/** The same as a machine's failure. */
export function failureOf(address: Address, end: ProcessEnd, said: string): MachineError {
  const { reason, passing } = troubleOf(address, end, said);
  return passing ? new ConnectionLost(reason) : new MachineError(reason);
}

export interface Conversation {
  readonly address: Address;
  readonly command: string;
  /** For its standard input. */
  readonly input?: Buffer;
  /** CPUs of this computer for `ssh`. */
  readonly cpus: readonly number[];
  readonly limitMs: number;
  readonly mostBytes: number;
}

/** What a command there prints. Throws SessionError if it fails, takes too long or prints too much. */
export async function converse(host: Host, conversation: Conversation): Promise<string> {
  const printed: Buffer[] = [];
  await receive(host, conversation, (chunk) => printed.push(chunk));
  return Buffer.concat(printed).toString('utf8');
}

/** The same, handed over as it comes. What `take` throws ends the command, and is thrown. */
export async function receive(
  host: Host,
  conversation: Conversation,
  take: (chunk: Buffer) => void,
): Promise<void> {
  const { address, command, input, cpus, limitMs, mostBytes } = conversation;
  const process = await host.start(['ssh', ...sshArguments(address, command)], { cpus }).catch((error) => {
    throw new SessionError({ reason: `ssh cannot be started: ${error.message}`, passing: false });
  });
  let bytes = 0;
  let said = '';
  let failure: unknown = null;
  const kill = (error: unknown) => {
    failure ??= error;
    process.signal('SIGKILL');
  };
  const giveUp = (reason: string) => kill(new SessionError({ reason, passing: true }));
  process.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (failure !== null) return;
    if (bytes > mostBytes) return giveUp('it printed more than it was asked for');
    try {
      take(chunk);
    } catch (error) {
      kill(error);
    }
  });
  process.stderr.on('data', (chunk: Buffer) => {
    if (said.length < MOST_STDERR) said += chunk.toString('utf8');
  });
  const timer = setTimeout(() => giveUp(`no answer within ${limitMs / 1000} s`), limitMs);
  process.stdin.end(input);
  const end = await process.ended;
  clearTimeout(timer);
  if (failure !== null) throw failure;
  if (end.error || end.code !== 0) throw new SessionError(troubleOf(address, end, said));
}
