/** `hvbench claims [DIR]`: what others claim of the cost of virtualization, and what a result says of it. */
import { renderClaims } from '../../reports/terminal/claims.ts';
import { bandText } from '../../reports/verdicts.ts';
import { wrap } from '../../reports/wrap.ts';
import { loadConfig } from '../config/config.ts';
import { UserError } from '../errors.ts';
import { judgeResult, type ListedClaim, listClaims } from '../library/claims.ts';
import { partsOf } from '../parts.ts';
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
  if (folder === undefined) {
    if (exits !== undefined)
      throw new UserError('exits predict what a result could not test: name its folder before --exits');
    const all = listClaims(content);
    return print(json ? all : listed(all));
  }
  const judged = await judgeResult(folder, content, partsOf(content));
  print(json ? judged.claims : renderClaims(judged, { colour: useColour(), width: outputWidth() }));
  if (exits !== undefined) unpredicted(judged.claims);
}

function print(what: unknown): void {
  process.stdout.write(typeof what === 'string' ? what : `${JSON.stringify(what, null, 2)}\n`);
}

function listed(all: readonly ListedClaim[]): string {
  const width = outputWidth();
  return all
    .map(({ id, statement, source, basis, recalled, figure, against, work, of, untestable, band }) => {
      const facts = [
        `${figure.replace('-', ' ')} of ${of.words}${against === 'nothing' ? '' : ` against ${against}`}: ${bandText(band, figure)}`,
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
