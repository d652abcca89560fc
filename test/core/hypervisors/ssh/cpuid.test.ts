import { expect, it } from 'vitest';
import { parseCpuid } from '../../../../core/hypervisors/ssh/cpuid.ts';

/** Words of a text, as registers hold it. */
const words = (text: string) =>
  Array.from({ length: Math.ceil(text.length / 4) }, (_, index) =>
    Buffer.from(text.padEnd(48, '\0').slice(4 * index, 4 * index + 4), 'latin1')
      .readUInt32LE()
      .toString(16)
      .padStart(8, '0'),
  ).join(' ');

const BRAND = 'AMD EPYC'.padEnd(48, '\0');
const LINES = [
  `00000000 0000000d ${words('AuthcAMDenti')}`,
  `40000000 40000010 ${words('KVMKVMKVM\0\0\0')}`,
  `40000100 40000110 ${words('KVMKVMKVM\0\0\0')}`,
  '40000200 00000000 00000001 00000002 00000003',
  ...[0, 1, 2].map((part) => `8000000${part + 2} ${words(BRAND.slice(16 * part, 16 * part + 16))}`),
  '00000fa0 000007d0',
];

it('signatures, the brand and how long an instruction takes come of its lines', () => {
  expect(parseCpuid(`${LINES.join('\n')}\n`)).toEqual({
    signatures: ['KVMKVMKVM'],
    brand: 'AMD EPYC',
    cpuidNs: 20,
    rdtscNs: 10,
  });
});

it.each(['', 'Segmentation fault', LINES.slice(0, -1).join('\n'), `${LINES[0]}\nnot words`])(
  'nothing comes of anything else: %j',
  (printed) => {
    expect(parseCpuid(printed)).toBeNull();
  },
);
