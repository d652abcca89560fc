import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../../core/exec/assemble.ts';
import { type ExecResult, execSchema, type Run } from '../../../core/results/exec-schema.ts';
import { execFormats, renderExec, resultJson } from '../../../reports/exec/index.ts';
import { commandLine } from '../../../reports/exec/view.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { ASKED, exampleExec, found, info, NATIVE, run } from '../../core/exec/example.ts';

const terminal = (result = exampleExec(), width = 120) => renderExec(result, { colour: false, width });
const render = (name: string, result = exampleExec()) =>
  execFormats.find((format) => format.name === name)?.render(result, { colour: false, width: 120 }) ?? '';

describe('the table', () => {
  it('names the command as a shell takes it, and each environment with its overhead', () => {
    expect(commandLine(exampleExec())).toBe("echo 'it'\\''s' 'a b'");
    const text = terminal();
    expect(text).toContain("echo 'it'\\''s' 'a b'");
    expect(text).toMatch(/native .*101 ms/);
    expect(text).toMatch(/uml .*202 ms.*\+100(\.\d+)? %/);
    expect(text).not.toMatch(/│ qemu-tcg/);
    expect(text).toContain('qemu-tcg was not measured: it is not installed');
  });

  it('fits into 80 columns', () => {
    for (const line of atLeastOne(terminal(exampleExec(), 80).split('\n')))
      expect(line.length).toBeLessThanOrEqual(80);
  });

  it('has the mean of CPU times, which some hosts count in steps, and the most memory of any run', () => {
    const steps = [0, 10, 20, 30].map((ms, round) =>
      run(0, round, 20, { cpuNs: ms * 1e6, peakResidentBytes: (round + 1) * 2 ** 20 }),
    );
    const native = found(steps.map((one) => ({ ...one, cpuNs: 12e6 })));
    const uml = environmentOf(info('uml'), found([...steps, run(1, 0, 20, { cpuNs: 0 })]), native, ASKED);
    const text = terminal(
      exampleExec({ environments: [environmentOf(info('native'), native, native, ASKED), uml] }),
    );
    expect(text).toMatch(/│ uml .*│ 12\.0 ms │/);
    expect(text).toMatch(/│ uml .*│ +4 MiB │/);
  });

  it('is left out where the command failed natively; what helps is said', () => {
    const failed = run(0, 0, 1, { ending: { how: 'exited', code: 3 } });
    const native = found([failed], { failure: 'the command exited with 3' });
    const result = exampleExec({
      stopped: { reason: 'failed', elapsedSeconds: 1, stealFraction: null, throttling: null },
      environments: [environmentOf(info('native'), native, native, ASKED)],
    });
    const text = terminal(result);
    expect(text).not.toContain('│');
    expect(text).toContain('native: the command exited with 3 (--ignore-failure measures it anyway)');
  });
});

