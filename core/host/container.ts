import type { Host } from './host.ts';
import { cleanText } from './text.ts';

/** Files that container runtimes leave inside. */
const MARKS = [
  { path: '/.dockerenv', runtime: 'docker' },
  { path: '/run/.containerenv', runtime: 'podman' },
  { path: '/run/secrets/kubernetes.io', runtime: 'kubernetes' },
  { path: '/var/run/secrets/kubernetes.io', runtime: 'kubernetes' },
];

/** What the layers of a container's root lie in, as the mount table of its processes shows. */
const ROOTS = [
  { part: '/io.containerd.', runtime: 'containerd' },
  { part: '/containers/storage/', runtime: 'cri-o or podman' },
  { part: '/docker/overlay2/', runtime: 'docker' },
];

/** What shows that this process runs in a container, e.g. "docker (/.dockerenv)"; null where nothing does. */
export async function probeContainer(host: Host): Promise<string | null> {
  // systemd writes the manager's name here (lxc, systemd-nspawn, …).
  const manager = cleanText((await host.read('/run/systemd/container')) ?? '', 32);
  if (manager !== '') return `${manager} (/run/systemd/container)`;
  for (const { path, runtime } of MARKS) {
    if ((await host.status(path)) !== null) return `${runtime} (${path})`;
  }
  // proc(5): mount id, parent, device, root, mount point, options …
  const mounts = ((await host.read('/proc/self/mountinfo')) ?? '').split('\n');
  const own = mounts.find((line) => line.split(' ')[4] === '/') ?? '';
  const found = ROOTS.find(({ part }) => own.includes(part));
  return found ? `${found.runtime} (layers of its root)` : null;
}
