/** What KVM counts for QEMU's vCPU, as QEMU hands it on (QMP query-stats, QEMU 7.1 and newer). */
import { z } from 'zod';
import type { ExitReason, Exits } from '../../guest/protocol.ts';
import type { Qmp } from './qmp.ts';

/** KVM's names of what is reported. */
const NAMES: ReadonlyMap<string, ExitReason> = new Map([
  ['mmio_exits', 'mmio'],
  ['halt_exits', 'halt'],
  ['irq_exits', 'interrupt'],
  ['pf_taken', 'page-fault'],
  ['hypercalls', 'hypercall'],
]);
/**
 * All exits are reported but for port I/O: while the guest waits for a mark to be answered it asks its serial line again and
 * again, and they would be mostly that.
 */
const ALL = 'exits';
const PORTS = 'io_exits';

const answerSchema = z.array(
  z.object({ stats: z.array(z.object({ name: z.string(), value: z.unknown() })) }),
);

/** Counts since the start of the vCPU, `exits` without port I/O; empty where this QEMU has none. */
export async function readExits(qmp: Qmp): Promise<Exits> {
  const request = { target: 'vcpu', providers: [{ provider: 'kvm', names: [...NAMES.keys(), ALL, PORTS] }] };
  const answer = answerSchema.safeParse(await qmp.execute('query-stats', request).catch(() => null));
  const [vcpu] = answer.success ? answer.data : [];
  const counted = new Map(
    (vcpu?.stats ?? []).flatMap(({ name, value }) =>
      typeof value === 'number' ? [[name, value] as const] : [],
    ),
  );
  const all = counted.get(ALL);
  const ports = counted.get(PORTS);
  return {
    ...(all !== undefined && ports !== undefined && { exits: all - ports }),
    ...Object.fromEntries(
      [...NAMES].flatMap(([name, reason]) => {
        const value = counted.get(name);
        return value === undefined ? [] : [[reason, value] as const];
      }),
    ),
  };
}
