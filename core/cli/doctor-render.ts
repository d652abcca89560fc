import Table from 'cli-table3';
import pc from 'picocolors';
import { groupBy } from '../group-by.ts';
import type { Finding } from '../host/findings.ts';
import type { Helpers } from '../host/helpers.ts';
import type { Availability } from '../hypervisors/hypervisor.ts';
import type { Examination } from '../library/probe.ts';
import { footingOf } from '../results/footing.ts';
import { outerName } from '../results/outer-hypervisor.ts';
import type { HostRecord } from '../results/schema.ts';
import { renderMachines } from './doctor-machines.ts';
import { printable } from './printable.ts';

type Colors = ReturnType<typeof pc.createColors>;

/**
 * An examination as text for people: the answer first, then hypervisors, then the computer, then what is in
 * the way. Commands stand on lines of their own, unwrapped, so that they can be copied.
 */
export function renderDoctor(examination: Examination, color: boolean): string {
  const colors = pc.createColors(color);
  const { host, helpers, hypervisors, findings } = examination;
  const sections = [
    renderSummary(examination, colors),
    renderHypervisors(hypervisors, colors),
    renderRemarks(hypervisors, colors),
    renderMachines(examination, colors),
    `${colors.bold('This computer')}\n${renderHost(host, helpers, colors)}`,
    renderLinux(examination, colors),
    renderCommands(examination, colors),
    renderFindings(findings, colors),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function renderSummary({ host, hypervisors }: Examination, colors: Colors): string {
  const able = hypervisors.filter((hypervisor) => hypervisor.available);
  const assisted = able.filter((hypervisor) => hypervisor.mode === 'hardware-assisted');
  const count = `${able.length} of ${hypervisors.length} hypervisors can run here`;
  if (footingOf(host) === 'emulated')
    return colors.bold(`${count}, on an emulated CPU: times mean nothing here, and no claim can be tested.`);
  return assisted.length > 0
    ? colors.bold(`${count}; hardware assist: yes (${assisted.map(({ id }) => printable(id)).join(', ')}).`)
    : colors.bold(`${count}; hardware assist: no, so claims about it cannot be tested here.`);
}

function renderHypervisors(hypervisors: readonly Availability[], colors: Colors): string {
  const table = new Table({
    head: ['hypervisor', 'runs here', 'mode', 'technique', 'guests', 'version'],
    style: { head: [], border: [], compact: true },
  });
  for (const hypervisor of hypervisors) {
    const technique = [hypervisor.technique, hypervisor.paging].filter((part) => part !== null).join(', ');
    // Where it cannot run, mode and technique would only be what it might have been.
    table.push([
      colors.bold(printable(hypervisor.id)),
      hypervisor.available ? colors.green('yes') : colors.red('no'),
      hypervisor.available ? hypervisor.mode : '–',
      hypervisor.available ? technique : '–',
      hypervisor.available ? hypervisor.isas.join(', ') : '–',
      printable(hypervisor.version ?? '–'),
    ]);
  }
  return table.toString();
}

function renderLinux({ hypervisors, kernels }: Examination, colors: Colors): string {
  const able = hypervisors.filter(
    ({ available, mode, linux }) => available && mode !== 'native' && linux.isas.length > 0,
  );
  const lines = able.map(({ id, linux: { isas, lacks } }) => {
    const here = isas.filter((isa) => !lacks[isa]);
    const reasons = new Set(isas.flatMap((isa) => lacks[isa]?.reason ?? []));
    const text = [here.join(', '), ...reasons].filter(Boolean).map(printable).join('; ');
    return `${here.length > 0 ? colors.green('✓') : colors.red('✗')} ${colors.bold(printable(id))}: ${text}`;
  });
  const remedies = new Set(
    able.flatMap(({ linux }) => Object.values(linux.lacks).flatMap(({ remedy }) => remedy ?? [])),
  );
  if (able.length === 0 && kernels.length === 0) return '';
  return [
    colors.bold('Linux guests'),
    ...kernels.map(
      ({ isa, release, path }) =>
        `${colors.cyan('i')} kernel for ${isa}: ${printable(`${release} (${path})`)}`,
    ),
    ...lines,
    ...[...remedies].map((remedy) => renderCommand(remedy, colors)),
  ].join('\n');
}

function renderCommands({ commands }: Examination, colors: Colors): string {
  if (commands.length === 0) return '';
  const able = commands.filter(({ lack }) => lack === null).map(({ id }) => colors.bold(printable(id)));
  const lacking = commands.flatMap(({ id, lack }) => (lack ? [{ id, ...lack }] : []));
  // What several lack alike is said once.
  const lines = [...groupBy(lacking, ({ reason }) => reason)].flatMap(([reason, alike]) => {
    const ids = alike.map(({ id }) => colors.bold(printable(id))).join(', ');
    const remedies = new Set(alike.flatMap(({ remedy }) => remedy ?? []));
    return [
      `${colors.red('✗')} ${ids}: ${printable(reason)}`,
      ...[...remedies].map((remedy) => renderCommand(remedy, colors)),
    ];
  });
  return [
    colors.bold('Your own commands (hvbench exec)'),
    ...(able.length > 0 ? [`${colors.green('✓')} ${able.join(', ')}`] : []),
    ...lines,
  ].join('\n');
}

function renderRemarks(hypervisors: readonly Availability[], colors: Colors): string {
  return hypervisors
    .flatMap(({ id, available, reason, remedy, notes }) => {
      const mark = available ? colors.cyan('i') : colors.red('✗');
      const texts = [...(available || reason !== undefined ? [] : ['cannot run']), reason, ...notes];
      const lines = texts
        .filter((text) => text !== undefined)
        .map((text) => `${mark} ${colors.bold(printable(id))}: ${printable(text)}`);
      return remedy === undefined ? lines : [...lines, renderCommand(remedy, colors)];
    })
    .join('\n');
}

function renderHost(host: HostRecord, helpers: Helpers, colors: Colors): string {
  const table = new Table({
    chars: Object.fromEntries(BORDERS.map((name) => [name, ''])),
    style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [] },
    colWidths: [18, 84],
    wordWrap: true,
  });
  for (const [label, value] of hostRows(host, helpers)) {
    table.push([colors.dim(label), printable(value)]);
  }
  return table.toString().replace(/[ \t]+$/gm, '');
}

const BORDERS = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
] as const;

