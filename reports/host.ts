/** The host, the method and the course of a run, in sentences that every report shares. */
import prettyMilliseconds from 'pretty-ms';
import { groupBy } from '../core/group-by.ts';
import type { Section } from '../core/model/section.ts';
import { bytesText, count, dateTime, percent } from '../core/present/format.ts';
import { measuringCpu } from '../core/present/measuring-cpu.ts';
import { quotaCaveat } from '../core/present/throttling.ts';
import { footingOf } from '../core/results/footing.ts';
import { emulatorName, isParavirtual, nativeNote, outerName } from '../core/results/outer-hypervisor.ts';
import { publicationNote } from '../core/results/publication.ts';
import type { HostRecord, LaunchRecord, Result } from '../core/results/schema.ts';
import { comparisonRemarks, computerRemarks, machineFlags, NOTABLE_STEAL } from './computers.ts';
import { impreciseRemarks } from './imprecise.ts';
import { largePageRemarks } from './large-pages.ts';
import { variantFlags, variantLines } from './variants.ts';
import { CONTROL } from './view.ts';
import { withoutFigureRemarks } from './without-figure.ts';

export function computer({ cpu, memoryBytes, os, kernel }: HostRecord): string {
  return `${cpu.model}, ${count(cpu.cpus, 'CPU')}, ${bytesText(memoryBytes)}; ${os}, kernel ${kernel}`;
}

/** Whose code was measured: figures of two compilers are figures of two programs. */
export function compilerOf({ compiler }: HostRecord): string {
  return `Guest code by ${compiler ?? 'an unknown compiler'}.`;
}

/** What the host runs under, and what stands behind its /dev/kvm. */
export function virtualizationOf(host: HostRecord): string {
  const { outerHypervisor, kvm, cpu } = host;
  const self = outerHypervisor
    ? [
        ...(outerHypervisor.domain ? [`This host runs under ${outerName(outerHypervisor)}`] : []),
        ...(footingOf(host) === 'emulated'
          ? [`This host’s CPU is emulated by ${emulatorName(outerHypervisor)}`]
          : outerHypervisor.domain
            ? []
            : [`This host is itself a guest of ${outerHypervisor.hypervisor}`]),
      ].join('. ')
    : 'This host shows no sign of a hypervisor beneath it';
  const assist = cpu.virtualization
    ? `its CPU offers ${cpu.virtualization === 'svm' ? 'AMD-V (svm)' : 'VT-x (vmx)'}`
    : 'its CPU reports neither AMD-V nor VT-x';
  const paging =
    kvm.nestedPaging === null ? '' : kvm.nestedPaging ? ' with nested paging' : ' with shadow paging';
  const device = !kvm.present
    ? 'there is no /dev/kvm'
    : `/dev/kvm is backed by ${kvm.backing ?? 'an unknown module'}${paging}`;
  const barred =
    kvm.present && !kvm.accessible ? ` but is not usable (${kvm.reason ?? 'not accessible'})` : '';
  return `${self}; ${assist}; ${device}${barred}.`;
}

/** Label and value of everything recorded about the host. */
export function hostFacts(host: HostRecord): (readonly [string, string])[] {
  const { cpu, kvm } = host;
  const unknown = 'unknown';
  const yesNo = (value: boolean | null) => (value === null ? unknown : value ? 'yes' : 'no');
  return [
    ['CPU', cpu.model],
    [
      'Family, model, stepping',
      [cpu.family, cpu.modelNumber, cpu.stepping].map((part) => part ?? unknown).join(', '),
    ],
    ['Microcode', cpu.microcode ?? unknown],
    ['CPUs online', String(cpu.cpus)],
    ...(cpu.core === null ? [] : [['Core', `${cpu.core} (of two kinds)`] as const]),
    ...(cpu.quiet.length === 0 ? [] : [['Measuring CPU', cpu.quiet.join(', ')] as const]),
    ['SMT', yesNo(cpu.smt)],
    ['Frequency governor', cpu.governor ?? unknown],
    [
      'Caches',
      `L1d ${bytesText(cpu.caches.l1d)}, L2 ${bytesText(cpu.caches.l2)}, last level ${bytesText(cpu.caches.llc)}`,
    ],
    ['Hardware assist', cpu.virtualization ?? 'none visible'],
    [
      'Runs under',
      host.outerHypervisor
        ? `${outerName(host.outerHypervisor)} (${host.outerHypervisor.evidence.join('; ')})`
        : 'no hypervisor detected',
    ],
    ['/dev/kvm', kvm.present ? `backed by ${kvm.backing ?? unknown}` : 'absent'],
    ['KVM usable', kvm.accessible ? 'yes' : `no: ${kvm.reason ?? unknown}`],
    ['Nested paging', yesNo(kvm.nestedPaging)],
    ['Memory', bytesText(host.memoryBytes)],
    ['Transparent huge pages', host.transparentHugePages ?? unknown],
    ['System', `${host.os}, kernel ${host.kernel}`],
    ['Compiler', host.compiler ?? unknown],
    ['Node.js', host.node],
    ['Load average at start', host.load.toFixed(2)],
    ...(host.cpuQuota === null ? [] : [['CPU quota', `${host.cpuQuota.toFixed(2)} CPUs`] as const]),
    [
      'Steal time since boot',
      host.stealFraction === null ? unknown : percent(host.stealFraction, 2).replace('+', ''),
    ],
    [
      'Mitigations',
      Object.entries(cpu.mitigations)
        .map(([name, state]) => `${name}: ${state}`)
        .join('; '),
    ],
  ];
}

