/** The root of a hypervisor that runs a user's commands: it reads all of the host's files, and writes none. */
import { constants, readdirSync, readlinkSync } from 'node:fs';
import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { STARTER_CAPABILITIES } from '../guest/capabilities.ts';
import { MS, type Step } from '../guest/steps.ts';
import { parseMounts } from '../host/mounts.ts';
import { device } from './host-files.ts';
import { enterRoot, hostDevices, isSpecial, OWN, otherProcesses, ROOT } from './host-root.ts';

const NO_SERVICE = `${OWN}/socket`;
const NODES = `${OWN}/nodes`;

/**
 * Steps that make it, behind `leaveHost`; `user` as there. What is written goes into its own /dev/shm alone, and of
 * devices it has `devices` besides those that everybody has.
 */
export async function readOnlyRoot(user: boolean, devices: readonly string[]): Promise<Step[]> {
  return [
    { do: 'mount', source: 'tmpfs', at: OWN, type: 'tmpfs', flags: MS.NODEV, data: 'mode=755' },
    { do: 'directory', path: ROOT },
    { do: 'mount', source: '/', at: ROOT, flags: MS.BIND | MS.REC },
    { do: 'readonly', path: ROOT },
    ...(await hideProcesses()),
    ...(await silenceServices()),
    ...hostDevices('100%'),
    ...(await deviceNodes(user, devices)),
    {
      ...{ do: 'mount', source: 'proc', at: `${ROOT}/proc`, type: 'proc' },
      flags: MS.RDONLY | MS.NOSUID | MS.NODEV | MS.NOEXEC,
    },
    ...enterRoot(),
    { do: 'privileges', keep: STARTER_CAPABILITIES },
  ];
}

async function hideProcesses(): Promise<Step[]> {
  const mounts = parseMounts(await readFile('/proc/self/mountinfo', 'utf8'));
  return otherProcesses(mounts).map((path) => ({
    ...({ do: 'mount', source: 'tmpfs', at: `${ROOT}${path}`, type: 'tmpfs' } as const),
    ...{ flags: MS.RDONLY | MS.NODEV, data: 'size=4k' },
  }));
}

/**
 * Sockets and FIFOs are reached by their paths on a file system that can only be read, too. Those that somebody waits at
 * get a socket over them, where nobody does.
 */
async function silenceServices(): Promise<Step[]> {
  services ??= servicePaths();
  const covers = (await services).map((path): Step => {
    // It may be gone by then.
    return { do: 'mount', source: NO_SERVICE, at: `${ROOT}${path}`, flags: MS.BIND, optional: true };
  });
  return [{ do: 'node', path: NO_SERVICE, mode: constants.S_IFSOCK | 0o666, device: 0 }, ...covers];
}

/** Looked for once: it takes long where there are many processes. */
let services: Promise<string[]> | undefined;

async function servicePaths(): Promise<string[]> {
  const sockets = socketPaths(await readFile('/proc/net/unix', 'utf8').catch(() => ''));
  const paths = new Set([...sockets, ...openPaths()]);
  const found = await Promise.all(
    [...paths].map(async (path) => {
      const real = await realpath(path).catch(() => null);
      const status = real === null ? null : await lstat(real).catch(() => null);
      const waits = status?.isSocket() || status?.isFIFO();
      return real !== null && waits && !isSpecial(real) ? real : [];
    }),
  );
  return [...new Set(found.flat())];
}

/** Paths of all files that processes have open, of those that we may look at. */
function openPaths(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const folder = `/proc/${pid}/fd`;
      return names(folder).map((file) => linkOf(`${folder}/${file}`));
    })
    .filter((path) => path.startsWith('/'));
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Another user's, or it has just ended.
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Those that /proc/net/unix names by an absolute path; unix(7). */
export function socketPaths(text: string): string[] {
  return text.split('\n').flatMap((line) => /^[0-9a-f]+:(?: \S+){5} +\d+ (\/.*)$/i.exec(line)?.[1] ?? []);
}

/**
 * Root makes its own, which a hypervisor that is not root may open, where nobody can make more; anybody else is shown
 * the host's.
 */
async function deviceNodes(user: boolean, paths: readonly string[]): Promise<Step[]> {
  if (paths.length === 0) return [];
  if (user) return paths.flatMap((path) => device(path, `${ROOT}${path}`));
  const nodes = await Promise.all(
    paths.map(async (path, index): Promise<Step[]> => {
      const { mode, rdev } = await stat(path);
      const node = `${NODES}/${index}`;
      return [
        { do: 'node', path: node, mode: (mode & constants.S_IFMT) | 0o666, device: rdev },
        ...device(node, `${ROOT}${path}`),
      ];
    }),
  );
  return [
    { do: 'directory', path: NODES },
    { do: 'mount', source: 'tmpfs', at: NODES, type: 'tmpfs', data: 'mode=755' },
    ...nodes.flat(),
    { do: 'readonly', path: NODES },
  ];
}
