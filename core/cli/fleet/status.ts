/** `hvbench fleet status`: how far the hosts of a fleet are. */
import { fleetStatus, type HostStatus } from '../../fleet/status.ts';
import { readFleet } from '../../fleet/submission.ts';
import { count } from '../../present/format.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { printable } from '../printable.ts';

const ORDER = ['done', 'failed', 'lost', 'unknown', 'pending', 'running'] as const;
const OPEN: readonly HostStatus['state'][] = ['running', 'pending', 'unknown'];
/** Hosts that are told of; `--json` has all. */
const MOST_TOLD = 40;

/** Throws UserError if there is no fleet in the folder. */
export async function status(
  folder: string,
  { json = false }: { readonly json?: boolean },
  signal: AbortSignal,
): Promise<ExitCode> {
  const statuses = await fleetStatus(readFleet(folder), signal);
  process.stdout.write(json ? `${JSON.stringify({ hosts: statuses }, null, 1)}\n` : statusText(statuses));
  return statusCode(statuses);
}

/** 2 as long as it cannot be told: a script asks again. Then 1 if a host brought no result, or a finding. */
export function statusCode(statuses: readonly HostStatus[]): ExitCode {
  if (statuses.some(({ state }) => OPEN.includes(state))) return exitCodes.cannot;
  return statuses.every(({ exitCode }) => exitCode === 0) ? exitCodes.done : exitCodes.finding;
}

/** How many are how far; then each of which there is more to say, with its reason: those first that need somebody. */
export function statusText(statuses: readonly HostStatus[]): string {
  const counts = ORDER.flatMap((state) => {
    const many = statuses.filter((one) => one.state === state).length;
    return many > 0 ? [`${many} ${state}`] : [];
  });
  const told = ORDER.slice(1)
    .concat('done')
    .flatMap((state) => statuses.filter((one) => one.state === state && one.reason !== null));
  const width = Math.max(0, ...told.slice(0, MOST_TOLD).map(({ name, host }) => titleOf(name, host).length));
  const lines = told
    .slice(0, MOST_TOLD)
    .map(({ name, host, state, reason }) =>
      `  ${titleOf(name, host).padEnd(width)}  ${state.padEnd(7)}  ${reason ?? ''}`.trimEnd(),
    );
  const more = told.length - lines.length;
  return [
    `${count(statuses.length, 'host')}: ${counts.join(', ')}`,
    ...lines.map(printable),
    ...(more > 0 ? [`  and ${more} more: --json lists all`] : []),
    '',
  ].join('\n');
}

/** A part of an array, with the host that runs it. */
const titleOf = (name: string, host: string | null): string =>
  host !== null && name.startsWith('task-') ? `${name} (${host})` : name;
