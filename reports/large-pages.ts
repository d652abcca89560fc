/** Memory that the host gave a machine in other pages than native: it is read and written at another speed. */
import { bytesText } from '../core/present/format.ts';
import type { Result } from '../core/results/schema.ts';
import { NATIVE } from './view.ts';

/** Less than this matters to no workload, bytes. */
const NOTABLE = 16 * 2 ** 20;

/** One remark for all machines that had much more in pages of 2 MiB than native; none if there are none. */
export function largePageRemarks({ launches }: Pick<Result, 'launches'>): string[] {
  const most = new Map<string, number>();
  for (const { largePageBytes = {} } of launches)
    for (const [hypervisor, bytes] of Object.entries(largePageBytes))
      most.set(hypervisor, Math.max(most.get(hypervisor) ?? 0, bytes));
  const native = most.get(NATIVE);
  if (native === undefined) return [];
  const names = [...most].flatMap(([hypervisor, bytes]) =>
    bytes - native >= NOTABLE ? `${hypervisor} (${bytesText(bytes)})` : [],
  );
  if (names.length === 0) return [];
  return [
    `The host gave ${new Intl.ListFormat('en').format(names)} memory in pages of 2 MiB, as their programs ask for, and native ${native < NOTABLE ? 'hardly any' : bytesText(native)}: there, work on much memory can be faster than native.`,
  ];
}
