/** Caveats on the figures of `hvbench exec`: those that are missing, and why. */

import { groupBy } from '../../core/group-by.ts';
import { clip, count, plain } from '../../core/present/format.ts';
import type { Environment } from '../../core/results/exec-schema.ts';

export function figureRemarks(environments: readonly Environment[]): string[] {
  return [...together(environments, metricRemarks), ...together(environments, cpuRemarks)];
}

/** The caveats on single environments; equal ones become one. */
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

/** Caveats on the figures of --metric: those that are missing, and why. */
function metricRemarks({ metric, figures, launches }: Environment): string[] {
  if (!figures || figures.ofRuns === 0) return [];
  const { runs, ofRuns, rounds, ofRounds, unclear, noNumber } = figures;
  const quoted = (text: string) => `"${clip(plain(text), 60)}"`;
  if (unclear) {
    const share = `in ${unclear.runs} of ${count(ofRuns, 'run')}`;
    return unclear.why === 'separators'
      ? [
          `no figure (--metric): ${share} the number contains commas or other separators, whose meaning depends on the locale (${quoted(unclear.text)}). With LC_ALL=C hvbench exec …, most commands write decimal points.`,
        ]
      : [
          `no figure (--metric): ${share} the group matches only part of what looks like a longer number (${quoted(unclear.text)}). Make the group match all of it, or the pattern also match the space or comma next to it. With LC_ALL=C hvbench exec …, most commands write no separators between digits.`,
        ];
  }
  const other = noNumber
    ? ` In ${noNumber.runs} the match is not a number, such as ${quoted(noNumber.text)}.`
    : '';
  if (runs === 0) return [`no figure found in the output of ${count(ofRuns, 'run')} (--metric).${other}`];
  return [
    ...(runs < ofRuns
      ? [`only ${runs} of ${ofRuns} runs have a figure (--metric); the others may differ from them.${other}`]
      : []),
    ...(rounds < ofRounds
      ? [
          `in ${ofRounds - rounds} of ${count(ofRounds, 'round')} the figure has no ratio to native: one of the two is missing or not above 0.`,
        ]
      : launches > 1 && rounds > 0 && metric && !metric.ratio
        ? [`the figure has no ratio to native: it varies too much from run to run, or native has none.`]
        : []),
  ];
}

/** Whether CPU overheads compare sums, because single runs have too little CPU time. */
function cpuRemarks(environment: Environment): string[] {
  const runs = environment.runs.filter(({ counts }) => counts);
  const none = runs.filter(({ cpuNs }) => cpuNs === 0).length;
  if (none === 0) return [];
  return [
    `${none} of ${count(runs.length, 'run')} took less CPU time than the host can resolve: its CPU overheads therefore compare the sums of each launch.`,
  ];
}
