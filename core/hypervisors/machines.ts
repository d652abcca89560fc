/** Machines on other computers: a driver for each that a user has named. */
import { UserError } from '../errors.ts';
import { type Role, roleOf } from '../model/role.ts';
import type { Hypervisor } from './hypervisor.ts';
import { machineBySsh } from './ssh/driver.ts';

/** What a machine is called in its driver's title, where its id is another word. */
const AS_NATIVE: Readonly<Record<Role, string | null>> = {
  reference: 'what others are compared with',
  control: 'a second process there',
  guest: null,
};

/**
 * The drivers and, behind them, machines by SSH: addresses (`ssh://root@vm1`) by name. The one that is named as `reference`
 * takes the place of native instead, and that of its control. Throws UserError for a name that is taken or unknown, and for
 * what is no address.
 */
export function withMachines(
  drivers: readonly Hypervisor[],
  addresses: Readonly<Record<string, string>> = {},
  reference?: string,
): Hypervisor[] {
  const make = (id: string, name: string, url: string) => {
    if (drivers.some((driver) => driver.id === name))
      throw new UserError(
        `machine ${name}: there is a hypervisor of this name already; choose another, such as ${name}-ssh`,
      );
    try {
      const role = AS_NATIVE[roleOf(id)];
      return machineBySsh(id, url, role === null ? undefined : { name, role });
    } catch (error) {
      throw error instanceof UserError ? new UserError(`machine ${name}: ${error.message}`) : error;
    }
  };
  const others = Object.entries(addresses).filter(([name]) => name !== reference);
  const made = others.map(([name, url]) => make(name, name, url));
  if (reference === undefined) return [...drivers, ...made];
  const url = addresses[reference];
  if (url === undefined)
    throw new UserError(
      `reference ${reference}: there is no such machine by SSH; name it with --machine ${reference}=ssh://[USER@]HOST[:PORT]`,
    );
  return [
    ...drivers.map((driver) => (roleOf(driver.id) === 'guest' ? driver : make(driver.id, reference, url))),
    ...made,
  ];
}
