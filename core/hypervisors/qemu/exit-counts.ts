/** What KVM counts for QEMU's vCPU, as QEMU hands it on (QMP query-stats, QEMU 7.1 and newer). */
import { z } from 'zod';
import type { ExitReason, Exits } from '../../guest/protocol.ts';
import type { Qmp } from './qmp.ts';

/**
 * KVM's names of what is reported. Not all exits, and no I/O: while the guest waits for a mark to be answered it asks
 * its serial line again and again, and these would be mostly that.
 */
const NAMES: ReadonlyMap<string, ExitReason> = new Map([
  ['mmio_exits', 'mmio'],
  ['halt_exits', 'halt'],
  ['irq_exits', 'interrupt'],
  ['pf_taken', 'page-fault'],
  ['hypercalls', 'hypercall'],
]);

const answerSchema = z.array(
  z.object({ stats: z.array(z.object({ name: z.string(), value: z.unknown() })) }),
);

/** Counts since the start of the vCPU; empty where this QEMU has none. */
export async function readExits(qmp: Qmp): Promise<Exits> {
  const request = { target: 'vcpu', providers: [{ provider: 'kvm', names: [...NAMES.keys()] }] };
  const answer = answerSchema.safeParse(await qmp.execute('query-stats', request).catch(() => null));
  const [vcpu] = answer.success ? answer.data : [];
  const counts = (vcpu?.stats ?? []).flatMap(({ name, value }) => {
    const reason = NAMES.get(name);
    return reason !== undefined && typeof value === 'number' ? [[reason, value] as const] : [];
  });
  return Object.fromEntries(counts);
}
