/** `hvbench list`: suites, workloads and hypervisors. */
import Table from 'cli-table3';
import { type Inventory, list as inventory } from '../library/list.ts';
import { type ConfigFlag, partsFor, type VariantFlag } from './parts.ts';

export async function list({ json, ...flags }: { json: boolean } & ConfigFlag & VariantFlag): Promise<void> {
  const shown = await inventory(await partsFor(flags));
  process.stdout.write(json ? `${JSON.stringify(shown, null, 2)}\n` : render(shown));
}

function render({ suites: shownSuites, hypervisors: shownHypervisors }: Inventory): string {
  const text: string[] = [];
  for (const suite of shownSuites) {
    if (suite.study) {
      text.push(`${suite.name}: ${suite.title} (only with --suite: it takes the whole computer)`, '');
      continue;
    }
    const table = new Table({
      head: [suite.operations.length > 0 ? 'operation' : 'workload', 'what it is', 'what it exposes'],
      colWidths: [20, 44, 50],
      wordWrap: true,
      style: { head: [], border: [] },
    });
    const entries = [...suite.workloads, ...suite.operations];
    table.push(...entries.map(({ name, title, exposes }) => [name, title, exposes]));
    text.push(
      `${suite.name}: ${suite.title}${suite.selfTest ? ' (only with --suite: it tests hvbench itself)' : ''}`,
      table.toString(),
      '',
    );
  }
  const table = new Table({
    head: ['hypervisor', 'what it is', 'mode', 'technique', 'ISAs', 'here'],
    style: { head: [], border: [] },
  });
  table.push(
    ...shownHypervisors.map(({ id, title, mode, technique, isas, available }) => [
      id,
      title,
      mode,
      technique,
      isas.join(', '),
      available ? 'yes' : 'no: hvbench doctor',
    ]),
  );
  text.push('hypervisors', table.toString(), '');
  return text.join('\n');
}
