/** Who reads /proc and /sys without asking a Host, and why. Node's modules are kept out by .dependency-cruiser.cjs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const DIRECT =
  /\b(?:access|exists|lstat|open|read\w+|stat|write)(?:File)?(?:Sync)?\(\s*['"`]\/(?:proc|sys)\b/;

it('all but these ask the computer through its port', () => {
  const files = ['core', 'suites', 'reports'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const direct = files.filter((path) => {
    if (!path.endsWith('.ts')) return false;
    const text = readFileSync(path, 'utf8').replaceAll(/\b(?:host|localHost|#host|described)\.\w+\(/g, '');
    return DIRECT.test(text);
  });
  expect(direct.sort()).toEqual([
    // It times others that it starts itself.
    'core/cli/self-node.ts',
    // The port itself.
    'core/host/start.ts',
    // File systems for commands, of what this process can see and mount.
    'core/hypervisors/host-root.ts',
    // They are processes beside their guests, or of them.
    'core/hypervisors/kvm/vm-group/in-process-vms.ts',
    'core/hypervisors/kvm/vm-group/machine.ts',
    'core/hypervisors/least-privilege.ts',
    'core/hypervisors/read-only-root.ts',
    // It makes this computer noisy on purpose.
    'core/validate/disturb.ts',
  ]);
});
