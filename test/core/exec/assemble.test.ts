import { describe, expect, it } from 'vitest';
import { assembleExec, driftOf, environmentOf } from '../../../core/exec/assemble.ts';
import { FoundTable } from '../../../core/exec/found.ts';
import { type ExecEntry, execEntrySchema } from '../../../core/exec/journal.ts';
import { execSchema } from '../../../core/results/exec-schema.ts';
import { ASKED, exampleExec, found, header, info, NATIVE, run } from './example.ts';

describe('an environment', () => {
  it('is compared with native round by round; warm-up does not count', () => {
    const [native, uml, absent] = execSchema.parse(exampleExec()).environments;
    expect(native).toMatchObject({ status: 'ok', launches: 2, overhead: null, output: null, startMs: 20 });
    expect(native?.wallNs).toEqual({ min: 98e6, median: 101e6, mean: 101e6, max: 104e6 });
    expect(uml?.overhead?.estimate).toBeCloseTo(1, 10);
    expect(uml?.cpuOverhead?.estimate).toBeCloseTo(1, 10);
    expect(uml?.output).toBe('same');
    expect(absent).toMatchObject({ status: 'unavailable', error: 'it is not installed', runs: [] });
  });

  it('with one launch has times and no interval', () => {
    const one = environmentOf(info('uml'), found([run(0, 0, 200)]), NATIVE, ASKED);
    expect(one).toMatchObject({ status: 'ok', launches: 1, overhead: null, time: null });
    expect(one.wallNs?.median).toBe(200e6);
  });

  it('that failed keeps what it measured and why it ended', () => {
    const failed = environmentOf(info('uml'), found([run(0, 0, 200)], { failure: 'it died' }), NATIVE, ASKED);
    expect(failed).toMatchObject({ status: 'failed', error: 'it died' });
    expect(failed.runs).toHaveLength(1);
  });

  it('differs where it writes something else, unless native does not agree with itself', () => {
    const other = { stdout: { bytes: 3, digest: 'b' } };
    const differing = found([run(0, 0, 200, other)]);
    expect(environmentOf(info('uml'), differing, NATIVE, ASKED).output).toBe('differs');
    const unsteady = found([run(0, 0, 100), run(1, 0, 100, other)]);
    expect(environmentOf(info('uml'), differing, unsteady, ASKED).output).toBe('varies');
  });

  it('has the ratio of the figure that was asked for', () => {
    const figures = (value: number) => found([0, 1].map((launch) => run(launch, 0, 100, { metric: value })));
    const { metric } = environmentOf(info('uml'), figures(50), figures(200), ASKED);
    expect(metric?.median).toBe(50);
    expect(metric?.ratio?.estimate).toBeCloseTo(0.25, 10);
  });

  it('compares sums of CPU time where some runs are shorter than the steps that it is counted in', () => {
    const step = 10e6;
    // Half of the runs met a step of 10 ms, natively every one of 5 ms: the ratio is 1, not 2.
    const met = [0, step, step, 0, 0, step];
    const coarse = found(met.map((cpuNs, index) => run(Math.floor(index / 2), index % 2, 100, { cpuNs })));
    const native = found(
      met.map((_, index) => run(Math.floor(index / 2), index % 2, 100, { cpuNs: step / 2 })),
    );
    const { cpuOverhead, cpuNs } = environmentOf(info('uml'), coarse, native, ASKED);
    expect(cpuOverhead?.estimate).toBeCloseTo(0, 10);
    expect(cpuNs?.min).toBe(0);
  });
});

describe('figures', () => {
  const unread = (why: 'separators' | 'part' | 'no-number', text: string) => ({
    metric: null,
    unread: { why, text },
  });
  /** A run each in as many launches. */
  const runs = (...figures: (number | null | ReturnType<typeof unread>)[]) =>
    found(
      figures.map((figure, launch) =>
        run(launch, 0, 100, typeof figure === 'object' && figure ? figure : { metric: figure }),
      ),
    );
  const environment = (guest: ReturnType<typeof runs>, native: ReturnType<typeof runs>) =>
    environmentOf(info('uml'), guest, native, ASKED);

  it('that are written so that they may be others leave an environment without one: they are the large ones, say', () => {
    const guest = runs(unread('separators', '1,021'), 0.98, 0.97);
    const { metric, figures } = environment(guest, runs(1, 1, 1));
    expect(metric).toBeNull();
    expect(figures).toMatchObject({
      runs: 2,
      ofRuns: 3,
      unclear: { why: 'separators', text: '1,021', runs: 1 },
    });
  });

  it('that native has in no clear form are compared with none', () => {
    const { metric } = environment(runs(1, 1, 1), runs(1, unread('part', '1.5'), 1));
    expect(metric).toEqual({ median: 1, ratio: null });
  });

  it('that are missing are counted, and so are rounds without a ratio', () => {
    const { metric, figures } = environment(
      runs(2, null, unread('no-number', 'nan'), 4, -1),
      runs(1, 1, 1, 2, 1),
    );
    expect(metric?.median).toBe(2);
    expect(metric?.ratio?.estimate).toBeCloseTo(2, 10);
    expect(figures).toEqual({
      ...{ runs: 3, ofRuns: 5, rounds: 2, ofRounds: 5, unclear: null },
      noNumber: { why: 'no-number', text: 'nan', runs: 1 },
    });
  });

  it('have no ratio where its interval has no end, and are not counted where none was asked for', () => {
    const { metric } = environment(runs(1e-300, 1e300), runs(1e300, 1e-300));
    expect(metric?.ratio).toBeNull();
    expect(environmentOf(info('uml'), runs(1), runs(1), { seed: 1, metric: null })).toMatchObject({
      metric: null,
      figures: null,
    });
  });
});

