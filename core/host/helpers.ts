import type { Host } from './host.ts';

/** The programs of util-linux through which drivers start machines: absolute paths, or null. */
export interface Helpers {
  /** Pins a machine to its CPU. */
  readonly taskset: string | null;
  /** Ties a machine's life to the tool's (`--pdeathsig`), so that none outlives a killed tool. */
  readonly setpriv: string | null;
}

/** Finds the helpers. Busybox has a setpriv without `--pdeathsig`: that one does not count. */
export async function findHelpers(host: Pick<Host, 'find' | 'capture'>, path?: string): Promise<Helpers> {
  const [taskset, setpriv] = await Promise.all([host.find('taskset', path), host.find('setpriv', path)]);
  const help = setpriv === null ? null : await host.capture(setpriv, ['--help']);
  return { taskset, setpriv: help?.includes('--pdeathsig') ? setpriv : null };
}
