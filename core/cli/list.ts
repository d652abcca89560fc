/** `hvbench list`: suites, workloads and hypervisors. */
import Table from 'cli-table3';
import { suites } from '../../suites/index.ts';
import { probeHost } from '../host/probe.ts';
import { hypervisors } from '../hypervisors/registry.ts';

export async function list({ json }: { json: boolean }): Promise<void> {
  const host = await probeHost();
  const infos = [];
  for (const hypervisor of hypervisors) infos.push(await hypervisor.probe(host, {}));
  const shown = {
    suites: suites.map(({ name, title, selfTest, method, workloads, operations = [] }) => ({
      name,
      title,
      selfTest: selfTest ?? false,
      study: method ? name : null,
      workloads: workloads.map((workload) => ({
        name: workload.name,
        title: workload.title,
        exposes: workload.exposes,
        needs: workload.needs ?? [],
      })),
      operations: operations.map(({ name, title, exposes }) => ({ name, title, exposes })),
    })),
    hypervisors: infos.map(({ id, title, mode, technique, isas, onRequest, available }) => ({
      id,
      title,
      mode,
      technique,
      isas,
      onRequest,
      available,
    })),
  };
  process.stdout.write(json ? `${JSON.stringify(shown, null, 2)}\n` : render(shown));
}

interface Shown {
  readonly suites: readonly {
    name: string;
    title: string;
    selfTest: boolean;
    study: string | null;
    workloads: readonly { name: string; title: string; exposes: string }[];
    operations: readonly { name: string; title: string; exposes: string }[];
  }[];
  readonly hypervisors: readonly {
    id: string;
    title: string;
    mode: string;
    technique: string;
    isas: readonly string[];
    available: boolean;
  }[];
}

function render({ suites: shownSuites, hypervisors: shownHypervisors }: Shown): string {
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
