/** The matrix as text: a table for people, and docs/systems.md. */
import Table from 'cli-table3';
import { groupBy } from '../../../core/group-by.ts';
import { isaSchema } from '../../../core/results/schema.ts';
import { type Outcome, STEPS } from './outcome.ts';

const HEAD = [
  'system',
  ...STEPS,
  'Node.js',
  'compiler',
  'QEMU',
  'UML',
  'guests: x86_64, i386',
  'time',
  'tried on',
];

function row({ title, cells, examination, seconds, date }: Outcome): string[] {
  const version = (id: string) => examination?.hypervisors.find((each) => each.id === id)?.version ?? '–';
  const kernel = (isa: string) => examination?.kernels.find((each) => each.isa === isa)?.release ?? '–';
  return [
    ...[title, ...STEPS.map((step) => cells[step].outcome)],
    ...[
      examination?.host.node ?? '–',
      examination?.host.compiler ?? '–',
      version('qemu-tcg'),
      version('uml'),
    ],
    ...[isaSchema.options.map(kernel).join(', '), `${Math.round(seconds)} s`, date],
  ];
}

/** Each thing that did not pass, by system and step; those with one reason together. */
function reasons({ title, cells }: Outcome): string[] {
  const by = groupBy(
    STEPS.filter((step) => cells[step].why),
    (step) => `${cells[step].outcome}: ${cells[step].why?.replace(/\s+/g, ' ')}`,
  );
  return [...by].map(([why, steps]) => `${title}, ${steps.join(', ')}: ${why}`);
}

export function forPeople(outcomes: readonly Outcome[]): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [] } });
  table.push(...outcomes.map(row));
  return [table.toString(), ...outcomes.flatMap(reasons), summary(outcomes)].join('\n');
}

function summary(outcomes: readonly Outcome[]): string {
  const all = outcomes.flatMap(({ cells }) => STEPS.map((step) => cells[step].outcome));
  const count = (outcome: string) => all.filter((each) => each === outcome).length;
  const minutes = outcomes.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped in ${minutes.toFixed(1)} minutes`;
}

export function page(outcomes: readonly Outcome[], version: string): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const host = outcomes.find(({ examination }) => examination)?.examination?.host;
  const why = outcomes.flatMap(reasons);
  return `# Systems that hvbench was tried on

\`npm run test:systems\` wrote this page with hvbench ${version}: ${summary(outcomes)}. Do not edit it.

Each row is the real command: \`doctor\`, a short \`run\` on every hypervisor that can run there, \`exec\` in every environment, \`run --suite boot\`, and \`report\` of both. The computer: ${host ? `${host.cpu.model}, Linux ${host.kernel}; ${host.os}` : 'not examined'}.

${[HEAD, HEAD.map(() => '---'), ...outcomes.map(row)].map(line).join('\n')}

UML: the version of User Mode Linux, which is a kernel. Guests: the kernels that QEMU and v86 boot.
${why.length > 0 ? `\n## What did not pass\n\n${why.map((each) => `- ${each}`).join('\n')}\n` : ''}
## What is different in each

${outcomes.map(({ title, about }) => `- **${title}.** ${about}`).join('\n')}
`;
}
