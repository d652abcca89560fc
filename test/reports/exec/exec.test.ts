import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../../core/exec/assemble.ts';
import { execFormats, renderExec } from '../../../reports/exec/index.ts';
import { commandLine } from '../../../reports/exec/view.ts';
import { exampleExec, found, info, NATIVE, run } from '../../core/exec/example.ts';

const terminal = (result = exampleExec(), width = 120) => renderExec(result, { colour: false, width });
const render = (name: string, result = exampleExec()) =>
  execFormats.find((format) => format.name === name)?.render(result) ?? '';

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
    for (const line of terminal(exampleExec(), 80).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('is left out where the command failed natively; what helps is said', () => {
    const failed = run(0, 0, 1, { ending: { how: 'exited', code: 3 } });
    const native = found([failed], { failure: 'the command exited with 3' });
    const result = exampleExec({
      stopped: { reason: 'failed', elapsedSeconds: 1, stealFraction: null },
      environments: [environmentOf(info('native'), native, native, 1)],
    });
    const text = terminal(result);
    expect(text).not.toContain('│');
    expect(text).toContain('native: the command exited with 3 (--ignore-failure measures it all the same)');
  });
});

describe('what to know', () => {
  const clock = (factor: number) =>
    [0, 1].map((seconds) => ({ hostNs: seconds * 1e9, guestNs: seconds * factor * 1e9 }));

  it('a clock that drifts by more than half a per cent makes what is timed there suspect', () => {
    expect(terminal(exampleExec({}, { clocks: [clock(1.01)] }))).toMatch(
      /uml: the guest's clock gained 1\.00 %/,
    );
    expect(terminal(exampleExec({}, { clocks: [clock(1.004)] }))).not.toContain("the guest's clock");
  });

  it('what it was given of the host', () => {
    const { plan } = exampleExec();
    expect(terminal()).not.toContain('--share');
    const text = terminal(exampleExec({ plan: { ...plan, share: ['net'], keepCapabilities: true } }), 500);
    expect(text).toContain(
      "Natively the command had this computer's network and abstract sockets (--share net)",
    );
    expect(text).toContain('(--keep-capabilities): what it did natively may have changed this computer');
  });

  it('a translator that takes as long as native runs a command for a set time', () => {
    const [native] = exampleExec().environments;
    const translated = environmentOf(
      info('qemu-tcg', { technique: 'binary-translation' }),
      NATIVE,
      found(NATIVE.runs),
      1,
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

describe('exports', () => {
  it("JSON is the result with hyperfine's fields, in seconds", () => {
    const { results, schema } = JSON.parse(render('json'));
    expect(schema).toBe('hvbench/exec@1');
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
    expect(text).toContain('## To know');
  });
});