const STOP_WORDS: Readonly<Record<Result['stopped']['reason'], string>> = {
  precision: 'every interval was as narrow as requested when it was last looked at',
  budget: 'the time budget ran out before every interval was as narrow as requested',
  launches: 'the maximum number of launches was reached',
  failed: 'nothing could be measured: every machine failed, or the native process did',
  interrupted: 'it was interrupted; everything measured until then is here',
  recovered: 'recovered from the journal of a run that did not finish',
};

export function stopSentence({ stopped, launches, measurements }: Result): string {
  const elapsed = prettyMilliseconds(Math.round(stopped.elapsedSeconds) * 1000);
  if (measurements.length === 0 && stopped.reason === 'launches') return `It took ${elapsed}.`;
  const made = count(launches.length, 'launch', 'launches');
  if (stopped.reason === 'recovered') return `${made}, ${STOP_WORDS.recovered}.`;
  return `Stopped after ${elapsed} and ${made}: ${STOP_WORDS[stopped.reason]}.`;
}

/** Flags of `hvbench run`, by the name that the configuration has for what they set. */
const FLAGS: readonly (readonly [string, string])[] = [
  ['suites', '--suite'],
  ['workloads', '--workload'],
  ['hypervisors', '--hypervisor'],
  ['isas', '--isa'],
  ['profile', '--profile'],
  ['budget', '--budget'],
  ['precision', '--precision'],
  ['cpu', '--cpu'],
  ['machines', '--machines'],
  ['reference', '--reference'],
];

/** The command that repeats the run; its seed decides the order of what is measured. */
export function reproduceCommand(result: Result): string {
  const { config, seed, hypervisors } = result;
  const flags = FLAGS.flatMap(([name, flag]) => {
    const value = String(config[name] ?? '');
    // What stands in a result may be anybody's: only plain words are safe to paste into a shell.
    return /^[\w.][\w.,-]*$/.test(value) ? [`${flag} ${value}`] : [];
  });
  return [
    'hvbench run',
    ...flags,
    ...variantFlags(hypervisors),
    ...machineFlags(result),
    `--seed ${seed}`,
  ].join(' ');
}

/** How each part of it was measured: a paragraph each. */
export function methodParagraphs({ plan }: Result, sections: readonly Section[]): string[] {
  const parts = sections.flatMap(({ method }) => method ?? []);
  return parts.length > 0 ? parts : [workloadsSentence(plan)];
}

/** How overheads are measured. */
export function workloadsSentence(plan: Result['plan']): string {
  return (
    `Workloads: every machine ran the same machine code on ${measuringCpu(plan)}, one machine at a time, in batches ` +
    `of about ${plan.batchMs} ms. Each launch has ${count(plan.rounds, 'round')}, each in random order. The overhead ` +
    'is guest time ÷ native time − 1 in the same round, by the host clock. The 95 % CIs come from a hierarchical ' +
    `bootstrap over launches, then rounds (${count(plan.resamples, 'resample')}). ` +
    `${CONTROL} is a second native machine: its distance from 0 shows the noise of this run.`
  );
}

export function runSentence(result: Result): string {
  const { tool, startedAt, profile, seed } = result;
  return `${tool.name} ${tool.version}, ${dateTime(startedAt)}, profile ${profile}, seed ${seed}.`;
}

/** A guest's clock that drifts by more makes programs suspect that time themselves by it. */
const NOTABLE_DRIFT = 0.005;

/** The largest drift of each hypervisor whose guests' clocks drift notably. */
function drifts({ launches }: Result): { readonly hypervisor: string; readonly drift: number }[] {
  const largest = new Map<string, number>();
  for (const { hypervisor, drift = 0 } of launches.flatMap(({ clocks }) => clocks)) {
    if (Math.abs(drift) > Math.max(NOTABLE_DRIFT, Math.abs(largest.get(hypervisor) ?? 0)))
      largest.set(hypervisor, drift);
  }
  return [...largest].map(([hypervisor, drift]) => ({ hypervisor, drift }));
}

