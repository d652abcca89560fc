/** From a journal's entries to how many machines lived at once. */
import type { DensityEntry, DensityResult } from './schema.ts';

/** A host's memory goes up and down by about this by itself, bytes: less than that, all together, is no figure. */
export const NOISE_BYTES = 32 * 2 ** 20;

type Of<T extends DensityEntry['type']> = Extract<DensityEntry, { type: T }>;

/** Whether a step holds: all that lived answered, and rightly. */
export function holds({ machines, right }: { readonly machines: number; readonly right: number }): boolean {
  return machines > 0 && right === machines;
}

/** One row for each hypervisor that the suite began with, or could not. */
export function summarizeDensity(entries: readonly DensityEntry[]): DensityResult[] {
  const rows = new Map<string, DensityResult>();
  for (const entry of entries) {
    switch (entry.type) {
      case 'density-unavailable': {
        const { type, error, ...name } = entry;
        rows.set(keyOf(entry), { ...name, ...EMPTY, status: 'unavailable', error });
        break;
      }
      case 'density-start': {
        // A run that was killed in its midst begins again when it is resumed.
        const { type, suite, isa, hypervisor, ...terms } = entry;
        rows.set(keyOf(entry), { suite, isa, hypervisor, ...EMPTY, terms });
        break;
      }
      case 'density-limits':
      case 'density-step':
      case 'density-end': {
        const row = rows.get(keyOf(entry));
        if (row) rows.set(keyOf(entry), add(row, entry));
      }
    }
  }
  return [...rows.values()];
}

const EMPTY = {
  status: 'ok' as const,
  terms: null,
  held: 0,
  stopped: null,
  ...{ most: null, binds: null, limits: [], steps: [] },
};

function keyOf({ suite, isa, hypervisor }: Pick<DensityResult, 'suite' | 'isa' | 'hypervisor'>): string {
  return [suite, isa, hypervisor].join(' ');
}

function add(
  row: DensityResult,
  entry: Of<'density-limits'> | Of<'density-step'> | Of<'density-end'>,
): DensityResult {
  switch (entry.type) {
    case 'density-limits': {
      const { most, binds, limits } = entry;
      return { ...row, most, binds, limits };
    }
    case 'density-step': {
      const { type, suite, isa, hypervisor, ...step } = entry;
      return { ...row, held: holds(step) ? step.machines : row.held, steps: [...row.steps, step] };
    }
    case 'density-end': {
      const { reason, text } = entry;
      const failed = reason === 'failed';
      return { ...row, stopped: { reason, text }, ...(failed && { status: 'failed', error: text }) };
    }
  }
}
