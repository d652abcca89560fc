/** What `hvbench exec` found, laid out as every format shows it. */

import type { Environment, ExecResult } from '../../core/exec/schema.ts';
import { groupBy } from '../../core/group-by.ts';
import { clip, count, duration, overheadText, percent, plain, plainDeep } from '../format.ts';
import type { TextCell, TextTable } from '../text-table.ts';

/** A guest's clock that gains or loses more than this makes what it times suspect. */
export const DRIFT_LIMIT = 0.005;
/** Overheads within this are none to speak of. */
const NONE = 0.02;
const NOTHING: TextCell = { text: '–' };

/** Its texts plain, but for the runs': nothing shows these, and there may be very many. */
export function plainResult({ environments, ...rest }: ExecResult): ExecResult {
  return {
    ...plainDeep(rest),
    environments: environments.map(({ runs, ...environment }) => ({ ...plainDeep(environment), runs })),
  };
}

/** As a shell would take it. */
export function commandLine({ command }: Pick<ExecResult, 'command'>): string {
  return command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

const counted = ({ runs }: Environment) => runs.filter(({ counts }) => counts);

function overheadCell(interval: Environment['overhead']): TextCell {
  if (!interval) return NOTHING;
  const { value, range } = overheadText(interval);
  return { text: value, range };
}

/** How many times native's, and of how many runs, unless it is all. */
function metricCell({ metric, figures }: Environment): TextCell[] {
  const some = figures && figures.runs < figures.ofRuns ? `${figures.runs} of ${figures.ofRuns} runs` : '';
  const share = some && { range: some };
  if (!metric) return [{ ...NOTHING, ...share }, NOTHING];
  const ratio = metric.ratio;
  const digits = (value: number) => value.toPrecision(3);
  return [
    { text: String(Number(metric.median.toPrecision(6))), ...share },
    ratio
      ? { text: `${digits(ratio.estimate)}x`, range: `[${digits(ratio.low)}, ${digits(ratio.high)}]` }
      : NOTHING,
  ];
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
function figureRemarks({ metric, figures, launches }: Environment): string[] {
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

const OUTPUT_WORDS = { same: 'same', differs: 'DIFFERS', varies: 'varies' } as const;

/** One row for each environment that ran the command. */
export function execTable(result: ExecResult): TextTable {
  // Where the command fails natively there is nothing to compare.
  const shown =
    result.stopped.reason === 'failed'
      ? []
      : result.environments.filter(({ status }) => status !== 'unavailable');
  return {
    title: clip(commandLine(result), 200),
    about:
      'time, CPU: medians of the runs that count; CPU: of the whole machine, as the host counts it; overheads: against native in the same rounds [95 % interval]; control: native once more, the noise of this run.',
    head: [
      ...['environment', 'time', 'min … max', 'CPU', 'overhead', 'CPU overhead'],
      ...(result.metric ? ['figure', 'of native'] : []),
      'output',
    ],
    rows: shown.map((environment) => {
      const { id, status, launches, wallNs, cpuNs, overhead, cpuOverhead, output } = environment;
      const runs = `${count(counted(environment).length, 'run')} in ${count(launches, 'launch', 'launches')}`;
      return [
        { text: id, range: status === 'failed' ? 'failed' : runs },
        wallNs ? { text: duration(wallNs.median) } : NOTHING,
        wallNs ? { text: `${duration(wallNs.min)} … ${duration(wallNs.max)}` } : NOTHING,
        cpuNs ? { text: duration(cpuNs.median) } : NOTHING,
        overheadCell(overhead),
        overheadCell(cpuOverhead),
        ...(result.metric ? metricCell(environment) : []),
        output ? { text: OUTPUT_WORDS[output] } : NOTHING,
      ];
    }),
    notes: [],
  };
}

/** What failed, and where it failed: the command, or what was to run it. */
export function failures({ environments }: ExecResult): string[] {
  return environments.flatMap(({ id, status, error, runs }) => {
    if (status !== 'failed') return [];
    const ending = runs.at(-1)?.ending;
    const tolerable = id === 'native' && ending?.how === 'exited' && ending.code !== 0;
    return [
      `${id}: ${error ?? 'it failed'}${tolerable ? ' (--ignore-failure measures it all the same)' : ''}`,
    ];
  });
}

/** The first line in which two texts differ, in words; nothing where the excerpts are alike. */
function firstDifference(ours: string, theirs: string): string {
  const [own, other] = [ours.split('\n'), theirs.split('\n')];
  const at = other.findIndex((line, index) => line !== own[index]);
  if (at < 0) return '';
  const quoted = (line = '') => `"${clip(plain(line), 60)}"`;
  return ` Line ${at + 1}: ${quoted(own[at])} instead of ${quoted(other[at])}.`;
}

/** Where the CPU overhead is of sums, since single runs have no CPU time to speak of. */
function coarseRemarks(environment: Environment): string[] {
  const runs = counted(environment);
  const none = runs.filter(({ cpuNs }) => cpuNs === 0).length;
  if (none === 0) return [];
  return [
    `${none} of ${count(runs.length, 'run')} took less CPU time than the host counts in one step: CPU overheads that it is in compare the sums of each launch.`,
  ];
}

/** What to know before believing the table. */
export function remarks(result: ExecResult): string[] {
  const { environments, stopped, metric } = result;
  const drifting = environments.filter(({ drift }) => drift !== null && Math.abs(drift) > DRIFT_LIMIT);
  const measured = environments.filter(({ status }) => status === 'ok');
  const sameTime = measured.filter(
    ({ technique, overhead }) =>
      technique === 'binary-translation' && overhead && Math.abs(overhead.estimate) < NONE,
  );
  const names = (of: readonly Environment[]) => of.map(({ id }) => id).join(', ');
  const single = measured.some(({ launches }) => launches === 1);
  const agreement =
    (environments[0]?.runs.length ?? 0) > 1
      ? 'whose runs all agree'
      : 'which ran once: whether its output varies is not known';
  const of = (output: Environment['output']) => measured.filter((each) => each.output === output);
  return [
    ...drifting.map(
      ({ id, drift }) =>
        `${id}: the guest's clock ${(drift as number) > 0 ? 'gained' : 'lost'} ${percent(Math.abs(drift as number), 2).replace('+', '')} on the host's: what the command itself times there is suspect. The times above are the host's.`,
    ),
    ...(sameTime.length > 0
      ? [
          `${names(sameTime)}: as long as natively, although every instruction is translated there. A command that runs for a set time shows its overhead in its own figures${metric ? '' : ': --metric compares these'}.`,
        ]
      : []),
    ...of('differs').map(
      ({ id, stdout }) =>
        `${id}: standard output differs from native's, ${agreement}.${firstDifference(stdout, environments[0]?.stdout ?? '')}`,
    ),
    ...(of('varies').length > 0
      ? ['Output cannot be compared: it differs from run to run, natively too.']
      : []),
    ...together(environments, figureRemarks),
    ...together(environments, coarseRemarks),
    ...(single ? ['One launch gives no interval: --runs 2 or more makes several.'] : []),
    ...((stopped.stealFraction ?? 0) > 0.01
      ? [
          `${percent(stopped.stealFraction ?? 0).replace('+', '')} of the measuring CPU's time was stolen by the hypervisor under this host.`,
        ]
      : []),
    ...environments.flatMap(({ id, status, error }) =>
      status === 'unavailable' && stopped.reason !== 'failed'
        ? [`${id} was not measured: ${error ?? 'it cannot run here'}`]
        : [],
    ),
  ];
}

const STOPS: Readonly<Record<ExecResult['stopped']['reason'], string>> = {
  precision: 'when every overhead was precise enough',
  budget: 'when the time was spent',
  runs: 'after the runs that were asked for, or the most there are',
  failed: 'since the command failed natively',
  interrupted: 'when it was interrupted',
  error: 'early',
  recovered: 'by being killed: this is what its journal holds',
};

/** How it was measured, in sentences. */
export function courseOf({ plan, stopped, seed }: ExecResult): string {
  // Nothing tells when one that was killed began its last run.
  const after = stopped.reason === 'recovered' ? '' : `, after ${stopped.elapsedSeconds.toFixed(0)} s`;
  const why = stopped.error === undefined ? '' : ` (${stopped.error})`;
  return `Each machine has CPU ${plan.benchCpu} to itself in turn; guests have one CPU and ${plan.memoryMib} MiB, the host's files under an overlay in memory, and no network. It ended ${STOPS[stopped.reason]}${why}${after}; seed ${seed}.`;
}
