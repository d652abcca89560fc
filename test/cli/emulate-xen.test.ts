/** A run in dom0 of Xen, on a computer that is emulated: what it takes itself for, and that nothing of it stays. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cachedXen, fetchXen } from '../../core/guest/xen.ts';
import { keepResult } from '../kept-results.ts';
import { requireOrSkip } from '../require.ts';
import { readResult, temporaryFolder } from './command.ts';
import { canEmulate, emulate, TIMEOUT_MS } from './emulate-command.ts';

const folder = temporaryFolder();
/** It is fetched where there is none yet. */
const hasXen = canEmulate && ((await cachedXen()) ?? (await fetchXen().catch(() => null))) !== null;

const RUN =
  'run --suite cpu --workload integer --hypervisor control,kvm --isa x86_64 --profile quick --seed 1 --budget 2';

describe.skipIf(requireOrSkip('emulation', hasXen))('Xen in an emulated computer', () => {
  test(
    'is known for what it is in its paravirtual dom0, where native is not bare metal',
    async () => {
      const { code, stdout, stderr } = await emulate(folder, 'xen', [
        // With one CPU none waits in a loop for another, which costs a translator much beside neighbours.
        ...['--xen', '--cpus', '1', '--', ...RUN.split(' ')],
        ...['--out', 'xen'],
      ]);
      // KVM was named and is not there: a finding in there is one out here.
      expect(code, stderr).toBe(1);
      expect(stderr).toMatch(/is up after .*, Xen \d+\.\d+\S*, Linux \S+ in dom0\./);
      expect(stdout).toContain('Native is not bare metal here: it is a paravirtual dom0 (PV) of Xen');
      expect(readdirSync(join(folder, 'xen'))).toContain('report.html');
      expect(readFileSync(join(folder, 'xen/summary.md'), 'utf8')).toContain('Native is not bare metal');

      const { host, hypervisors, measurements, claims, failures } = readResult(join(folder, 'xen'));
      keepResult('xen', join(folder, 'xen'));
      expect(host.outerHypervisor).toMatchObject({
        ...{ hypervisor: 'Xen', version: expect.stringMatching(/^\d+\.\d+/) },
        domain: { role: 'dom0', kind: 'PV' },
        // CPUID is not intercepted there, and so shows what is beneath Xen.
        ...{ beneath: 'QEMU TCG', emulated: true },
        evidence: expect.arrayContaining(['/sys/hypervisor/guest_type: PV', '/sys/hypervisor/type: xen']),
      });
      expect(host.kvm).toMatchObject({
        present: false,
        reason: expect.stringMatching(/^KVM cannot be used in a paravirtual dom0 \(PV\) of Xen/),
      });
      expect(hypervisors.find(({ id }) => id === 'kvm')).toMatchObject({ available: false });
      expect(hypervisors.find(({ id }) => id === 'native')).toMatchObject({ footing: 'emulated' });
      expect(failures).toEqual([]);
      expect(measurements.find(({ hypervisor }) => hypervisor === 'control')).toMatchObject({ status: 'ok' });
      expect(new Set(claims.map(({ verdict }) => verdict))).toEqual(new Set(['not-testable']));
    },
    TIMEOUT_MS,
  );
});