describe('what to know', () => {
  const clock = (factor: number) =>
    [0, 1].map((seconds) => ({ hostNs: seconds * 1e9, guestNs: seconds * factor * 1e9 }));

  it('a clock that drifts by more than half a per cent makes what is timed there suspect', () => {
    expect(terminal(exampleExec({}, { clocks: [clock(1.01)] }))).toMatch(
      /uml: the guest clock gained 1\.00 %/,
    );
    expect(terminal(exampleExec({}, { clocks: [clock(1.004)] }))).not.toContain('the guest clock');
  });

  it('of a command of a few milliseconds it is the start that was measured', () => {
    const short = found([run(0, 0, 1.2), run(1, 0, 1.3)]);
    const environments = [environmentOf(info('native'), short, short, ASKED)];
    expect(terminal(exampleExec({ environments }))).toMatch(
      /The command takes 1\.25 ms natively: at this length, starting a process is most of what was\s+measured\./,
    );
    expect(terminal()).not.toContain('starting a process');
  });

  it('a CPU quota, and how often it stopped something', () => {
    const throttling = { periods: 562, throttled: 436 };
    const stopped = { reason: 'budget', elapsedSeconds: 60, stealFraction: 0, throttling } as const;
    const host = { ...exampleExec().host, cpuQuota: 0.5 };
    expect(terminal(exampleExec({ host, stopped }), 500)).toContain('in 436 of 562 periods');
  });

  it('what it was given of the host', () => {
    const { plan } = exampleExec();
    expect(terminal()).not.toContain('--share');
    const text = terminal(exampleExec({ plan: { ...plan, share: ['net'], keepCapabilities: true } }), 500);
    expect(text).toContain(
      "Natively, the command used this computer's network and abstract sockets (--share net)",
    );
    expect(text).toContain('(--keep-capabilities): its native runs may have changed this computer');
  });

  it('a translator that takes as long as native runs a command for a set time', () => {
    const [native] = exampleExec().environments;
    const translated = environmentOf(
      info('qemu-tcg', { technique: 'binary-translation' }),
      NATIVE,
      found(NATIVE.runs),
      ASKED,
    );
    const result = exampleExec({ environments: native ? [native, translated] : [] });
    expect(terminal(result)).toContain('shows its overhead in its own');
  });

  it('where outputs differ the first line that does is shown, and nothing in it steers the terminal', () => {
    const runs = [run(0, 0, 200, { stdout: { bytes: 4, digest: 'b' } })];
    const guest = { runs, texts: { stdout: 'one\n\u001b[2Jtoo\n', stderr: '' } };
    const text = terminal(exampleExec({}, guest));
    expect(text).toMatch(/Line 2: "\[2Jtoo" instead\s+of\s+"two"/);
    expect(text).not.toContain('\u001b');
    expect(text).toContain('DIFFERS');
  });
});

describe('figures of --metric', () => {
  const guest = (runs: Partial<Run>[]) =>
    found(runs.map((more, index) => run(Math.floor(index / 2), index % 2, 200, more)));
  const native = guest([{ metric: 1 }, { metric: 1 }, { metric: 1 }, { metric: 1 }]);
  const result = (runs: Partial<Run>[]) =>
    exampleExec({
      metric: 'score: (.*)',
      environments: [
        environmentOf(info('native', { mode: 'native', technique: 'bare' }), native, native, ASKED),
        environmentOf(info('uml'), guest(runs), native, ASKED),
      ],
    });
  const comma = { unread: { why: 'separators', text: '1,\u001b021' } } as const;
  const some = [{ metric: 2 }, { metric: 2 }, {}, { unread: { why: 'no-number', text: 'nan' } }] as const;
  const texts = (of: ExecResult) => [terminal(of, 1000), render('markdown', of).replaceAll('\\', '')];

  it('that may be others: none, and what helps', () => {
    for (const text of atLeastOne(texts(result([comma, comma, { metric: 1 }, { metric: 1 }])))) {
      expect(text).toMatch(
        /uml: no figure \(--metric\): in 2 of 4 runs .*\("1, 021"\).* LC_ALL=C hvbench exec/,
      );
      expect(text).toMatch(/uml.* – .*2 of 4 runs/);
      expect(text).not.toContain('\u001b');
    }
  });

  it('that a pattern cuts: none, and what helps', () => {
    const cut = { unread: { why: 'part', text: '1,234' } } as const;
    for (const text of atLeastOne(texts(result([cut, cut, cut, cut]))))
      expect(text).toMatch(/uml: no figure .*in 4 of 4 runs the group matches only part of .*\("1,234"\)/);
  });

  it('that some runs lack: how many of how many, in every format', () => {
    const partly = result([...some]);
    for (const text of atLeastOne(texts(partly))) {
      expect(text).toMatch(/uml.* 2 +.*2 of 4 runs/);
      expect(text).toContain(
        'uml: only 2 of 4 runs have a figure (--metric); the others may differ from them.',
      );
      expect(text).toContain('In 1 the match is not a number, such as "nan".');
      expect(text).toContain('uml: in 2 of 4 rounds the figure has no ratio to native');
    }
    const [head = '', , uml = ''] = render('csv', partly).split('\n');
    const cell = (name: string) => uml.split(',').at(head.split(',').indexOf(name) - head.split(',').length);
    expect(['metric_runs', 'metric_rounds', 'rounds'].map(cell)).toEqual(['2', '2', '4']);
    expect(JSON.parse(render('json', partly)).environments[1].figures).toMatchObject({ runs: 2, ofRuns: 4 });
  });

  it('that all runs have need no word; environments that say the same say it together', () => {
    for (const text of atLeastOne(
      texts(result([{ metric: 2 }, { metric: 2 }, { metric: 2 }, { metric: 2 }])),
    ))
      expect(text).not.toMatch(/--metric|of 4 runs/);
    const none = environmentOf(info('uml'), guest([{}, {}]), native, ASKED);
    const two = exampleExec({ environments: [none, { ...none, id: 'qemu-tcg' }] });
    expect(terminal(two, 1000)).toContain('uml, qemu-tcg: no figure found in the output of 2 runs');
  });
});

