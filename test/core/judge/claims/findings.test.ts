import { describe, expect, it } from 'vitest';
import { type JudgedFinding, judgeFindings } from '../../../../core/judge/claims/findings.ts';
import type { OperationResult } from '../../../../core/results/schema.ts';
import { operationRow } from '../../../reports/fixture.ts';
import { QUIET } from '../../host/example.ts';

const translator = { hypervisor: 'v86', technique: 'binary-translation' } as const;
const hardware = { hypervisor: 'kvm', mode: 'hardware-assisted', technique: 'vt-x' } as const;
const native = { hypervisor: 'native' };

/** The finding whose statement has these words, over these rows. */
function finding(words: string, ...operations: OperationResult[]): JudgedFinding {
  const found = judgeFindings({ operations, host: QUIET }).find(({ statement }) => statement.includes(words));
  if (!found) throw new Error(`there is no finding about ${words}`);
  return found;
}

describe('judgeFindings', () => {
  it('says nothing where no operation was measured', () => {
    expect(judgeFindings({ operations: [], host: QUIET })).toEqual([]);
  });

  it('tests nothing on an emulated CPU', () => {
    const host = { ...QUIET, outerHypervisor: { hypervisor: 'QEMU TCG', evidence: [], emulated: true } };
    const operations = [
      operationRow({ operation: 'callret', ...translator }, 15),
      operationRow({ operation: 'callret', ...native }, 1),
    ];
    const found = judgeFindings({ operations, host });
    expect(new Set(found.map(({ verdict }) => verdict))).toEqual(new Set(['not testable']));
    expect(found.every(({ emulated, pairs }) => emulated && pairs.length === 0)).toBe(true);
  });

  it('takes a paravirtual domain for no CPU', () => {
    const outerHypervisor = { hypervisor: 'Xen', evidence: [], domain: { role: null, kind: 'PV' as const } };
    const operations = [
      operationRow({ operation: 'callret', ...translator }, 15),
      operationRow({ operation: 'callret', ...native }, 1),
    ];
    const [first] = judgeFindings({ operations, host: { ...QUIET, outerHypervisor } });
    expect(first).toMatchObject({ verdict: 'not testable', paravirtual: true, lacks: 'native', pairs: [] });
  });

  it.each([
    [15, 'holds'],
    [1.5, 'undecided'],
    [1, 'does not hold'],
  ])('judges a larger cost by the intervals: %d ns against 1.4 is "%s"', (ns, verdict) => {
    const { verdict: given, pairs } = finding(
      'Calls and returns',
      operationRow({ operation: 'callret', ...native }, 1.4),
      operationRow({ operation: 'callret', ...translator }, ns),
    );
    expect(given).toBe(verdict);
    expect(pairs).toMatchObject([{ first: { hypervisor: 'v86' }, second: { hypervisor: 'native' } }]);
  });

  it('is undecided where two hypervisors disagree', () => {
    const { verdict } = finding(
      'Calls and returns',
      operationRow({ operation: 'callret', ...native }, 1.4),
      operationRow({ operation: 'callret', ...translator }, 15),
      operationRow({ operation: 'callret', ...translator, hypervisor: 'qemu-tcg' }, 1),
    );
    expect(verdict).toBe('undecided');
  });

  it('compares within an ISA only', () => {
    const { verdict, pairs } = finding(
      'Calls and returns',
      operationRow({ operation: 'callret', ...native }, 1.4),
      operationRow({ operation: 'callret', ...translator, isa: 'i386' }, 15),
    );
    expect(verdict).toBe('not testable');
    expect(pairs).toEqual([]);
  });

  it('takes a KVM without hardware assist for neither of the two kinds', () => {
    const { verdict, lacks } = finding(
      'Port input',
      operationRow({ operation: 'in', hypervisor: 'kvm' }, 4000),
      operationRow({ operation: 'in', ...translator }, 100),
    );
    expect(verdict).toBe('not testable');
    expect(lacks).toBe('hardware-assisted');
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
    expect(finding('With hardware assist, guest system calls', linux, guest).verdict).toBe(verdict);
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
