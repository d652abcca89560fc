/**
 * What Adams and Agesen measured. "A Comparison of Software and Hardware Techniques for x86 Virtualization", ASPLOS
 * 2006, cycles per operation. The software VMM translated the guest's kernel and ran its
 * user code directly; the hardware VMM used first-generation VT-x; both had shadow page tables.
 */

export const PAPER = 'Adams & Agesen, ASPLOS 2006';

export interface PaperFigure {
  readonly cycles: number | null;
  /** What the paper says in words, or besides the figure. */
  readonly words?: string;
  /** Quoted from memory, not checked against the paper. */
  readonly recalled?: true;
}

export interface PaperRow {
  readonly operation: string;
  readonly native: PaperFigure;
  readonly software: PaperFigure;
  readonly hardware: PaperFigure;
}

const cycles = (figure: number): PaperFigure => ({ cycles: figure });
const words = (text: string): PaperFigure => ({ cycles: null, words: text });

export const PAPER_ROWS: readonly PaperRow[] = [
  {
    operation: 'syscall',
    native: { cycles: 242, recalled: true },
    software: words('native + about 2000'),
    hardware: words('as native'),
  },
  {
    operation: 'in',
    native: cycles(3209),
    software: words('15 times faster than native'),
    hardware: cycles(15826),
  },
  {
    operation: 'cr8wr',
    native: words('–'),
    software: { cycles: 35, words: 'about 4 times faster than native' },
    hardware: words('about native'),
  },
  { operation: 'callret', native: cycles(11), software: cycles(51), hardware: cycles(11) },
  { operation: 'pgfault', native: cycles(1093), software: cycles(3927), hardware: cycles(11242) },
  { operation: 'divzero', native: cycles(889), software: cycles(3223), hardware: cycles(1014) },
  { operation: 'ptemod', native: cycles(1), software: cycles(391), hardware: cycles(12733) },
];

const seconds = (figure: string): PaperFigure => ({ cycles: null, words: `${figure} s`, recalled: true });

/** Of the paper's programs, those that are a workload: what 40,000 iterations took. */
export const PAPER_PROGRAMS: readonly (Omit<PaperRow, 'operation'> & { readonly workload: string })[] = [
  { workload: 'forkwait', native: seconds('6.0'), software: seconds('36.9'), hardware: seconds('106.4') },
];
