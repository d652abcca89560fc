/** What the paper of 2006 found, and whether it holds in a result. */
import type { Finding, FindingVerdict } from '../../core/model/section.ts';
import type { Interval, OperationResult, Result } from '../../core/results/schema.ts';
import { duration } from '../format.ts';
import { NATIVE } from '../view.ts';

/** Two costs of which the finding says that the first is larger, or that it is no larger. */
interface Pair {
  readonly first: OperationResult;
  readonly second: OperationResult;
}

/** Hypervisors of the paper's two kinds. A KVM without hardware assist is neither. */
const translates = ({ technique }: OperationResult) => technique === 'binary-translation';
const assisted = ({ mode }: OperationResult) => mode === 'hardware-assisted';
const native = ({ hypervisor }: OperationResult) => hypervisor === NATIVE;

type Kind = (row: OperationResult) => boolean;

interface Question {
  readonly statement: string;
  readonly operations: readonly string[];
  readonly first: Kind;
  readonly second: Kind;
  /** Whether the first is said to cost more than the second, or about the same. */
  readonly says: 'more' | 'no more';
}

/** "About the same" allows for this factor. */
const ABOUT = 1.25;

const QUESTIONS: readonly Question[] = [
  {
    statement: 'A translator makes calls and returns dearer than native (51 cycles against 11).',
    operations: ['callret'],
    first: translates,
    second: native,
    says: 'more',
  },
  {
    statement: 'System calls of the guest cost more under a translator than natively.',
    operations: ['syscall'],
    first: translates,
    second: native,
    says: 'more',
  },
  {
    statement: 'With hardware assist, system calls of the guest cost what they cost natively.',
    operations: ['syscall'],
    first: assisted,
    second: native,
    says: 'no more',
  },
  {
    statement:
      'With hardware assist, a division by zero costs about what it costs natively (1014 cycles against 889).',
    operations: ['divzero'],
    first: assisted,
    second: native,
    says: 'no more',
  },
  {
    statement: 'Port input is dearer with hardware assist, which leaves the guest, than under a translator.',
    operations: ['in'],
    first: assisted,
    second: translates,
    says: 'more',
  },
  {
    statement:
      'Page faults and changes of page tables are dearer with hardware assist than under a translator.',
    operations: ['pgfault', 'ptemod'],
    first: assisted,
    second: translates,
    says: 'more',
  },
];

/** Each finding with its verdict; none where no operation was measured. */
export function findingsOf({ operations }: Result): Finding[] {
  if (operations.length === 0) return [];
  return QUESTIONS.map((question) => judge(question, operations));
}

function judge(question: Question, operations: readonly OperationResult[]): Finding {
  const rows = operations.filter(
    ({ operation, nsPerOperation }) => question.operations.includes(operation) && nsPerOperation,
  );
  const pairs = rows.filter(question.first).flatMap((first): Pair[] =>
    rows
      .filter(question.second)
      .filter(({ isa, operation }) => isa === first.isa && operation === first.operation)
      .map((second) => ({ first, second })),
  );
  const { statement } = question;
  if (pairs.length === 0) return { statement, verdict: 'not testable', evidence: lackOf(question, rows) };
  const verdicts = new Set(pairs.map((pair) => compare(question, pair)));
  const [only] = verdicts;
  return {
    statement,
    verdict: verdicts.size === 1 && only ? only : 'undecided',
    evidence: pairs.map(inWords).join('; '),
  };
}

function compare({ says }: Question, { first, second }: Pair): FindingVerdict {
  const [a, b] = [first.nsPerOperation as Interval, second.nsPerOperation as Interval];
  // What stands for the operation natively does more than the operation: to cost less than that proves nothing.
  const bound = second.counterpart !== null;
  if (says === 'more') {
    if (a.low > b.high) return 'holds';
    return a.high < b.low && !bound ? 'does not hold' : 'undecided';
  }
  if (a.low > b.high * ABOUT) return 'does not hold';
  return a.high <= b.high * ABOUT && !bound ? 'holds' : 'undecided';
}

function inWords({ first, second }: Pair): string {
  const [a, b] = [first.nsPerOperation as Interval, second.nsPerOperation as Interval];
  const other = second.counterpart === null ? '' : ` (${second.counterpart}, which does more)`;
  return `${first.operation} (${first.isa}): ${first.hypervisor} ${duration(a.estimate)}, ${second.hypervisor} ${duration(b.estimate)}${other}`;
}

function lackOf({ operations, first, second }: Question, rows: readonly OperationResult[]): string {
  const missing = [first, second].find((kind) => !rows.some(kind)) ?? first;
  const who =
    missing === assisted
      ? 'a hypervisor with hardware assist'
      : missing === translates
        ? 'a translator'
        : 'the CPU itself';
  return `there is no figure for ${operations.join(' and ')} on ${who}`;
}
