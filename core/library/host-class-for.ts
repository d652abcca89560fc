/** The host class that a gate is about. */
import type { Config } from '../config/config.ts';
import { pickCpus } from '../host/affinity.ts';
import { probeHost } from '../host/probe.ts';
import { type HostClass, hostClassOf } from '../results/host-class.ts';
import type { Result } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';
import { readResult } from './read.ts';

export interface ClassInQuestion {
  readonly hostClass: HostClass;
  /** The result that it is of; null if it is this computer's. */
  readonly given: Result | null;
  /** The CPU that measures here. */
  readonly benchCpu: number;
}

/** Of the result at `path`, which may be another computer's, or of this computer. Throws UserError if there is none. */
export async function hostClassFor(
  path: string | undefined,
  config: Config,
  { host, ...parts }: Parts,
): Promise<ClassInQuestion> {
  const given = path === undefined ? null : await readResult(path, { host, ...parts });
  const { benchCpu } = await pickCpus(host, given ? undefined : config.cpu);
  return { hostClass: hostClassOf(given?.host ?? (await probeHost(host, benchCpu))), given, benchCpu };
}