function hostRows(host: HostRecord, helpers: Helpers): [label: string, value: string][] {
  const { cpu, kvm, outerHypervisor } = host;
  const kib = (bytes: number) => (bytes >= 1024 ** 2 ? `${bytes / 1024 ** 2} MiB` : `${bytes / 1024} KiB`);
  const kvmState = kvm.accessible
    ? `usable, backed by ${kvm.backing ?? 'an unknown module'}${pagingText(kvm.nestedPaging)}`
    : (kvm.reason ?? 'cannot be used');
  return [
    ['CPU', `${cpu.model} (${cpu.vendor}), ${cpu.cpus} online, microcode ${cpu.microcode ?? 'unknown'}`],
    ['caches', `L1d ${kib(cpu.caches.l1d)}, L2 ${kib(cpu.caches.l2)}, last level ${kib(cpu.caches.llc)}`],
    ['hardware assist', assistText(cpu.virtualization)],
    ['/dev/kvm', kvmState],
    [
      'runs under',
      outerHypervisor === null
        ? 'nothing seen'
        : `${outerName(outerHypervisor)} (${outerHypervisor.evidence.join('; ')})`,
    ],
    ['governor', cpu.governor ?? 'not set by this kernel'],
    ['SMT', cpu.smt === null ? 'unknown' : cpu.smt ? 'on' : 'off'],
    ['load', `${host.load.toFixed(2)} over one minute`],
    ['CPU quota', host.cpuQuota === null ? 'none' : `${host.cpuQuota.toFixed(2)} CPUs`],
    ['stolen time', host.stealFraction === null ? 'unknown' : percent(host.stealFraction)],
    ['huge pages', host.transparentHugePages ?? 'unknown'],
    ['memory', `${(host.memoryBytes / 1024 ** 3).toFixed(1)} GiB`],
    ['system', `${host.os}, kernel ${host.kernel}, Node ${host.node}`],
    ['compiler', host.compiler ?? 'none found'],
    ['taskset', helpers.taskset ?? 'missing'],
    ['setpriv', helpers.setpriv ?? 'missing'],
  ];
}

function assistText(flag: HostRecord['cpu']['virtualization']): string {
  if (flag === null) return 'no flag: neither AMD-V (svm) nor VT-x (vmx)';
  return flag === 'svm' ? 'AMD-V (flag svm)' : 'VT-x (flag vmx)';
}

function pagingText(nested: boolean | null): string {
  return nested === null ? '' : nested ? ', nested paging' : ', shadow paging';
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(2)} % since boot`;
}

function renderFindings(findings: readonly Finding[], colors: Colors): string {
  const marks = { problem: colors.red('✗'), noise: colors.yellow('!'), note: colors.cyan('i') };
  return findings
    .flatMap(({ level, text, remedy }) => {
      const line = `${marks[level]} ${printable(text)}`;
      return remedy === undefined ? [line] : [line, renderCommand(remedy, colors)];
    })
    .join('\n');
}

function renderCommand(command: string, colors: Colors): string {
  return `    ${colors.cyan(printable(command))}`;
}
