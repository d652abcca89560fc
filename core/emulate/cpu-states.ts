/** What the CPUs of an emulated computer do, as QEMU itself sees them: the computer has no part in it. */

import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { Qmp } from '../hypervisors/qemu/qmp.ts';

const ANSWER_MS = 3000;
/** Of more, the first ones tell enough. */
const MOST_CPUS = 8;
/** A CPU that is caught in a loop is found in few places. */
const LOOKS = 10;
const BETWEEN_MS = 50;
const MOST_PLACES = 4;
const INTERRUPTS_ON = 1 << 9;

/** A line a CPU; one alone where QEMU does not answer. `monitor`: nobody has read of it yet. Never rejects. */
export async function cpuStates(monitor: Duplex, cpus: number, answerMs = ANSWER_MS): Promise<string[]> {
  const controller = new AbortController();
  const late = setTimeout(answerMs, ['QEMU does not answer either'], { signal: controller.signal });
  try {
    return await Promise.race([ask(monitor, Math.min(cpus, MOST_CPUS)), late]);
  } catch (error) {
    return [`QEMU does not tell what its CPUs do: ${(error as Error).message}`];
  } finally {
    controller.abort();
    await late.catch(() => {});
  }
}

async function ask(monitor: Duplex, cpus: number): Promise<string[]> {
  const qmp = new Qmp(monitor, () => {});
  await qmp.open();
  const told = async (line: string, index: number) =>
    String(await qmp.execute('human-monitor-command', { 'command-line': line, 'cpu-index': index }));
  const looks: string[][] = Array.from({ length: cpus }, () => []);
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await setTimeout(BETWEEN_MS);
    for (const [index, seen] of looks.entries()) seen.push(await told('info registers', index));
  }
  const lines: string[] = [];
  for (const [index, seen] of looks.entries())
    lines.push(`CPU ${index} ${describeState(seen, await told(`info lapic ${index}`, index))}`);
  return lines;
}

/** In words, from what QEMU's monitor prints of `info registers`, look by look, and of `info lapic` after them. */
export function describeState(looks: readonly string[], lapic: string): string {
  const found = /[RE]IP=([0-9a-f]+) [RE]FL=([0-9a-f]+) .*\bCPL=(\d)\b.*\bHLT=(\d)\b/.exec(looks.at(-1) ?? '');
  if (!found) return 'is in a state that QEMU does not tell';
  const [, at, flags = '', level, halted] = found;
  const interrupts = Number.parseInt(flags, 16) & INTERRUPTS_ON ? 'on' : 'off';
  const waiting = /^IRR\s+(\d.*?)\s*$/m.exec(lapic)?.[1];
  return [
    `${halted === '1' ? 'is halted' : 'runs'} at ${at}, level ${level}, interrupts ${interrupts}`,
    ...(waiting === undefined ? [] : [`waiting: ${waiting}`]),
    ...placesOf(looks),
  ].join(', ');
}

/** Where it was found, most often first; nothing where it was always in one place. */
function placesOf(looks: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const look of looks) {
    const at = /[RE]IP=([0-9a-f]+)/.exec(look)?.[1] ?? 'an unknown place';
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  if (counts.size < 2) return [];
  const places = [...counts].sort(([, a], [, b]) => b - a).map(([at, count]) => `${at} (${count})`);
  const others = places.length - MOST_PLACES;
  return [
    `in ${looks.length} looks at ${places.slice(0, MOST_PLACES).join(', ')}${others > 0 ? ` and in ${others} more` : ''}`,
  ];
}
