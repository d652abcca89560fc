import { afterAll, describe, expect, it } from 'vitest';
import { faults } from '../../suites/faults/index.ts';
import { integer } from './cpu.model.ts';
import { BUILDS, build, workFolder } from './harness.ts';
import { expectLinkable } from './objects.ts';

const { folder, remove } = workFolder();
afterAll(remove);

describe.each(BUILDS)('faults on $isa by $by', (made) => {
  const program = build('faults', made, folder);
  const inGuest = (entry: string, limitMs?: number) =>
    program.execute([{ prepare: entry, guest: 1 }, { run: 2 }], limitMs);

  it('fit into their slots and call nothing', () => expectLinkable(program.objects));

  it.each(faults.workloads)('$name works in a native process', ({ entry }) => {
    const { replies } = program.execute([{ prepare: entry, seed: 9 }, { run: 2 }]);
    expect(replies).toEqual([0n, integer(9, 2)]);
  });

  it('hang does not return', () => expect(inGuest('faults/hang', 300).signal).toBe('SIGTERM'));
  it('crash is an undefined instruction', () => expect(inGuest('faults/crash').signal).toBe('SIGILL'));
  it('wild-store is a fault', () => expect(inGuest('faults/wild-store').signal).toBe('SIGSEGV'));
  // A process may not use ports at all.
  it('wild-exit is refused', () => expect(inGuest('faults/wild-exit').signal).toBe('SIGSEGV'));
  it('wrong-checksum differs', () =>
    expect(inGuest('faults/wrong-checksum').replies[1]).not.toBe(integer(1, 2)));
  it('refuse declines', () => {
    expect(BigInt.asIntN(64, inGuest('faults/refuse').replies[0] ?? 0n)).toBe(-1n);
  });
});
