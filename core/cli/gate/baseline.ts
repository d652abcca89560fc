/** `hvbench gate --update` and `--accept`: what they say of what they wrote. */
import { driftLine } from '../../../reports/gate/drift.ts';
import type { Config } from '../../config/config.ts';
import type { NamedDrift } from '../../judge/gate/drifts.ts';
import { type AnchorUpdate, acceptDrift, updateBaseline } from '../../library/baseline.ts';
import type { Watch } from '../../library/confirm.ts';
import { describeHostClass } from '../../results/host-class.ts';
import type { Parts } from '../../run/parts.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { printable } from '../printable.ts';
import type { GateFlags } from './flags.ts';

/** Exit code 1 if a machine failed, something named could not be measured, or a drift is too large and not accepted. */
export async function update(
  paths: readonly string[],
  { baseline: file, accept, maxDrift }: GateFlags,
  config: Config,
  watch: Watch,
  parts: Parts,
): Promise<ExitCode> {
  const updated = await updateBaseline(config, paths, file, watch, parts, { accept, maxDrift });
  const { hostClass, rows, metrics, runs, failures, unmeasured, anchor } = updated;
  const others = metrics > 0 ? ` and ${metrics} metrics` : '';
  say(
    `Written to ${file}: ${rows} rows${others} from ${runs === 1 ? 'one run' : `${runs} runs`}, for ${describeHostClass(hostClass)}.`,
  );
  for (const line of anchorLines(anchor)) say(line);
  const drifted = anchor.accepted.length > 0 ? [] : tooFar(anchor.drifts);
  if (drifted.length > 0) {
    say('Drifted too far from the anchor; the gate fails until it is mended, or until --accept:');
    sayDrifts(drifted);
  }
  sayAccepted(anchor.accepted);
  return failures > 0 || unmeasured.length > 0 || drifted.length > 0 ? exitCodes.finding : exitCodes.done;
}

function tooFar(drifts: readonly NamedDrift[]): NamedDrift[] {
  return drifts.filter(({ drift: { verdict } }) => verdict === 'drifted');
}

/** What became of the anchor: nothing to say of an entry that is new, and is its own. */
function anchorLines({ since, begun, completed, anew, drifts }: AnchorUpdate): string[] {
  if (since === null) return [];
  const largest = [...drifts].sort((a, b) => b.drift.drift.estimate - a.drift.drift.estimate)[0];
  return [
    begun
      ? `The entry had no anchor: what it held, of ${since}, is the anchor from now on.`
      : `Anchor of ${since}: kept.`,
    ...(completed > 0
      ? [`Added to the anchor of ${completed} rows and metrics, which were of fewer than three runs.`]
      : []),
    ...(anew > 0
      ? [`An anchor begins here for ${anew} rows and metrics that are new, or measure something else.`]
      : []),
    ...(largest ? [`Largest drift: ${driftLine(largest.what, largest.drift)}`] : []),
  ];
}

/** Exit code 0 even if there is nothing to accept. */
export async function accept(
  path: string | undefined,
  { baseline: file, maxDrift }: GateFlags,
  config: Config,
  parts: Parts,
): Promise<ExitCode> {
  const { accepted, drifts, hostClass } = await acceptDrift(config, path, file, { maxDrift }, parts);
  if (accepted.length === 0) {
    const found =
      drifts.length === 0 ? 'it has no drift' : `none of its ${drifts.length} drifts lies beyond the limit`;
    say(`Nothing to accept in ${file} for ${describeHostClass(hostClass)}: ${found}.`);
    return exitCodes.done;
  }
  say(`Written to ${file}, for ${describeHostClass(hostClass)}.`);
  sayAccepted(accepted);
  return exitCodes.done;
}

function sayAccepted(accepted: readonly NamedDrift[]): void {
  if (accepted.length === 0) return;
  say('Accepted: the anchor of these is the entry now; all others keep theirs.');
  sayDrifts(accepted);
}

function sayDrifts(drifts: readonly NamedDrift[]): void {
  for (const { what, drift } of drifts) say(`  - ${driftLine(what, drift)}`);
}

function say(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}
