/** What is run in each machine, as the user gave it. */

import { existsSync } from 'node:fs';
import { UserError } from '../errors.ts';
import { currentFolder, GONE } from '../files.ts';
import { COMMAND_CAPABILITIES } from '../guest/capabilities.ts';
import type { Commands } from '../guest/steps.ts';
import { parseLimits } from '../host/command-limits.ts';
import { localHost } from '../host/local.ts';
import { isSpecial } from '../hypervisors/host-root.ts';
import type { ExecOptions } from './exec-options.ts';

/** Throws UserError if one word holds what a shell would make several of, and no program has such a name. */
export async function expectProgram(argv: readonly string[]): Promise<void> {
  const [word = '', ...more] = argv;
  if (more.length > 0 || !/\s/.test(word)) return;
  if (word.includes('/') ? existsSync(word) : await localHost.find(word)) return;
  throw new UserError(
    `no program is called '${word}', and hvbench starts no shell to split it: use hvbench exec -- ${word}, or hvbench exec -- sh -c '${word}'`,
  );
}

/** Where the command runs. Throws UserError if that cannot be the same folder everywhere. */
export function workingFolder(): string {
  const folder = currentFolder();
  if (folder === null) throw new UserError(GONE);
  if (isSpecial(folder))
    throw new UserError(
      `a command cannot run in ${folder}, because every machine has its own: change to another folder`,
    );
  return folder;
}

/** The same user, folder and environment everywhere; what is to be run by a shell comes as one text. */
export async function commandsOf(
  argv: readonly string[],
  folder: string,
  { setup, prepare, keepCapabilities }: ExecOptions,
): Promise<Commands> {
  const shell = (text: string | undefined) => (text === undefined ? undefined : ['/bin/sh', '-c', text]);
  return {
    user: {
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      groups: process.getgroups?.() ?? [],
    },
    capabilities: keepCapabilities ? null : COMMAND_CAPABILITIES,
    mask: process.umask(),
    limits: parseLimits((await localHost.read('/proc/self/limits')) ?? ''),
    folder,
    environment: Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    argvs: { command: argv, setup: shell(setup), before: shell(prepare) },
  };
}

/** Throws UserError if it is no pattern with a group. */
export function metricOf({ metric }: ExecOptions): RegExp | null {
  if (metric === undefined) return null;
  try {
    const pattern = new RegExp(metric, 'gm');
    // A match of nothing tells how many groups there are.
    const groups = (new RegExp(`${metric}|`).exec('')?.length ?? 1) - 1;
    if (groups === 0) throw new Error('it needs a group in parentheses that matches the figure');
    return pattern;
  } catch (error) {
    throw new UserError(`--metric is unusable: ${(error as Error).message}`);
  }
}