/** Whoever wants to have the run again needs them: what a result keeps of a plugin is its name. */
function pluginRemarks({ config: { plugins } }: Result): string[] {
  const names = (Array.isArray(plugins) ? plugins : []).map((plugin) =>
    [plugin?.name, plugin?.version].filter((word) => typeof word === 'string').join(' '),
  );
  return names.length > 0
    ? [`Not all of it is hvbench's own: measured with ${names.join(', ')}, by plugins of the configuration.`]
    : [];
}

/** What an overhead over "native" is not, in a domain of Xen. */
function domainRemarks({ host }: Result): string[] {
  const note = nativeNote(host);
  if (note === '') return [];
  const passed = isParavirtual(host)
    ? ' System calls, page faults and changes of page tables pass through Xen there, so they cost native more.'
    : '';
  return [`${note}${passed} Overheads here compare with that.`];
}

/** Of all launches together; null if none counted. */
function throttlingOf({ launches }: Result): LaunchRecord['throttling'] {
  const seen = launches.flatMap(({ throttling }) => throttling ?? []);
  if (seen.length === 0) return null;
  const sum = (of: 'periods' | 'throttled') => seen.reduce((total, one) => total + one[of], 0);
  return { periods: sum('periods'), throttled: sum('throttled') };
}

/** What a reader must know before believing the figures: noise, clocks, what is missing and told nowhere else. */
export function remarks(result: Result): string[] {
  const controls = result.measurements.filter((m) => m.hypervisor === CONTROL && m.overhead).length;
  const noisy = result.measurements
    .filter((m) => m.hypervisor === CONTROL && m.overhead && (m.overhead.low > 0 || m.overhead.high < 0))
    .map((m) => `${m.suite}/${m.workload} (${m.isa})`);
  const clocks = result.launches.flatMap(({ clocks }) => clocks).filter(({ agrees }) => !agrees);
  const elsewhere = new Set(result.hypervisors.flatMap(({ id, computer }) => (computer ? [id] : [])));
  const liars = [...new Set(clocks.map(({ hypervisor }) => hypervisor))].filter((id) => !elsewhere.has(id));
  const drifting = drifts(result);
  const stolen = result.launches.filter(({ stealFraction }) => (stealFraction ?? 0) > NOTABLE_STEAL);
  const publication = publicationNote(result);
  return [
    ...comparisonRemarks(result),
    ...(publication ? [publication] : []),
    ...(noisy.length > 0
      ? [
          `The 95 % CI of the control excludes 0 on ${noisy.join(', ')} (${noisy.length} of ${controls} rows; chance alone does this to one row in twenty). On these rows, differences as small as the control's mean nothing.`,
        ]
      : []),
    ...(liars.length > 0
      ? [
          `The guest clock disagreed with the host clock in ${liars.join(', ')}: hvbench used only the host clock there.`,
        ]
      : []),
    ...domainRemarks(result),
    ...impreciseRemarks(result),
    ...withoutFigureRemarks(result),
    ...largePageRemarks(result),
    ...(result.host.outerHypervisor?.evidence.some((one) => one.startsWith('container: '))
      ? [
          `Measured in a container: hvbench could not see whether another hvbench outside it measured on CPU ${result.plan.benchCpu} at the same time.`,
        ]
      : []),
    ...computerRemarks(result),
    ...variantLines(result.hypervisors),
    ...pluginRemarks(result),
    ...quotaCaveat(result.host.cpuQuota, throttlingOf(result)),
    ...drifting.map(
      ({ hypervisor, drift }) =>
        `The clock that programs see in ${hypervisor} drifted by ${percent(drift, 2)} from the host clock: programs that time themselves there are off by as much.`,
    ),
    ...(stolen.length > 0
      ? [
          `The hypervisor beneath this host stole more than 1 % of CPU time during ${stolen.length} of ${count(result.launches.length, 'launch', 'launches')}.`,
        ]
      : []),
    // Where workloads were measured it stands below their overheads.
    ...(result.measurements.length > 0 ? [] : lacksOf(result)),
  ];
}

const list = new Intl.ListFormat('en', { type: 'conjunction' });

/** The hypervisors that could not run, with the reason and how to get them: a line for all that have the same. */
export function lacksOf({ hypervisors }: Pick<Result, 'hypervisors'>): string[] {
  const absent = hypervisors.filter(({ available }) => !available);
  return [...groupBy(absent, ({ reason, remedy }) => JSON.stringify([reason, remedy])).values()].map(
    (same) => {
      const { reason = 'no reason was recorded', remedy } = same[0] ?? {};
      const names = list.format(same.map(({ id }) => id));
      const way = remedy ? `; to enable ${same.length > 1 ? 'them' : 'it'}: ${remedy}` : '';
      return `${names} could not run: ${reason}${way}`;
    },
  );
}

export function failureLines({ failures }: Result): string[] {
  return failures.map(
    ({ hypervisor, isa, workload, launch, error }) =>
      `${hypervisor} (${isa}), ${workload ?? 'at launch'}, launch ${launch}: ${error}`,
  );
}
