import { describe, expect, it, test } from 'vitest';
import { parseVariant, parseVariants, variantsSchema } from '../../../core/config/variants.ts';
import { UserError } from '../../../core/errors.ts';

describe('a variant in a line', () => {
  it.each<[string, object]>([
    ['old=qemu-tcg', { old: { hypervisor: 'qemu-tcg' } }],
    [
      'old=qemu-tcg,program=/opt/qemu-9/bin/qemu-system-x86_64',
      { old: { hypervisor: 'qemu-tcg', program: '/opt/qemu-9/bin/qemu-system-x86_64' } },
    ],
    // A comma and a backslash in a value.
    [
      String.raw`a=qemu-tcg,args=-accel tcg\,tb-size=64,env=A=b\\c`,
      { a: { hypervisor: 'qemu-tcg', args: '-accel tcg,tb-size=64', env: String.raw`A=b\c` } },
    ],
    // What is repeated is a list.
    [
      String.raw`a=qemu-tcg,args=-accel,args=tcg\,tb-size=1,args=`,
      { a: { hypervisor: 'qemu-tcg', args: ['-accel', 'tcg,tb-size=1', ''] } },
    ],
  ])('%s', (line, variant) => {
    expect(parseVariant(line)).toEqual(variant);
    expect(variantsSchema.parse(parseVariant(line))).toEqual(variant);
  });

  it.each<[string, RegExp]>([
    ['', /is none: write NAME=HYPERVISOR/],
    ['old', /'old' is none/],
    ['=kvm', /is none/],
    ['old=', /is none/],
    ['Old=kvm', /variant Old: its name must be lower-case/],
    ['old=kvm,', /variant old: '' is no option/],
    ['old=kvm,pages', /variant old: 'pages' is no option/],
    ['old=kvm,pages=small,,', /'' is no option/],
    ['old=kvm,hypervisor=uml', /'hypervisor=uml' is no option/],
  ])('refuses %j', (line, message) => {
    expect(() => parseVariant(line)).toThrow(UserError);
    expect(() => parseVariant(line)).toThrow(message);
  });
});

test('two lines are two variants, and no name is given twice', () => {
  expect(Object.keys(parseVariants(['a=kvm', 'b=kvm']))).toEqual(['a', 'b']);
  expect(() => parseVariants(['a=kvm', 'a=uml'])).toThrow(/variant a is named twice/);
});
