import { expect, it } from 'vitest';
import { variantFlags, variantLines } from '../../reports/variants.ts';
import { HOSTILE } from './fixture.ts';

const program = { name: 'qemu-system-x86_64', sha256: 'ab'.repeat(32) };
const variant = {
  of: 'qemu-tcg',
  program,
  options: { program: 'qemu-system-x86_64', args: '-accel tcg,tb-size=64' },
};

it('are told by driver, version, program, digest and options', () => {
  expect(
    variantLines([
      { id: 'kvm', version: '1' },
      { id: 'old', version: '9.2.1', variant },
    ]),
  ).toEqual([
    'old is qemu-tcg 9.2.1, qemu-system-x86_64 (SHA-256 abababababab), args -accel tcg,tb-size=64.',
  ]);
});

it('are named again by a flag, unless that is not safe to paste', () => {
  const evil = { ...variant, options: { args: HOSTILE.terminal } };
  const quoted = { ...variant, options: { args: "a' b" } };
  expect(
    [variant, evil, quoted].flatMap((one) => variantFlags([{ id: 'old', version: null, variant: one }])),
  ).toEqual([String.raw`--variant 'old=qemu-tcg,program=qemu-system-x86_64,args=-accel tcg\,tb-size=64'`]);
});
