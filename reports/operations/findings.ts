/** What the paper of 2006 found, and whether it holds in a result, in words. */
import {
  type CostPair,
  type JudgedFinding,
  judgeFindings,
  type Side,
} from '../../core/judge/claims/findings.ts';
import type { SectionFinding } from '../../core/model/section.ts';
import { duration } from '../../core/present/format.ts';
import type { Result } from '../../core/results/schema.ts';

const SIDES: Readonly<Record<Side, string>> = {
  native: 'the CPU itself',
  translator: 'a translator',
  'hardware-assisted': 'a hypervisor with hardware assist',
};

/** Each finding with its verdict; none if no operation was measured. */
export function findingsOf(result: Result): SectionFinding[] {
  return judgeFindings(result).map((finding) => ({
    statement: finding.statement,
    verdict: finding.verdict,
    evidence: finding.pairs.length > 0 ? finding.pairs.map(inWords).join('; ') : lackOf(finding),
  }));
}

function inWords({ first, second }: CostPair): string {
  const [a, b] = [first.nsPerOperation, second.nsPerOperation];
  const other = second.counterpart === null ? '' : ` (${second.counterpart}, which does more)`;
  return `${first.operation} (${first.isa}): ${first.hypervisor} ${duration(a.estimate)}, ${second.hypervisor} ${duration(b.estimate)}${other}`;
}

function lackOf({ operations, lacks, emulated, paravirtual }: JudgedFinding): string {
  if (emulated) return 'the CPU is emulated, and times are the emulator’s';
  if (paravirtual && lacks === 'native')
    return 'native is a paravirtual domain, whose hypervisor does this for it: no figure of the CPU itself';
  return `no figure for ${operations.join(' and ')} on ${SIDES[lacks]}`;
}
