/** Many idle machines at once, as tables: what each step took, and what bounds how many there can be. */

import type { TextCell, TextTable } from '../../../core/model/section.ts';
import { bytesText, duration } from '../../../core/present/format.ts';
import type { DensityResult, DensityStep } from '../schema.ts';
import { NOISE_BYTES } from '../summarize.ts';

/** What is presented. */
export interface DensityFound {
  readonly density: readonly DensityResult[];
}

/** Whether the machines are those of our own VMM: it alone promises a ceiling. */
export function isOwn({ terms }: DensityResult): boolean {
  return (terms?.ceilingBytes ?? null) !== null;
}

/** 10,000 */
export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

/** What a machine takes, bytes: of the host, of it in processes, and beyond what its guest touched. */
export interface Share {
  /** Null if it is within the noise of the host's memory. */
  readonly host: number | null;
  readonly pss: number;
  readonly touched: number | null;
  readonly beyond: number | null;
}

/** Of a step; the host's side is what it uses more. */
export function shareOf({ machines, usedBytes, pssBytes, touchedBytes }: DensityStep): Share {
  const host = usedBytes >= NOISE_BYTES ? usedBytes / machines : null;
  const touched = touchedBytes === null ? null : touchedBytes / machines;
  return {
    ...{ host, pss: pssBytes / machines, touched },
    beyond: touched === null || host === null ? null : Math.max(0, host - touched),
  };
}

/** The step with the most machines that all answered; null if there is none. */
export function lastHeld({ held, steps }: DensityResult): DensityStep | null {
  return steps.findLast(({ machines }) => machines === held) ?? null;
}

const cell = (text: string | null, range?: string): TextCell => ({
  text: text ?? '–',
  ...(range !== undefined && { range }),
});

function stepRow({ hypervisor }: DensityResult, step: DensityStep): TextCell[] {
  const { host, pss, touched, beyond } = shareOf(step);
  const { machines, startMs, answerMs, right } = step;
  const rate = answerMs > 0 ? (right / answerMs) * 1000 : 0;
  return [
    cell(`${hypervisor} × ${grouped(machines)}`),
    cell(duration(startMs * 1e6)),
    cell(
      right === machines ? duration(answerMs * 1e6) : `${grouped(right)} of ${grouped(machines)}`,
      `${grouped(Math.round(rate))}/s`,
    ),
    cell(host === null ? null : bytesText(host)),
    cell(bytesText(pss)),
    cell(touched === null ? null : bytesText(touched)),
    cell(beyond === null ? null : bytesText(beyond)),
  ];
}

/** One line for each hypervisor: how many machines, why no more, and whether the ceiling held. */
export function densitySentences({ density }: DensityFound): string[] {
  const own = density.find(isOwn)?.hypervisor ?? 'the other';
  return density.map((row) => {
    if (row.status === 'unavailable') return `${row.hypervisor} unavailable: ${row.error}.`;
    const step = lastHeld(row);
    const { hypervisor, held, stopped, terms } = row;
    const end = stopped
      ? `${STOP_WORDS[stopped.reason]}${SELF_EVIDENT.has(stopped.reason) ? '' : ` (${stopped.text})`}`
      : 'the run ended early';
    if (!step) return `${hypervisor}: no machine lived and answered; ${end}.`;
    const { beyond } = shareOf(step);
    const ceiling = terms?.ceilingBytes ?? null;
    const within =
      beyond === null || ceiling === null
        ? ''
        : `, ${beyond <= ceiling ? 'within' : 'above'} the limit of ${bytesText(ceiling)}`;
    const extra =
      beyond === null ? '' : `; each takes ${bytesText(beyond)} beyond its touched memory${within}`;
    const budget = terms?.budgetBytes ?? null;
    const same = budget === null ? '' : ` in ${bytesText(budget)}, the memory that ${own} took`;
    return `${hypervisor}: ${grouped(held)} ${held === 1 ? 'machine' : 'machines'} lived and answered${same}${extra}. Stopped: ${end}.`;
  });
}

/** What needs no further words. */
const SELF_EVIDENT: ReadonlySet<string> = new Set(['goal', 'time']);

const STOP_WORDS = {
  goal: 'it reached the requested number',
  memory: 'its memory was used up',
  limit: 'it reached a limit of the host',
  time: 'its time ran out',
  failed: 'it failed',
  interrupted: 'it was interrupted',
} as const;

/** How many times as many of our own machines live in the same memory; nothing if only one kind was measured. */
export function comparison({ density }: DensityFound): string[] {
  const own = density.find((row) => isOwn(row) && row.held > 0);
  return density.flatMap(({ hypervisor, held, terms, stopped }) => {
    if (!own || held === 0 || (terms?.budgetBytes ?? null) === null) return [];
    const factor = own.held / held;
    const text = `${grouped(own.held)} machines of ${own.hypervisor} against ${grouped(held)} of ${hypervisor}: ${factor.toFixed(factor < 10 ? 1 : 0)} times as many`;
    // Stopped by something else, QEMU might have gone on within the memory.
    return [
      stopped?.reason === 'memory'
        ? `${text} in the same memory.`
        : `${text}, but ${hypervisor} did not use up the memory.`,
    ];
  });
}

/** Nothing if density was not measured. */
export function densityTables(result: DensityFound): TextTable[] {
  const { density } = result;
  if (density.length === 0) return [];
  const measured = density.filter(({ steps }) => steps.length > 0);
  const notes = [...comparison(result), ...densitySentences(result)];
  const lost = measured.some(({ steps }) => steps.some((step) => shareOf(step).host === null));
  const steps: TextTable = {
    title: 'Density: idle machines at once',
    about:
      'Started: time until all machines live. Answered: one checked request to each. The rest is per machine. Memory: what the host uses more, kernel included, file caches not. Processes: the part that processes hold (PSS). Touched: what the guest has written to. Beyond: memory minus touched.',
    head: ['machines', 'started', 'answered', 'memory', 'processes', 'touched', 'beyond'],
    rows: measured.flatMap((row) => row.steps.map((step) => stepRow(row, step))),
    notes: lost
      ? [
          ...notes,
          `–: together they took less than ${bytesText(NOISE_BYTES)}, which is within the noise of the host's memory.`,
        ]
      : notes,
  };
  const names = [...new Set(measured.flatMap(({ limits }) => limits.map(({ name }) => name)))];
  const limits: TextTable = {
    title: 'Density: how many machines each limit allows',
    about:
      'hvbench checks every limit before each step, against what one machine takes. These are the last values.',
    head: ['limit', ...measured.map(({ hypervisor }) => hypervisor)],
    rows: names.map((name) => [
      cell(name),
      ...measured.map(({ limits, binds }) => {
        const limit = limits.find((one) => one.name === name);
        if (!limit) return cell(null);
        return cell(
          limit.fits === null ? 'no limit' : grouped(limit.fits),
          binds === name ? 'binds' : undefined,
        );
      }),
    ]),
    notes: [],
  };
  return measured.length > 0 ? [steps, limits] : [steps];
}
