/** Linux guests of KVM on a CPU that QEMU emulates, which refuses port I/O to a guest whose registers were handed out. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { requireOrSkip } from '../require.ts';
import { readResult, temporaryFolder } from './command.ts';
import { canEmulate, emulate, TIMEOUT_MS } from './emulate-command.ts';
import { noGuests } from './exec-command.ts';

const folder = temporaryFolder();
/** Each touches so many fresh pages. */
const MAPPED_PAGES = 16;

describe.skipIf(requireOrSkip('emulation', canEmulate) || noGuests)('in an emulated computer', () => {
  test(
    'a Linux guest of qemu-kvm counts what its services leave it for, with shadow paging',
    async () => {
      const { code, stderr } = await emulate(folder, 'linux', [
        ...'--paging shadow -- run --suite system --workload mmap --hypervisor qemu-kvm --isa x86_64'.split(
          ' ',
        ),
        ...'--profile quick --seed 1 --budget 1 --out linux'.split(' '),
      ]);
      expect(code, stderr).toBe(0);
      const { failures, hypervisors, measurements } = readResult(join(folder, 'linux'));
      expect(failures).toEqual([]);
      const guest = hypervisors.find(({ id }) => id === 'qemu-kvm');
      expect(guest).toMatchObject({ technique: 'amd-v', paging: 'shadow-paging' });
      expect(guest?.notes.join('\n')).toMatch(/go without vAPIC and system management mode/);
      // It did port I/O itself: of another way the guest would say so.
      expect(guest?.evidence.join('\n')).toMatch(/; guest Linux [\d.]+\S*$/m);
      // Its checksum is native's, or it would have failed.
      const row = measurements.find(({ hypervisor }) => hypervisor === 'qemu-kvm');
      expect(row).toMatchObject({ workload: 'mmap', status: 'ok' });
      expect(row?.exitsPerIteration?.['page-fault']).toBeGreaterThanOrEqual(MAPPED_PAGES);
    },
    TIMEOUT_MS,
  );
});
