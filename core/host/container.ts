import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanText, readText } from './text.ts';

/** Files that container runtimes leave inside. */
const MARKS = [
  { path: '.dockerenv', runtime: 'docker' },
  { path: 'run/.containerenv', runtime: 'podman' },
];

/** What shows that this process runs in a container, e.g. "docker (/.dockerenv)"; null where nothing does. */
export async function probeContainer(root = '/'): Promise<string | null> {
  // systemd writes the manager's name here (lxc, systemd-nspawn, …).
  const manager = cleanText((await readText(root, 'run/systemd/container')) ?? '', 32);
  if (manager !== '') return `${manager} (/run/systemd/container)`;
  for (const { path, runtime } of MARKS) {
    const found = await access(join(root, path)).then(
      () => true,
      () => false,
    );
    if (found) return `${runtime} (/${path})`;
  }
  return null;
}
