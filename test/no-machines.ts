/**
 * In tests that run beside others, nothing starts a machine or the command: that fails, and names the list in which the
 * test file belongs. A virtual machine in the test's own process is not seen.
 */
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';

/** Our command, our machines, and programs that are one. */
const MACHINE =
  /\/(hypervisors\/\S*|cli\/main|bin\/hvbench)\.[cm]?[jt]s$|(^|\/)(qemu-system-\w+|linux\.uml)$/;
/** An image, pinned: a native machine. What looks into an image, or tries it while it is built, pins nothing. */
const IMAGE = /\/images\/(x86_64|i386)-[^/]*\/[^/]+$/;
const PINS = /(^|\/)(setpriv|taskset)$/;

type Call = (...args: unknown[]) => unknown;

function guarded(original: Call): Call {
  return function guard(this: unknown, command, given, ...rest) {
    const args = Array.isArray(given) ? given.map(String) : [];
    const machine =
      [String(command), ...args].find((word) => MACHINE.test(word)) ??
      (PINS.test(String(command)) ? args.find((word) => IMAGE.test(word)) : undefined);
    if (machine)
      throw new Error(`a test starts ${machine}: its file belongs in MACHINE_TESTS of test/machine-tests.ts`);
    return original.call(this, command, given, ...rest);
  };
}

for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync', 'fork'] as const) {
  const original = childProcess[name] as Call & { [promisify.custom]?: Call };
  const replacement: typeof original = guarded(original);
  const promised = original[promisify.custom];
  if (promised) replacement[promisify.custom] = guarded(promised);
  Object.assign(childProcess, { [name]: replacement });
}
syncBuiltinESMExports();
