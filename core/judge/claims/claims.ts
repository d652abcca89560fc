import type { Mode } from '../../results/schema.ts';
import type { Band } from '../../stats/index.ts';

/** What a reader sets, and no source says. */
export interface Thresholds {
  /** The overhead up to which a cost counts as negligible, a fraction. */
  readonly negligible: number;
}

export interface Claim {
  readonly id: string;
  /** In our words. */
  readonly statement: string;
  /** Who said it, and where that is recorded; stands in brackets behind the statement. */
  readonly source: string;
  /** The hypervisors that it speaks of. */
  readonly mode: Exclude<Mode, 'native'>;
  /** The CPU overheads that it allows, as fractions. */
  readonly band: (thresholds: Thresholds) => Band;
  /** How far from 0 the control's CPU overhead may reach for a verdict, a fraction. */
  readonly quiet: number;
}

const WINHEC_2005 =
  'a marketing manager of AMD on its coming processor extensions “Pacifica”, ' +
  'reported by IDG News Service from the WinHEC conference in May 2005';

export const CLAIMS: readonly Claim[] = [
  {
    id: 'hosted-10-30',
    statement: 'Virtualized servers, without help from the processor, pay 10–30 % CPU overhead.',
    source: WINHEC_2005,
    mode: 'hosted',
    band: () => ({ low: 0.1, high: 0.3 }),
    quiet: 0.05,
  },
  {
    id: 'hardware-assist-negligible',
    statement: 'With hardware assist, the CPU overhead of virtualization becomes negligible.',
    source: WINHEC_2005,
    mode: 'hardware-assisted',
    band: ({ negligible }) => ({ low: null, high: negligible }),
    quiet: 0.01,
  },
];
