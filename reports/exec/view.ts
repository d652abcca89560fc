/** What `hvbench exec` found, laid out as every format shows it. */

import { isReference } from '../../core/model/role.ts';
import type { TextCell, TextTable } from '../../core/model/section.ts';
import {
  bytesText,
  clip,
  count,
  duration,
  overheadText,
  percent,
  plain,
  plainDeep,
  rangeText,
  threeDigits,
} from '../../core/present/format.ts';
import { measuringCpu } from '../../core/present/measuring-cpu.ts';
import { quotaCaveat } from '../../core/present/throttling.ts';
import type { Environment, ExecResult } from '../../core/results/exec-schema.ts';
import { variantLines } from '../variants.ts';
import { figureRemarks } from './figures.ts';

/** If a guest's clock gains or loses more than this, what it times is suspect. */
export const DRIFT_LIMIT = 0.005;
/** Overheads within this count as none. */
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
  return [
    { text: String(Number(metric.median.toPrecision(6))), ...share },
    ratio
      ? {
          text: `${threeDigits(ratio.estimate)}x`,
          range: rangeText(ratio, threeDigits),
        }
      : NOTHING,
  ];
}

function memoryCell(environment: Environment): TextCell {
  const peaks = counted(environment).map(({ peakResidentBytes }) => peakResidentBytes);
  return peaks.length > 0
    ? { text: bytesText(peaks.reduce((most, peak) => Math.max(most, peak), 0)) }
    : NOTHING;
}

const OUTPUT_WORDS = { same: 'same', differs: 'DIFFERS', varies: 'varies' } as const;

/** One row for each environment that ran the command. */
export function execTable(result: ExecResult): TextTable {
  // If the command fails natively there is nothing to compare.
  const shown =
    result.stopped.reason === 'failed'
      ? []
      : result.environments.filter(({ status }) => status !== 'unavailable');
  return {
    title: clip(commandLine(result), 200),
    about:
      'time: median of the runs that count. CPU: their mean CPU time, of the whole machine as the host counts it. memory: the most that the command itself held (peak RSS). Overheads: against native in the same rounds [95 % CI]. control: native a second time; it shows the noise of this run.',
    head: [
      ...['environment', 'time', 'min … max', 'CPU', 'overhead', 'CPU overhead', 'memory'],
      ...(result.metric ? ['figure', 'vs native'] : []),
      'output',
    ],
    rows: shown.map((environment) => {
      const { id, status, launches, wallNs, cpuNs, overhead, cpuOverhead, output } = environment;
      const runs = `${count(counted(environment).length, 'run')} in ${count(launches, 'launch', 'launches')}`;
      return [
        { text: id, range: status === 'failed' ? 'failed' : runs },
        wallNs ? { text: duration(wallNs.median) } : NOTHING,
        wallNs ? { text: `${duration(wallNs.min)} … ${duration(wallNs.max)}` } : NOTHING,
        // The mean: some hosts count the CPU time of a guest in steps, which a median shows and a sum does not.
        cpuNs ? { text: duration(cpuNs.mean) } : NOTHING,
        overheadCell(overhead),
        overheadCell(cpuOverhead),
        memoryCell(environment),
        ...(result.metric ? metricCell(environment) : []),
        output ? { text: OUTPUT_WORDS[output] } : NOTHING,
      ];
    }),
    notes: [],
  };
}

/** As hyperfine warns: below this, it is above all the start of a process that is measured. */
const SHORT_NS = 5e6;

function shortRemark([native]: readonly Environment[]): string[] {
  const ns = native?.wallNs?.median;
  return ns !== undefined && ns < SHORT_NS
    ? [
        `The command takes ${duration(ns)} natively: at this length, starting a process is most of what was measured.`,
      ]
    : [];
}

/** What failed, and where it failed: the command, or what was to run it. */
export function failures({ environments }: ExecResult): string[] {
  return environments.flatMap(({ id, status, error, runs }) => {
    if (status !== 'failed') return [];
    const ending = runs.at(-1)?.ending;
    const tolerable = isReference(id) && ending?.how === 'exited' && ending.code !== 0;
    return [`${id}: ${error ?? 'it failed'}${tolerable ? ' (--ignore-failure measures it anyway)' : ''}`];
  });
}

