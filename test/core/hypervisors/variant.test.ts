import { describe, expect, it, test } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { localHost } from '../../../core/host/local.ts';
import { hypervisors } from '../../../core/hypervisors/registry.ts';
import { expectVariants, type NamedVariants, withVariants } from '../../../core/hypervisors/variant.ts';
import { splitWords } from '../../../core/hypervisors/variant-options.ts';
import { variantTitle, withoutFolders } from '../../../core/hypervisors/variant-record.ts';

const made = (variants: NamedVariants) => withVariants(hypervisors, variants).slice(hypervisors.length);

describe('variants', () => {
  it('are drivers behind the others, with ids of their own', () => {
    const [a, b, c, d] = made({
      a: { hypervisor: 'qemu-tcg', args: ['-accel', 'tcg,tb-size=1'], machineType: 'q35' },
      b: { hypervisor: 'uml', args: 'quiet' },
      c: { hypervisor: 'v86', package: '/nowhere' },
      d: { hypervisor: 'kvm', pages: 'small' },
    });
    expect([a, b, c, d].map((one) => [one?.id, one?.variant?.of])).toEqual([
      ['a', 'qemu-tcg'],
      ['b', 'uml'],
      ['c', 'v86'],
      ['d', 'kvm'],
    ]);
    expect(a?.machineTypes).toEqual({ bare: ['q35'], linux: ['q35'] });
    expect(a?.variants).toBeUndefined();
  });

  it('leave the drivers as they are', () => {
    expect(withVariants(hypervisors, {})).toEqual(hypervisors);
    expect(hypervisors.filter(({ variant }) => variant)).toEqual([]);
  });

  it.each<[string, NamedVariants, RegExp]>([
    [
      'a name that is taken',
      { kvm: { hypervisor: 'kvm', pages: 'small' } },
      /^variant kvm: there is a hypervisor/,
    ],
    [
      'an unknown driver',
      { a: { hypervisor: 'xen' } },
      /^variant a: unknown hypervisor 'xen': use one of kvm, /,
    ],
    ['another variant', { a: { hypervisor: 'qemu-tcg' }, b: { hypervisor: 'a' } }, /unknown hypervisor 'a'/],
    ['native', { a: { hypervisor: 'native' } }, /native is what others are compared with/],
    ['a driver without options', { a: { hypervisor: 'container' } }, /container takes no options/],
    ['an unknown option', { a: { hypervisor: 'uml', pages: 'small' } }, /no option pages: use program, args/],
    ['another machine', { a: { hypervisor: 'qemu-tcg', args: '-M pc' } }, /-M: name it by machineType/],
    ['another accelerator', { a: { hypervisor: 'qemu-tcg', args: '-accel kvm' } }, /variant of qemu-kvm/],
    ['KVM besides', { a: { hypervisor: 'qemu-tcg', args: '--enable-kvm' } }, /variant of qemu-kvm/],
    ['two accelerators', { a: { hypervisor: 'qemu-tcg', args: '-accel tcg -accel tcg' } }, /twice/],
    ['half an option', { a: { hypervisor: 'qemu-tcg', args: '-accel' } }, /end with -accel/],
    ['what hvbench sets', { a: { hypervisor: 'qemu-tcg', args: '-m 64' } }, /-m: hvbench sets it/],
    ['what hvbench tells UML', { a: { hypervisor: 'uml', args: 'x mem=3' } }, /cannot have mem=3/],
    ['no variable', { a: { hypervisor: 'qemu-tcg', env: 'A' } }, /env must be/],
    ['other pages', { a: { hypervisor: 'kvm', pages: 'huge' } }, /pages must be small or large/],
    ['nothing of KVM', { a: { hypervisor: 'kvm' } }, /pages must be/],
  ])('refuse %s', (_, variants, message) => {
    expect(() => made(variants)).toThrow(UserError);
    expect(() => made(variants)).toThrow(message);
  });

  it.each<[string, NamedVariants, string]>([
    [
      'program',
      { a: { hypervisor: 'qemu-tcg', program: '/nowhere/qemu' } },
      'variant a: there is no program /nowhere/qemu',
    ],
    [
      'name on the PATH',
      { a: { hypervisor: 'uml', program: 'no-such-uml' } },
      'variant a: there is no program no-such-uml',
    ],
    [
      'folder of firmware',
      { a: { hypervisor: 'qemu-tcg', firmware: '/nowhere' } },
      'variant a: there is no folder /nowhere',
    ],
    [
      'package',
      { a: { hypervisor: 'v86', package: '/' } },
      'variant a: / is not the folder of an npm package v86',
    ],
  ])('name no %s that is not there', async (_, variants, message) => {
    await expect(expectVariants(localHost, made(variants))).rejects.toThrow(message);
  });
});

test('words are split at spaces, but not within quotes', () => {
  expect(splitWords(`  -a 'b c' --d="e f"g  h `)).toEqual(['-a', 'b c', '--d=e fg', 'h']);
  expect(splitWords(' ')).toEqual([]);
});

test('folders are left out of what is kept', () => {
  expect(withoutFolders('/home/me/qemu')).toBe('qemu');
  expect(withoutFolders('-bios /home/me/x.bin,a=/opt/y:/opt/z -d b/c')).toBe('-bios x.bin,a=y:z -d b/c');
});

test('a title names the program by its digest', () => {
  const program = { name: 'qemu', sha256: '0123456789abcdef'.repeat(4) };
  expect(variantTitle({ of: 'qemu-tcg', program, options: { program: 'qemu', args: '-x' } })).toBe(
    'qemu (SHA-256 0123456789ab), args -x',
  );
});
