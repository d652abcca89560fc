/** What keeps a hypervisor from running commands of this host. */

import type { GuestKernel } from '../guest/kernels.ts';
import type { Host } from '../host/host.ts';
import type { Availability, Hypervisor, Lack } from '../hypervisors/hypervisor.ts';
import { isReference } from '../model/role.ts';
import { lackOf } from '../run/able.ts';

/** The only ISA that programs of the host run on in every guest here. */
export const COMMAND_ISA = 'x86_64';

/** Null where nothing does. `program`: what runs commands (core/guest/build.ts). Never throws. */
export async function commandLack(
  host: Host,
  { commands, id }: Hypervisor,
  availability: Availability,
  program: string,
  kernel: GuestKernel | undefined,
): Promise<Lack | null> {
  if (!commands) return { reason: 'it runs no programs of this host' };
  const reason = isReference(id) ? null : lackOf(availability, COMMAND_ISA, 'linux');
  if (reason === null) return commands.lack(host, program, kernel);
  const remedy = availability.remedy ?? availability.linux.lacks[COMMAND_ISA]?.remedy;
  return { reason, ...(remedy !== undefined && { remedy }) };
}
