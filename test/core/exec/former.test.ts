import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { isExecFolder, readExec } from '../../../core/exec/folder.ts';
import { exampleExec, header } from './example.ts';

const folder = mkdtempSync(join(tmpdir(), 'hvbench-exec-'));
beforeEach(() => {
  for (const name of ['result.json', 'samples.ndjson']) rmSync(join(folder, name), { force: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OUTER = { hypervisor: 'KVM', evidence: ['DMI: QEMU'] };
const former = <T extends { readonly evidence: readonly string[] }>({ evidence, ...one }: T) => ({
  ...one,
  inside: evidence,
});

describe('what an earlier version wrote, in which evidence and outer hypervisors had other names', () => {
  it('is read from hvbench/exec@1', () => {
    const now = exampleExec();
    const { outerHypervisor, ...host } = now.host;
    const then = {
      ...{ ...now, schema: 'hvbench/exec@1', host: { ...host, under: OUTER } },
      environments: now.environments.map(former),
    };
    writeFileSync(join(folder, 'result.json'), JSON.stringify(then));
    expect(isExecFolder(folder)).toBe(true);
    expect(readExec(folder)).toEqual({ ...now, host: { ...now.host, outerHypervisor: OUTER } });
  });

  it('is read from hvbench/exec-journal@1', () => {
    const now = header();
    const { outerHypervisor, ...host } = now.host;
    const then = {
      ...{ ...now, schema: 'hvbench/exec-journal@1', host: { ...host, under: OUTER } },
      ...{ machines: now.machines.map(former), absent: now.absent.map(former) },
    };
    const start = { type: 'start', hypervisor: 'native', launch: 0, startMs: 1, inside: ['seen'] };
    writeFileSync(join(folder, 'samples.ndjson'), `${JSON.stringify(then)}\n${JSON.stringify(start)}\n`);
    expect(isExecFolder(folder)).toBe(true);
    const { host: read, environments } = readExec(folder);
    expect(read.outerHypervisor).toEqual(OUTER);
    expect(environments.find(({ id }) => id === 'native')?.evidence).toEqual(['seen']);
  });
});
