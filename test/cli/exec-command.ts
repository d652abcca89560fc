/** What tests of `hvbench exec` have in common: a folder of their own, and runs of which nothing is left. */

import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { localHost } from '../../core/host/local.ts';
import { findVirtiofsd } from '../../core/hypervisors/qemu/virtiofs.ts';
import { type Environment, type ExecResult, execSchema } from '../../core/results/exec-schema.ts';
import { kernels, umlIsUsable } from '../linux.ts';
import { qemuIsUsable } from '../qemu.ts';
import { requireOrSkip } from '../require.ts';
import { type Started, start, temporaryFolder } from './command.ts';

/** Commands run here. */
export const folder = temporaryFolder();
export const temporary = temporaryFolder();
export const options = { cwd: folder, env: { TMPDIR: temporary } };

export function expectNothingLeft(started: Started): void {
  expect(started.remains()).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
}

/** Runs a command and leaves nothing; one run each without warm-up unless told otherwise. */
export async function exec(ids: string, flags: readonly string[], command: readonly string[]) {
  const args = ['exec', '--hypervisor', ids, '--json', ...flags, '--', ...command];
  const started = start(args, options);
  const { code, stdout, stderr } = await started.ended;
  expectNothingLeft(started);
  const result: ExecResult = execSchema.parse(JSON.parse(stdout));
  const of = (id: string) => result.environments.find((each) => each.id === id) as Environment;
  return { code, stderr, result, of };
}

export const ONCE = ['--runs', '1', '--warmup', '0'];

export const noUml = requireOrSkip('uml', umlIsUsable);
export const noQemu = requireOrSkip('qemu', qemuIsUsable && (await findVirtiofsd(localHost)) !== null);
export const noGuests = requireOrSkip('guests', kernels.x86_64 !== undefined);
