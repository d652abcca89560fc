/** What the paper of 2006 (Adams & Agesen) found, and whether it holds in a result. */
import { isReference } from '../../model/role.ts';
import type { FindingVerdict } from '../../model/section.ts';
import { footingOf } from '../../results/footing.ts';
import { isParavirtual } from '../../results/outer-hypervisor.ts';
import type { Interval, OperationResult, Result } from '../../results/schema.ts';

/** Two costs of which the finding says that the first is larger, or that it is no larger. */
export interface CostPair {
  readonly first: Costed;
  readonly second: Costed;
}

/** An operation that has a figure. */
export type Costed = OperationResult & { readonly nsPerOperation: Interval };

/** Whose cost a finding speaks of. */
export type Side = 'native' | 'translator' | 'hardware-assisted';

export interface JudgedFinding {
  readonly statement: string;
  readonly verdict: FindingVerdict;
  /** What the verdict rests on; empty where the finding is not testable. */
  readonly pairs: readonly CostPair[];
  /** The operations that it speaks of. */
  readonly operations: readonly string[];
  /** Where there are no pairs: the side that has no figure, or the first where both have some, but for no ISA in common. */
  readonly lacks: Side;
  /** Whether the CPU was emulated: times are then the emulator's, and nothing is testable. */
  readonly emulated: boolean;
  /** Whether native was a paravirtual domain, whose operations a hypervisor carries out: it stands for no CPU. */
  readonly paravirtual: boolean;
}

/** Hypervisors of the paper's two kinds. A KVM without hardware assist is neither. */
const BELONGS: Readonly<Record<Side, (row: OperationResult) => boolean>> = {
  native: ({ hypervisor }) => isReference(hypervisor),
  translator: ({ technique }) => technique === 'binary-translation',
  'hardware-assisted': ({ mode }) => mode === 'hardware-assisted',
};

interface Question {
  readonly statement: string;
  readonly operations: readonly string[];
  readonly first: Side;
  readonly second: Side;
  /** Whether the first is said to cost more than the second, or about the same. */
  readonly says: 'more' | 'no more';
}

/** "About the same" allows for this factor. */
const ABOUT = 1.25;

const QUESTIONS: readonly Question[] = [
  {
    statement: 'Calls and returns cost more under a translator than natively (51 cycles against 11).',
    operations: ['callret'],
    first: 'translator',
    second: 'native',
    says: 'more',
  },
  {
    statement: 'Guest system calls cost more under a translator than natively.',
    operations: ['syscall'],
    first: 'translator',
    second: 'native',
    says: 'more',
  },
  {
    statement: 'With hardware assist, guest system calls cost the same as natively.',
    operations: ['syscall'],
    first: 'hardware-assisted',
    second: 'native',
    says: 'no more',
  },
  {
    statement:
      'With hardware assist, a division by zero costs about the same as natively (1014 cycles against 889).',
    operations: ['divzero'],
    first: 'hardware-assisted',
    second: 'native',
    says: 'no more',
  },
  {
    statement:
      'Port input costs more with hardware assist, where it exits the guest, than under a translator.',
    operations: ['in'],
    first: 'hardware-assisted',
    second: 'translator',
    says: 'more',
  },
  {
    statement: 'Page faults and page-table changes cost more with hardware assist than under a translator.',
    operations: ['pgfault', 'ptemod'],
    first: 'hardware-assisted',
    second: 'translator',
    says: 'more',
  },
];

/** Each finding with its verdict; none where no operation was measured. */
export function judgeFindings({ operations, host }: Pick<Result, 'operations' | 'host'>): JudgedFinding[] {
  if (operations.length === 0) return [];
  const emulated = footingOf(host) === 'emulated';
  const paravirtual = isParavirtual(host);
  const usable = operations.filter(({ hypervisor }) => !(paravirtual && isReference(hypervisor)));
  return QUESTIONS.map((question) => ({
    ...judge(question, emulated ? [] : usable),
    ...{ emulated, paravirtual },
  }));
}

function judge(
  question: Question,
  operations: readonly OperationResult[],
): Omit<JudgedFinding, 'emulated' | 'paravirtual'> {
  const rows = operations.filter(
    (row): row is Costed => question.operations.includes(row.operation) && row.nsPerOperation !== null,
  );
  const of = (side: Side) => rows.filter(BELONGS[side]);
  const pairs = of(question.first).flatMap((first): CostPair[] =>
    of(question.second)
      .filter(({ isa, operation }) => isa === first.isa && operation === first.operation)
      .map((second) => ({ first, second })),
  );
  const verdicts = new Set(pairs.map((pair) => compare(question, pair)));
  const [only] = verdicts;
  const lacks = [question.first, question.second].find((side) => of(side).length === 0) ?? question.first;
  return {
    statement: question.statement,
    verdict: pairs.length === 0 ? 'not testable' : verdicts.size === 1 && only ? only : 'undecided',
    pairs,
    operations: question.operations,
    lacks,
  };
}

function compare({ says }: Question, { first, second }: CostPair): FindingVerdict {
  const [a, b] = [first.nsPerOperation, second.nsPerOperation];
  // What stands for the operation natively does more than the operation: to cost less than that proves nothing.
  const bound = second.counterpart !== null;
  if (says === 'more') {
    if (a.low > b.high) return 'holds';
    return a.high < b.low && !bound ? 'does not hold' : 'undecided';
  }
  if (a.low > b.high * ABOUT) return 'does not hold';
  return a.high <= b.high * ABOUT && !bound ? 'holds' : 'undecided';
}
