/** Which hypervisor plays which role in a run. */
import type { Role } from '../model/role.ts';

const ROLES: ReadonlyMap<string, Role> = new Map([
  ['native', 'reference'],
  ['control', 'control'],
]);

/** The role of the driver of that id. */
export function roleOf(id: string): Role {
  return ROLES.get(id) ?? 'guest';
}
