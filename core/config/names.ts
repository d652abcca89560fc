/**
 * Names that an editor completes in a configuration. The engine knows no suite and no hypervisor, and types cannot be
 * read off a list that is put together at run time: test/cli/library.test.ts holds these to what `hvbench list` says.
 */

export const SUITE_NAMES = [
  'cpu',
  'memory',
  'faults',
  'privileged',
  'system',
  'boot',
  'consolidation',
  'density',
] as const;

export const HYPERVISOR_NAMES = [
  'native',
  'control',
  'container',
  'kvm',
  'qemu-tcg',
  'qemu-kvm',
  'uml',
  'v86',
] as const;

/** A suite's name. Any other text is taken too, and is an error only when it is to be measured. */
export type SuiteName = (typeof SUITE_NAMES)[number] | (string & {});

/** A hypervisor's id. Any other text is taken too, and is an error only when it is to be measured. */
export type HypervisorName = (typeof HYPERVISOR_NAMES)[number] | (string & {});
