/** What lets a process in a container have namespaces and mounts of its own. */
import type { Advice } from './advice.ts';

/** What to give a container, by its manager. `all` is for where no smaller thing is known to do. */
const REMEDIES: readonly {
  readonly manager: RegExp;
  readonly all?: string;
  readonly proc?: string;
  readonly profile?: string;
}[] = [
  {
    manager: /^docker/,
    all: 'docker run --privileged …',
    proc: 'docker run --security-opt systempaths=unconfined …',
    profile: 'docker run --security-opt apparmor=unconfined …',
  },
  {
    manager: /^podman/,
    all: 'podman run --privileged …',
    proc: 'podman run --security-opt unmask=ALL …',
    profile: 'podman run --security-opt apparmor=unconfined --security-opt label=disable …',
  },
  {
    manager: /^lxc/,
    all: 'lxc config set NAME security.nesting=true && lxc restart NAME   # on the host, of LXD or Incus',
    proc: 'lxc config set NAME security.nesting=true && lxc restart NAME   # on the host, of LXD or Incus',
  },
  {
    manager: /^(kubernetes|containerd|cri-o)/,
    all: 'securityContext: { privileged: true }   # in the pod',
    proc: 'securityContext: { procMount: Unmasked }   # in the pod',
  },
];

/** What a container does not let us, with the remedy of its manager, if one is known; `container` as `probeContainer` has it. */
export function inContainer(container: string, what: string, need: 'all' | 'proc' | 'profile'): Advice {
  const known = REMEDIES.find(({ manager }) => manager.test(container));
  const remedy = known?.[need] ?? known?.all;
  return { reason: `this container, ${container}, ${what}`, ...(remedy !== undefined && { remedy }) };
}