describe('a journal', () => {
  const entries: ExecEntry[] = [
    header(),
    { type: 'start', hypervisor: 'native', launch: 0, startMs: 10, evidence: ['seen'] },
    { type: 'start', hypervisor: 'uml', launch: 0, startMs: 30, evidence: ['guest Linux 6'] },
    { type: 'texts', hypervisor: 'native', stdout: 'one', stderr: '' },
    { type: 'run', hypervisor: 'native', ...run(0, 0, 100) },
    { type: 'run', hypervisor: 'uml', ...run(0, 0, 200), clock: { hostNs: 0, guestNs: 0 } },
    { type: 'clock', hypervisor: 'uml', hostNs: 1e9, guestNs: 1.01e9 },
    { type: 'failure', hypervisor: 'uml', error: 'it died' },
  ];

  it('makes the same result as what measured it, and one without an end is of a process that was killed', () => {
    const lines = entries.map((entry) => execEntrySchema.parse(JSON.parse(JSON.stringify(entry))));
    const killed = assembleExec(lines);
    expect(execSchema.parse(killed)).toEqual(killed);
    expect(killed).toMatchObject({ command: ['true'], seed: 7, stopped: { reason: 'recovered' } });
    const [native, uml, absent] = killed.environments;
    expect(native).toMatchObject({
      id: 'native',
      evidence: ['seen'],
      startMs: 10,
      stdout: 'one',
      status: 'ok',
    });
    expect(uml).toMatchObject({ status: 'failed', error: 'it died', launches: 1 });
    expect(uml?.drift).toBeCloseTo(0.01, 10);
    expect(uml?.runs).toEqual([run(0, 0, 200)]);
    expect(absent).toMatchObject({ id: 'qemu-tcg', status: 'unavailable', error: 'it is not installed' });
    const stopped = { reason: 'budget', elapsedSeconds: 3, stealFraction: null, throttling: null } as const;
    expect(assembleExec([...lines, { type: 'end', ...stopped }]).stopped).toEqual(stopped);
  });

  it('that is damaged is refused', () => {
    expect(() => assembleExec(entries.slice(1))).toThrow('the journal has no header');
    const stranger: ExecEntry = { type: 'failure', hypervisor: 'vmware', error: '' };
    expect(() => assembleExec([...entries, stranger])).toThrow('no machine vmware is planned');
    for (const wallNs of [0, -1, 1e308])
      expect(execEntrySchema.safeParse({ ...entries[4], wallNs }).success).toBe(false);
  });

  it('takes no more memory for clocks than a launch has, and keeps what runs have in common once', () => {
    const table = new FoundTable(['uml']);
    table.add({ type: 'start', hypervisor: 'uml', launch: 0, startMs: 1, evidence: [] });
    for (let round = 0; round < 10; round++)
      table.add({
        ...{ type: 'run', hypervisor: 'uml', ...run(0, round, 1) },
        clock: { hostNs: round, guestNs: round },
      });
    const { clocks, runs } = table.of('uml');
    expect(clocks).toEqual([
      [
        { hostNs: 0, guestNs: 0 },
        { hostNs: 9, guestNs: 9 },
      ],
    ]);
    expect(runs).toHaveLength(10);
    expect(runs[9]?.stdout).toBe(runs[0]?.stdout);
  });
});

describe('drift', () => {
  const reading = (seconds: number, factor: number) => ({
    hostNs: seconds * 1e9,
    guestNs: seconds * factor * 1e9,
  });
  it('is the rate of the guest clock against the host, by launch; the median counts', () => {
    const launches = [1.01, 1.01, 1.5].map((factor) => [
      reading(0, factor),
      reading(1, factor),
      reading(2, factor),
    ]);
    expect(driftOf(launches)).toBeCloseTo(0.01, 10);
  });
  it('is unknown over a short time, or without a clock', () => {
    expect(driftOf([[reading(0, 1), reading(0.1, 1)], []])).toBeNull();
  });
});