/** The first line in which two texts differ, in words; nothing if the excerpts are alike. */
function firstDifference(ours: string, theirs: string): string {
  const [own, other] = [ours.split('\n'), theirs.split('\n')];
  const at = other.findIndex((line, index) => line !== own[index]);
  if (at < 0) return '';
  const quoted = (line = '') => `"${clip(plain(line), 60)}"`;
  return ` Line ${at + 1}: ${quoted(own[at])} instead of ${quoted(other[at])}.`;
}

/** What the host gave to the command, on request. */
function given({ plan: { share, keepCapabilities } }: ExecResult): string[] {
  const things = { net: 'network and abstract sockets', ipc: 'System V IPC and POSIX message queues' };
  return [
    ...(share.length > 0
      ? [
          `Natively, the command used this computer's ${share.map((name) => things[name]).join(', ')} (--share ${share.join(',')}); guests and containers had none of these.`,
        ]
      : []),
    ...(keepCapabilities
      ? [
          'The command kept all privileges of its user (--keep-capabilities): its native runs may have changed this computer.',
        ]
      : []),
  ];
}

/** The caveats: what a reader must know before believing the table. */
export function remarks(result: ExecResult): string[] {
  const { environments, stopped, metric, host } = result;
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
      : 'which ran only once: its output may vary';
  const of = (output: Environment['output']) => measured.filter((each) => each.output === output);
  return [
    ...given(result),
    ...variantLines(environments),
    // Of what runs on this host, where it cannot write as it could without hvbench.
    ...(environments[0]?.notes ?? []).map((note) => `${environments[0]?.id}: ${note}.`),
    ...drifting.map(
      ({ id, drift }) =>
        `${id}: the guest clock ${(drift as number) > 0 ? 'gained' : 'lost'} ${percent(Math.abs(drift as number), 2).replace('+', '')} against the host clock: do not trust times that the command reports itself. The times above are by the host clock.`,
    ),
    ...(sameTime.length > 0
      ? [
          `${names(sameTime)}: took as long as natively, although every instruction is translated there. A command that runs for a fixed time shows its overhead in its own figures${metric ? '' : ': --metric compares these'}.`,
        ]
      : []),
    ...of('differs').map(
      ({ id, stdout }) =>
        `${id}: standard output differs from native's, ${agreement}.${firstDifference(stdout, environments[0]?.stdout ?? '')}`,
    ),
    ...(of('varies').length > 0
      ? ['Output cannot be compared: it varies from run to run, natively too.']
      : []),
    ...shortRemark(environments),
    ...figureRemarks(environments),
    ...(single ? ['One launch gives no CI: use --runs 2 or more for several launches.'] : []),
    ...quotaCaveat(host.cpuQuota, stopped.throttling),
    ...((stopped.stealFraction ?? 0) > 0.01
      ? [
          `The hypervisor beneath this host stole ${percent(stopped.stealFraction ?? 0).replace('+', '')} of the measuring CPU's time.`,
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
  precision: 'when every overhead was as precise as requested',
  budget: 'when the time budget ran out',
  runs: 'after the requested number of runs, or the maximum',
  failed: 'because the command failed natively',
  interrupted: 'when it was interrupted',
  error: 'early',
  recovered: 'early, for an unknown reason: this is what its journal holds',
};

/** How it was measured, in sentences. */
export function courseOf({ plan, stopped, seed }: ExecResult): string {
  // Nothing tells when one that was killed began its last run.
  const after = stopped.reason === 'recovered' ? '' : `, after ${stopped.elapsedSeconds.toFixed(0)} s`;
  const why = stopped.error === undefined ? '' : ` (${stopped.error})`;
  return `Machines take turns on ${measuringCpu(plan)}. A guest has one CPU, ${plan.memoryMib} MiB of memory, the host's files under an overlay in memory, and no network. Measuring ended ${STOPS[stopped.reason]}${why}${after}; seed ${seed}.`;
}
