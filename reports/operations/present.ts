/** What single operations cost, the table of 2006 beside it, and what exits explain of overheads. */
import { groupBy } from '../../core/group-by.ts';
import type { Section } from '../../core/model/section.ts';
import { measuringCpu } from '../../core/present/measuring-cpu.ts';
import type { Result } from '../../core/results/schema.ts';
import { generationsCsv, operationsCsv } from './csv.ts';
import { exitTables } from './exits.ts';
import { findingsOf } from './findings.ts';
import { generationTables } from './generations.ts';
import { operationTables } from './view.ts';

function method(plan: Result['plan']): string {
  return (
    `Operations: each ran in our own small kernel at privilege level 0 (natively in a process), on ${measuringCpu(plan)}, one ` +
    'machine at a time. Batches grow until they last 8 ms and are then repeated; the empty batch is subtracted. ' +
    'Times are by the host clock; the 95 % CIs come from a hierarchical bootstrap over launches.'
  );
}

/** Where overheads come from, if exits were counted; the operations and the table of 2006, if they were measured. */
export function presentOperations(result: Result): Section[] {
  return [
    ...causes(result),
    ...(result.operations.length > 0 ? [operations(result), generations(result)] : []),
  ];
}

function causes(result: Result): Section[] {
  const tables = exitTables(result);
  if (tables.length === 0) return [];
  return [
    {
      id: 'causes',
      title: 'Where the overhead comes from',
      ...{ place: 'aside', charts: [], tables, files: [], details: [] },
    },
  ];
}

function operations(result: Result): Section {
  const byName = groupBy(result.operations, ({ suite, operation }) => `${suite}/${operation}`);
  return {
    id: 'operations',
    title: 'Privileged operations',
    method: method(result.plan),
    skip: 'the table of operations',
    charts: [],
    tables: operationTables(result),
    files: [operationsCsv(result)],
    details: [{ title: 'Operations', facts: [...byName].map(([name, [one]]) => [name, one?.title ?? '']) }],
  };
}

function generations(result: Result): Section {
  return {
    id: 'generations',
    title: '2006 and today',
    charts: [],
    findings: {
      title: 'Findings of 2006: do they hold here?',
      items: findingsOf(result),
    },
    tables: generationTables(result),
    files: [generationsCsv(result)],
    details: [],
  };
}
