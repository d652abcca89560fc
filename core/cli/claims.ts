/** `hvbench claims [DIR]`: what others claim of the cost of virtualization, and what a result says of it. */
import { renderClaims } from '../../reports/terminal/claims.ts';
import { bandText } from '../../reports/verdicts.ts';
import { wrap } from '../../reports/wrap.ts';
import { loadConfig } from '../config/config.ts';
import { UserError } from '../errors.ts';
import type { Claim } from '../judge/claims/claim.ts';
import { CLAIMS } from '../judge/claims/claims.ts';
import { judgeClaims } from '../judge/claims/judge.ts';
import { ownClaims } from '../judge/claims/own.ts';
import { partsOf } from '../parts.ts';
import { readResult } from '../results/folder.ts';
import { recover } from '../run/conclude.ts';
import { DEFAULT_NEGLIGIBLE } from '../run/selection.ts';
import { useColour } from './colour.ts';
import type { ConfigFlag, CountsFlag } from './parts.ts';
import { printable } from './printable.ts';
import { outputWidth } from './terminal.ts';
import { unpredicted } from './unpredicted.ts';

/** Throws UserError if the configuration or the folder cannot be read. */
export async function claims(
  folder: string | undefined,
  { json = false, config, exits }: { readonly json?: boolean } & ConfigFlag & CountsFlag,
): Promise<void> {
  const content = { ...(await loadConfig(config)), ...(exits !== undefined && { exits }) };
  const own = ownClaims(content);
  const negligible = content.negligible === undefined ? DEFAULT_NEGLIGIBLE : content.negligible / 100;
  if (folder === undefined) {
    if (exits !== undefined)
      throw new UserError('exits predict what a result could not test: name its folder before --exits');
    const all = [...CLAIMS, ...own];
    return print(
      json ? all.map((claim) => ({ ...claim, band: claim.band({ negligible }) })) : listed(all, negligible),
    );
  }
  const parts = partsOf(content);
  const result = readResult(folder, parts.suites) ?? recover(folder, parts);
  // Its own count too, unless this configuration has another of the same name.
  const ids = new Set(own.map(({ id }) => id));
  const all = [...CLAIMS, ...own, ...ownClaims(result.config).filter(({ id }) => !ids.has(id))];
  const judged = parts.predict({
    ...result,
    claims: judgeClaims({ ...result, negligible: result.plan.negligible }, all),
  });
  print(
    json
      ? judged
      : renderClaims({ ...result, claims: [...judged] }, { colour: useColour(), width: outputWidth() }),
  );
  if (exits !== undefined) unpredicted(judged);
}

function print(what: unknown): void {
  process.stdout.write(typeof what === 'string' ? what : `${JSON.stringify(what, null, 2)}\n`);
}

function listed(all: readonly Claim[], negligible: number): string {
  const width = outputWidth();
  return all
    .map((claim) => {
      const { id, statement, source, basis, recalled, figure, against, work, of, untestable } = claim;
      const facts = [
        `${figure.replace('-', ' ')} of ${of.words}${against === 'nothing' ? '' : ` against ${against}`}: ${bandText(claim.band({ negligible }), figure)}`,
        work,
        basis === 'measured' ? 'measured' : 'advertised, not measured',
        ...(recalled ? ['quoted from memory'] : []),
        ...(untestable ? [`never testable: ${untestable}`] : []),
      ];
      const lines = [statement, `${facts.join('; ')}.`, `Source: ${source}.`];
      return [
        id,
        ...lines.flatMap((line) => wrap(printable(line), width - 2).map((part) => `  ${part}`)),
        '',
      ].join('\n');
    })
    .join('\n');
}
