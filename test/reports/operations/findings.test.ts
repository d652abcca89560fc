import { describe, expect, it } from 'vitest';
import type { OperationResult } from '../../../core/results/schema.ts';
import { findingsOf } from '../../../reports/operations/findings.ts';
import { fixtureResult, operationRow } from '../fixture.ts';

const result = fixtureResult({ hostile: false });
const translator = { hypervisor: 'v86', technique: 'binary-translation' } as const;
const hardware = { hypervisor: 'kvm', mode: 'hardware-assisted', technique: 'vt-x' } as const;
const native = { hypervisor: 'native' };

/** What is said for the finding whose statement has these words, over these rows. */
function evidence(words: string, ...operations: OperationResult[]): string | undefined {
  return findingsOf({ ...result, operations }).find(({ statement }) => statement.includes(words))?.evidence;
}

describe('findingsOf', () => {
  it('says nothing where no operation was measured', () => {
    expect(findingsOf(result)).toEqual([]);
  });

  it('gives the figures of each pair', () => {
    const said = evidence(
      'Calls and returns',
      operationRow({ operation: 'callret', ...native }, 1.4),
      operationRow({ operation: 'callret', ...translator }, 15),
      operationRow({ operation: 'callret', ...translator, hypervisor: 'qemu-tcg' }, 1),
    );
    expect(said).toBe(
      'callret (x86_64): v86 15.0 ns, native 1.40 ns; callret (x86_64): qemu-tcg 1.00 ns, native 1.40 ns',
    );
  });

  it('says that a counterpart does more', () => {
    const said = evidence(
      'With hardware assist, guest system calls',
      operationRow({ operation: 'syscall', ...native, counterpart: 'Linux' }, 100),
      operationRow({ operation: 'syscall', ...hardware }, 20),
    );
    expect(said).toBe('syscall (x86_64): kvm 20.0 ns, native 100 ns (Linux, which does more)');
  });

  it.each([
    ['Port input', 'in', translator, 'a hypervisor with hardware assist'],
    ['Calls and returns', 'callret', native, 'a translator'],
    ['Calls and returns', 'callret', translator, 'the CPU itself'],
  ])('says who has no figure: "%s" by %s of %o alone lacks %s', (words, operation, only, who) => {
    const said = evidence(words, operationRow({ operation, ...only }, 100));
    expect(said).toBe(`no figure for ${operation} on ${who}`);
  });
});
