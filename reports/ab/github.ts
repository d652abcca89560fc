/** An A/B as workflow commands, which a GitHub run shows as annotations. */
import { type Ab, type AbVerdict, figureName } from '../../core/judge/ab/ab.ts';
import { plainDeep } from '../../core/present/format.ts';
import { command, commands, MOST, type Note } from '../workflow-commands.ts';
import { countLine, figurePhrase, outcome, verdictWords, withVerdict } from './view.ts';

export function renderGithub(raw: Ab): string {
  const ab = plainDeep(raw);
  const notes = (verdict: AbVerdict) =>
    withVerdict(ab, verdict).map(
      (figure): Note => ({
        name: figureName(figure),
        verdict: verdictWords(ab, verdict),
        message: `${figurePhrase(figure, ab)}\n${figure.reason}`,
      }),
    );
  const lines = [
    ...commands('error', notes('regressed')),
    command('notice', 'hvbench ab', [outcome(ab), countLine(ab)].join('\n')),
    ...commands('notice', notes('improved'), MOST - 1),
  ];
  return `${lines.join('\n')}\n`;
}
