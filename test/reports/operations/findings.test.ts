import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../core/model/section.ts';
import type { OperationResult } from '../../../core/results/schema.ts';
import { findingsOf } from '../../../reports/operations/findings.ts';
import { fixtureResult, operationRow } from '../fixture.ts';

const result = fixtureResult({ hostile: false });
const translator = { hypervisor: 'v86', technique: 'binary-translation' } as const;
const hardware = { hypervisor: 'kvm', mode: 'hardware-assisted', technique: 'vt-x' } as const;
const native = { hypervisor: 'native' };

/** The finding whose statement has these words, over these rows. */
function finding(words: string, ...operations: OperationResult[]): Finding {
  const found = findingsOf({ ...result, operations }).find(({ statement }) => statement.includes(words));
  if (!found) throw new Error(`there is no finding about ${words}`);
  return found;
}

describe('findingsOf', () => {
  it('says nothing where no operation was measured', () => {
    expect(findingsOf(result)).toEqual([]);
  });

  it.each([
    [15, 'holds'],
    [1.5, 'undecided'],
    [1, 'does not hold'],
  ])('judges a larger cost by the intervals: %d ns against 1.4 is "%s"', (ns, verdict) => {
    const { verdict: given, evidence } = finding(
      'calls and returns',
      operationRow({ operation: 'callret', ...native }, 1.4),
      operationRow({ operation: 'callret', ...translator }, ns),
    );
    expect(given).toBe(verdict);
    expect(evidence).toContain('native 1.40 ns');
  });

  it('is undecided where two hypervisors disagree', () => {
    const { verdict } = finding(
      'calls and returns',
      operationRow({ operation: 'callret', ...native }, 1.4),
      operationRow({ operation: 'callret', ...translator }, 15),
      operationRow({ operation: 'callret', ...translator, hypervisor: 'qemu-tcg' }, 1),
    );
    expect(verdict).toBe('undecided');
  });

  it('compares within an ISA only', () => {
    const { verdict } = finding(
      'calls and returns',
      operationRow({ operation: 'callret', ...native }, 1.4),
      operationRow({ operation: 'callret', ...translator, isa: 'i386' }, 15),
    );
    expect(verdict).toBe('not testable');
  });

  it('takes a KVM without hardware assist for neither of the two kinds', () => {
    const { verdict, evidence } = finding(
      'Port input',
      operationRow({ operation: 'in', hypervisor: 'kvm' }, 4000),
      operationRow({ operation: 'in', ...translator }, 100),
    );
    expect(verdict).toBe('not testable');
    expect(evidence).toBe('there is no figure for in on a hypervisor with hardware assist');
  });

  it('goes by mode and technique, not by name', () => {
    const { verdict } = finding(
      'Port input',
      operationRow({ operation: 'in', ...hardware }, 4000),
      operationRow({ operation: 'in', ...translator }, 100),
    );
    expect(verdict).toBe('holds');
  });

  // Linux does more than our kernel: being cheaper than Linux proves nothing, being dearer does.
  it.each([
    [20, 'undecided'],
    [500, 'does not hold'],
  ])('holds a counterpart for an upper bound: %d ns is "%s"', (ns, verdict) => {
    const linux = operationRow({ operation: 'syscall', ...native, counterpart: 'Linux' }, 100);
    const guest = operationRow({ operation: 'syscall', ...hardware }, ns);
    const given = finding('With hardware assist, system calls', linux, guest);
    expect(given.verdict).toBe(verdict);
    expect(given.evidence).toContain('Linux, which does more');
  });

  it('allows "about the same" a quarter', () => {
    const about = (ns: number) =>
      finding(
        'a division by zero',
        operationRow({ operation: 'divzero', ...native }, 100),
        operationRow({ operation: 'divzero', ...hardware }, ns),
      ).verdict;
    expect([about(110), about(130), about(200)]).toEqual(['holds', 'undecided', 'does not hold']);
  });
});
