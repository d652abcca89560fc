/** `hvbench emulate -- COMMAND`: a command of hvbench in a computer with AMD-V that QEMU emulates. */
import prettyMs from 'pretty-ms';
import { type EmulateEvent, emulate as emulateCommand, type Paging } from '../emulate/emulate.ts';
import type { LastSeen } from '../emulate/ending.ts';
import { UserError } from '../errors.ts';
import { partsOf } from '../parts.ts';
import { useColour } from './colour.ts';
import { printable } from './printable.ts';
import { createSpinner } from './spinner.ts';

export interface EmulateFlags {
  readonly paging: Paging;
  readonly cpus?: number;
  readonly memory: number;
  readonly limit: number;
  readonly kernel?: string;
  readonly xen?: boolean;
  readonly xenHypervisor?: string;
  readonly wait?: boolean;
}

/** The command's exit code. `commands`: those that there are. Throws UserError where it cannot be run there. */
export async function emulate(
  argv: readonly string[],
  { memory, limit, xen, xenHypervisor, ...flags }: EmulateFlags,
  commands: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  expectCommand(argv[0], commands);
  const progress = createProgress();
  try {
    const { code, lost } = await emulateCommand(
      argv,
      {
        ...flags,
        ...{ memoryMib: memory, limitSeconds: limit, signal, xen: xenHypervisor ?? xen },
        ...{ output: process.stdout, errors: process.stderr },
        // What it writes to is no terminal there.
        ...(useColour() && { environment: { FORCE_COLOR: process.env.FORCE_COLOR ?? '1' } }),
        listen: progress.listen,
      },
      partsOf().suites,
    );
    if (lost.length > 0)
      progress.note(
        `gone with the emulated computer: ${lost.join(', ')}; of what a command writes, only the folder for results is kept`,
      );
    return code;
  } finally {
    progress.stop();
  }
}

/** Before half a minute goes into finding out. */
function expectCommand(name: string | undefined, commands: readonly string[]): void {
  if (name === 'emulate') throw new UserError('a computer cannot be emulated in an emulated one');
  if (name === undefined || !commands.includes(name))
    throw new UserError(
      `hvbench has no command '${name}': what follows -- is one of hvbench's own, such as run`,
    );
}

/** On standard error, until the command writes there itself. */
function createProgress() {
  const stream = process.stderr;
  const { spinner, live } = createSpinner(stream);
  const say = (text: string) => {
    spinner.stop();
    stream.write(`${printable(text)}\n`);
  };
  const note = (text: string) => say(`note: ${text}`);
  return {
    note,
    stop: () => void spinner.stop(),
    listen(event: EmulateEvent) {
      if (event.type === 'phase') {
        if (live) spinner.start(event.text);
        else say(event.text);
      } else if (event.type === 'note') note(event.text);
      else if (event.type === 'failed') for (const line of lastSeenLines(event.seen)) say(line);
      else
        say(
          `the emulated computer is up after ${prettyMs(event.ms)}: QEMU ${event.qemu} (TCG), ${describe(event)}`,
        );
    },
  };
}

function describe({ linux, found }: Extract<EmulateEvent, { type: 'ready' }>): string {
  return 'xen' in found
    ? `Xen ${found.xen}, Linux ${linux} in dom0. Times in it mean nothing, and native is dom0, not bare metal.`
    : `Linux ${linux}, AMD-V with ${found.paging} paging. Times in it mean nothing; counts of exits do.`;
}

/** What a computer that failed had shown last. */
function lastSeenLines({ console, silentMs, cpus }: LastSeen): string[] {
  const since = silentMs === null ? 'nothing' : `nothing for the last ${prettyMs(Math.round(silentMs))}`;
  return [
    `The console of the emulated computer has shown ${since}${console.length > 0 ? ', and before that:' : '.'}`,
    ...console.map((line) => `  ${line}`),
    ...cpus.map((line) => `  ${line}`),
  ];
}
