/** What to know of the figures of `hvbench exec`: those that are missing, and why. */

import { groupBy } from '../../core/group-by.ts';
import { clip, count, plain } from '../../core/present/format.ts';
import type { Environment } from '../../core/results/exec-schema.ts';

export function figureRemarks(environments: readonly Environment[]): string[] {
  return [...together(environments, metricRemarks), ...together(environments, cpuRemarks)];
}

/** The remarks on single environments, those that say the same together. */
function together(
  environments: readonly Environment[],
  remarksOn: (environment: Environment) => string[],
): string[] {
  const all = environments.flatMap((environment) =>
    remarksOn(environment).map((text) => ({ id: environment.id, text })),
  );
  return [...groupBy(all, ({ text }) => text)].map(
    ([text, group]) => `${group.map(({ id }) => id).join(', ')}: ${text}`,
  );
}

/** What to know of the figures of --metric: those that are missing, and why. */
function metricRemarks({ metric, figures, launches }: Environment): string[] {
  if (!figures || figures.ofRuns === 0) return [];
  const { runs, ofRuns, rounds, ofRounds, unclear, noNumber } = figures;
  const quoted = (text: string) => `"${clip(plain(text), 60)}"`;
  if (unclear) {
    const share = `in ${unclear.runs} of ${count(ofRuns, 'run')}`;
    return unclear.why === 'separators'
      ? [
          `no figure (--metric): ${share} it is written with commas or the like, which mean different things in different countries (${quoted(unclear.text)}). LC_ALL=C hvbench exec … has most commands write decimal points.`,
        ]
      : [
          `no figure (--metric): ${share} the group matches only a part of what looks like a longer number (${quoted(unclear.text)}). Let the group match all of it, or the pattern the blank or comma beside it as well; LC_ALL=C hvbench exec … has most commands write nothing between digits.`,
        ];
  }
  const other = noNumber ? ` In ${noNumber.runs} it is no number, such as ${quoted(noNumber.text)}.` : '';
  if (runs === 0) return [`no figure was found in the output of ${count(ofRuns, 'run')} (--metric).${other}`];
  return [
    ...(runs < ofRuns
      ? [`${runs} of ${ofRuns} runs have a figure (--metric); the others may not be like them.${other}`]
      : []),
    ...(rounds < ofRounds
      ? [
          `the figure has no ratio to native's in ${ofRounds - rounds} of ${count(ofRounds, 'round')}, where one of the two is missing or not above 0.`,
        ]
      : launches > 1 && rounds > 0 && metric && !metric.ratio
        ? [`the figure has no ratio to native's: it differs too much from run to run, or native has none.`]
        : []),
  ];
}

/** Where the CPU overhead is of sums, since single runs have no CPU time to speak of. */
function cpuRemarks(environment: Environment): string[] {
  const runs = environment.runs.filter(({ counts }) => counts);
  const none = runs.filter(({ cpuNs }) => cpuNs === 0).length;
  if (none === 0) return [];
  return [
    `${none} of ${count(runs.length, 'run')} took less CPU time than the host counts in one step: CPU overheads that it is in compare the sums of each launch.`,
  ];
}
