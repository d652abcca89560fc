import { absentEnvironment, environmentOf } from '../../../core/exec/assemble.ts';
import type { Found } from '../../../core/exec/found.ts';
import { EXEC_JOURNAL_SCHEMA, type ExecHeader } from '../../../core/exec/journal.ts';
import type { ExecResult, Run } from '../../../core/results/exec-schema.ts';
import { EXEC_SCHEMA } from '../../../core/results/exec-schema.ts';
import type { HypervisorInfo } from '../../../core/results/schema.ts';
import { QUIET } from '../host/example.ts';

export function run(launch: number, round: number, wallMs: number, more: Partial<Run> = {}): Run {
  return {
    ...{ launch, round, counts: round >= 0, wallNs: wallMs * 1e6, cpuNs: wallMs * 0.9e6 },
    ...{ userNs: 1e6, systemNs: 2e6, peakResidentBytes: 4096, ending: { how: 'exited', code: 0 } },
    ...{ stdout: { bytes: 3, digest: 'a' }, stderr: { bytes: 0, digest: '0' }, metric: null },
    ...more,
  };
}

export function found(runs: Run[], more: Partial<Found> = {}): Found {
  return {
    ...{ runs, startMs: [10, 30, 20], clocks: [], evidence: ['seen'] },
    ...{ texts: { stdout: 'one\ntwo\n', stderr: '' }, failure: null },
    ...more,
  };
}

export function info(id: string, more: Partial<HypervisorInfo> = {}): HypervisorInfo {
  return {
    ...{ id, title: id, mode: 'hosted', technique: 'direct-execution', paging: null, version: '1' },
    ...{ isas: ['x86_64'], available: true, evidence: [], notes: [] },
    ...more,
  };
}

export const NATIVE = found([run(0, -1, 500), run(0, 0, 100), run(0, 1, 102), run(1, 0, 104), run(1, 1, 98)]);

/** What an environment's figures depend on besides runs. */
export const ASKED = { seed: 7, metric: 'score: (.*)' };

/** What a journal begins with. */
export function header(more: Partial<ExecHeader> = {}): ExecHeader {
  const { tool, host, startedAt, seed, setup, prepare, metric, plan } = exampleExec();
  return {
    ...{ type: 'header', schema: EXEC_JOURNAL_SCHEMA, command: ['true'] },
    ...{ tool, host, startedAt, seed, setup, prepare, metric, plan },
    machines: [info('native', { mode: 'native', technique: 'bare' }), info('uml')],
    absent: [info('qemu-tcg', { technique: 'binary-translation', reason: 'it is not installed' })],
    ...more,
  };
}

/** Native, and a guest that takes twice as long. */
export function exampleExec(more: Partial<ExecResult> = {}, guest: Partial<Found> = {}): ExecResult {
  const slower = found([run(0, 0, 200), run(0, 1, 204), run(1, 0, 208), run(1, 1, 196)], guest);
  return {
    schema: EXEC_SCHEMA,
    tool: { name: 'hvbench', version: '0.0.0' },
    host: QUIET,
    startedAt: '2026-11-25T15:00:00.000Z',
    seed: 7,
    command: ['echo', "it's", 'a b'],
    ...{ setup: null, prepare: null, metric: null },
    plan: {
      ...{ benchCpu: 1, cpuChosen: false, memoryMib: 1024, warmup: 1, runs: null, budgetSeconds: 60 },
      ...{ share: [], keepCapabilities: false },
      ...{ timeoutSeconds: 300, folder: '/work' },
    },
    stopped: { reason: 'budget', elapsedSeconds: 60, stealFraction: 0, throttling: null },
    environments: [
      environmentOf(info('native', { mode: 'native', technique: 'bare' }), NATIVE, NATIVE, ASKED),
      environmentOf(info('uml'), slower, NATIVE, ASKED),
      absentEnvironment(info('qemu-tcg', { technique: 'binary-translation', reason: 'it is not installed' })),
    ],
    ...more,
  };
}