describe('how it ended', () => {
  const ended = (stopped: Partial<ExecResult['stopped']>) =>
    terminal(
      exampleExec({
        stopped: { reason: 'error', elapsedSeconds: 3, stealFraction: 0, throttling: null, ...stopped },
      }),
      1000,
    );

  it('is said, of one that was killed or could not go on too', () => {
    expect(ended({ error: 'cannot write' })).toContain(
      'Measuring ended early (cannot write), after 3 s; seed 7.',
    );
    expect(ended({ reason: 'recovered' })).toContain(
      'early, for an unknown reason: this is what its journal holds; seed 7.',
    );
  });
});

describe('exports', () => {
  it('are JSON that says what the result says, a line for each run', () => {
    const result = exampleExec();
    const { results, ...rest } = JSON.parse(render('json', result));
    expect(rest).toEqual(JSON.parse(JSON.stringify(result)));
    expect(JSON.parse(resultJson(result))).toEqual(rest);
    expect(execSchema.parse(rest)).toEqual(rest);
    const lines = render('json', result).split('\n');
    expect(lines.filter((line) => line.includes('"wallNs":') && line.includes('"round":'))).toHaveLength(9);
  });

  it('of very many runs are written', () => {
    const runs = Array.from({ length: 150_000 }, (_, round) => run(0, round, 1 + (round % 7)));
    const [first] = exampleExec().environments;
    const environments = first ? [{ ...first, runs }] : [];
    const { results } = JSON.parse(render('json', exampleExec({ environments })));
    expect(results[0]).toMatchObject({ min: 0.001, max: 0.007 });
    expect(results[0].times).toHaveLength(150_000);
    expect(render('csv', exampleExec({ environments }))).toContain(',150000,');
    expect(terminal(exampleExec({ environments }))).toContain('150000 runs');
  });

  it("JSON is the result with hyperfine's fields, in seconds", () => {
    const { results, schema } = JSON.parse(render('json'));
    expect(schema).toBe('hvbench/exec@2');
    expect(results[0]).toMatchObject({ mean: 0.101, median: 0.101, min: 0.098, max: 0.104, user: 0.001 });
    expect(results.map(({ command }: { command: string }) => command)).toEqual([
      "native: echo 'it'\\''s' 'a b'",
      "uml: echo 'it'\\''s' 'a b'",
    ]);
  });

  it('CSV has a row for each environment, absent ones too', () => {
    const lines = render('csv').trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[3]).toContain('it is not installed');
  });

  it('Markdown has the table, and what to know', () => {
    const text = render('markdown');
    expect(text).toMatch(/\| uml .*\| 202 ms \|/);
    expect(text).toContain('## Caveats');
  });
});
