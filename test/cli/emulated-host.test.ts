/** A computer whose CPU is emulated knows it: hvbench's own probe, in a guest of QEMU's TCG. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { footingOf } from '../../core/results/footing.ts';
import { ROOT } from './command.ts';
import { exec, noGuests, noQemu, ONCE } from './exec-command.ts';

const [PROBE, LOCAL] = ['probe', 'local'].map(
  (name) => pathToFileURL(join(ROOT, `dist/core/host/${name}.js`)).href,
);
const SCRIPT = `const [{ probeHost }, { localHost }] = await Promise.all([import('${PROBE}'), import('${LOCAL}')]); console.log(JSON.stringify((await probeHost(localHost)).outerHypervisor));`;

describe.skipIf(noQemu || noGuests)('on a CPU that QEMU emulates', () => {
  test('the host is told apart from this one, by what the CPU says and by its clock', async () => {
    const command = [process.execPath, '--input-type=module', '--eval', SCRIPT];
    const { code, stderr, of } = await exec('qemu-tcg', ONCE, command);
    expect(code, stderr).toBe(0);
    const [here, there] = ['native', 'qemu-tcg'].map((id) => ({
      outerHypervisor: JSON.parse(of(id).stdout),
    }));
    expect(here && footingOf(here)).not.toBe('emulated');
    expect(there && footingOf(there)).toBe('emulated');
    expect(there?.outerHypervisor).toMatchObject({ hypervisor: 'QEMU TCG', emulated: true });
    expect(there?.outerHypervisor.evidence).toContain('CPUID: TCGTCGTCGTCG');
    expect(there?.outerHypervisor.evidence.at(-1)).toMatch(/^CPUID takes \d+ ns, RDTSC \d+ ns$/);
  });
});
