/** Drivers look for what they need on the host that they are handed, and nowhere else. */
import { expect, it } from 'vitest';
import { hypervisors } from '../../../core/hypervisors/registry.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { QUIET } from '../host/example.ts';
import { fakeHost } from '../host/folder-host.ts';

const known = { record: QUIET, kernels: {} };

it('a computer without any program has no machine, and its own package manager to get one', async () => {
  const host = await fakeHost({ 'etc/os-release': 'ID=fedora\n' }, { userId: 1000 });
  const found = new Map<string, string | undefined>();
  for (const driver of atLeastOne(hypervisors)) {
    const { available, remedy } = await driver.probe(host, known);
    expect(available, driver.id).toBe(false);
    found.set(driver.id, remedy);
  }
  expect(found.get('qemu-tcg')).toBe('sudo dnf install qemu-system-x86');
  expect(found.get('native')).toBe('sudo dnf install util-linux');
  // Fedora has no package of it.
  expect(found.get('uml')).toBeUndefined();
});
