/** As QEMU 7.2 prints them; that it still does, a computer that stands still shows (computer.test.ts). */
import { Duplex, PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { cpuStates, describeState } from '../../../core/emulate/cpu-states.ts';

const REGISTERS = (rest: string, at = 'ffffffff81a0c3ab') =>
  `RAX=0000000000000000 RBX=ffffffff82a1a940 RCX=0000000000000001 RDX=0000000000000000\r\nR12=0000000000000000 R13=0000000000000000 R14=0000000000000000 R15=0000000000000000\r\nRIP=${at} ${rest}\r\nES =0000 0000000000000000 ffffffff 00c00000\r\n`;
const LAPIC = (irr: string) => `dumping local APIC state for CPU 0\r\n\r\nISR\t (none)\r\nIRR\t ${irr}\r\n`;

describe('the state of a CPU', () => {
  it.each([
    [
      'RFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=1',
      '(none)',
      'is halted at ffffffff81a0c3ab, level 0, interrupts on',
    ],
    [
      'RFL=00000046 [---Z-P-] CPL=3 II=0 A20=1 SMM=0 HLT=0',
      '236 251 ',
      'runs at ffffffff81a0c3ab, level 3, interrupts off, waiting: 236 251',
    ],
  ])('%s', (rest, irr, said) => {
    expect(describeState([REGISTERS(rest)], LAPIC(irr))).toBe(said);
  });

  it('tells the places where it was found, most often first', () => {
    const looks = [...'abacdefa'].map((at) => REGISTERS('RFL=00000046 [] CPL=0 II=0 A20=1 SMM=0 HLT=0', at));
    expect(describeState(looks, LAPIC('236'))).toBe(
      'runs at a, level 0, interrupts off, waiting: 236, in 8 looks at a (3), b (1), c (1), d (1) and in 2 more',
    );
  });

  it('may be none that is known', () => {
    expect(describeState(["unknown command: 'info'"], '')).toBe('is in a state that QEMU does not tell');
  });
});

it('of a QEMU that does not answer is that', async () => {
  const monitor = Duplex.from({ readable: new PassThrough(), writable: new PassThrough() });
  expect(await cpuStates(monitor, 2, 20)).toEqual(['QEMU does not answer either']);
});
