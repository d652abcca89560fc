/**
 * What a machine is in a run: the `reference` is what others are compared with, the `control` is measured like a guest and
 * shows how well that can be done, and the `guest`s are what the run is about.
 */
export type Role = 'reference' | 'control' | 'guest';

/** The ids of the hypervisors that are the reference and the control, in plans and in results. */
export const REFERENCE = 'native';
export const CONTROL = 'control';

/** The role of the hypervisor of that id. */
export function roleOf(id: string): Role {
  if (id === REFERENCE) return 'reference';
  return id === CONTROL ? 'control' : 'guest';
}

/** Whether others are compared with the hypervisor of that id. */
export function isReference(id: string): boolean {
  return roleOf(id) === 'reference';
}
