/** `hvbench exec`: what may come before, the figures of a command, and where results are written. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hvbench } from './command.ts';
import { exec, folder, noUml, ONCE, options } from './exec-command.ts';

describe.skipIf(noUml)('in a container and in User Mode Linux', () => {
  test('what it was given of this computer is in the result and in the report', async () => {
    const flags = [...ONCE, '--share', 'ipc,net', '--keep-capabilities'];
    const { result } = await exec('native', flags, ['true']);
    expect(result.plan).toMatchObject({ share: ['net', 'ipc'], keepCapabilities: true });
    const { code, stderr } = await hvbench(['exec', '--share', 'disk', '--', 'true'], options);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "hvbench: unknown resource to share 'disk': use one of net, ipc\n",
    });
  });

  test('--setup comes once a launch, --prepare before each run; one that fails is a failure', async () => {
    const flags = [
      '--setup',
      'echo setup > log',
      '--prepare',
      'echo prepared >> log',
      '--warmup',
      '1',
      '--runs',
      '2',
    ];
    const { of } = await exec('uml', flags, ['cat', 'log']);
    expect(of('uml').runs.map(({ stdout }) => stdout.bytes)).toEqual([15, 24, 15, 24]);
    const failing = await exec('container', [...ONCE, '--setup', 'exit 9'], ['true']);
    expect(failing.of('native').error).toBe('--setup exited with 9');
  });

  test('a figure of its own is compared by --metric', async () => {
    const script = 'grep -q hostfs /proc/filesystems && echo score: 5 || echo score: 10';
    const { of } = await exec('uml', ['--runs', '2', '--metric', 'score: (\\d+)'], ['sh', '-c', script]);
    expect(of('uml').metric?.median).toBe(5);
    expect(of('uml').metric?.ratio?.estimate).toBeCloseTo(0.5, 10);
    expect(of('uml').output).toBe('differs');
  });

  test('one that is written with commas, or not in every run, is said, and never another number', async () => {
    const metric = (script: string, pattern = 'real +0m([\\d.,]+)s') => [
      'exec',
      '--hypervisor',
      'container',
      '--runs',
      '3',
      '--warmup',
      '0',
      '--metric',
      pattern,
      '--',
      'sh',
      '-c',
      script,
    ];
    for (const text of ['1,021', '0,98', '0,123']) {
      const { code, stdout } = await hvbench(metric(`echo "real    0m${text}s"`), options);
      expect(code).toBe(0);
      const said = stdout.replace(/\s+/g, ' ');
      expect(said).toContain(
        'native, container: no figure (--metric): in 3 of 3 runs the number contains commas',
      );
      expect(said).toMatch(new RegExp(`\\("${text}"\\)\\. With LC_ALL=C hvbench exec`));
    }
    const { stdout } = await hvbench(metric('echo "real 0m1.021s"'), options);
    expect(stdout).toMatch(/│ native .* 1\.021 /);
    expect(stdout).not.toContain('--metric');
    // What the first run of each launch writes is there for the second.
    const lacking =
      'n=$(cat n 2>/dev/null || echo 0); echo $((n+1)) >n; [ $n -gt 0 ] || echo "real 0m1.021s"';
    const partly = await hvbench(
      metric(lacking).map((word) => (word === '3' ? '6' : word)),
      options,
    );
    expect(partly.stdout.replace(/\s+/g, ' ')).toContain(
      'native, container: only 3 of 6 runs have a figure (--metric); the others may differ from them.',
    );
  });

  test('exports are written, hyperfine finds its own fields in them, and the table says what happened', async () => {
    // One of them by its former option.
    const exports = '--format json=out.json --export-csv out.csv --format markdown=out.markdown'.split(' ');
    const args = ['exec', '--hypervisor', 'uml', '--runs', '2', ...exports, '--', 'echo', "it's"];
    const { code, stdout } = await hvbench(args, options);
    expect(code).toBe(0);
    expect(stdout).toContain("echo 'it'\\''s'");
    for (const id of ['native', 'uml']) expect(stdout).toMatch(new RegExp(`│ ${id} `));
    expect(stdout.match(/2 runs in 2 launches/g)).toHaveLength(2);
    for (const name of ['json', 'csv', 'markdown']) expect(stdout).toContain(`Written to out.${name}`);
    const { results } = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'));
    expect(results.map(({ command }: { command: string }) => command.split(':')[0])).toEqual([
      'native',
      'uml',
    ]);
    expect(results[1].times).toHaveLength(2);
    expect(results[1].exit_codes).toEqual([0, 0]);
    const csv = readFileSync(join(folder, 'out.csv'), 'utf8').trim().split('\n');
    expect(csv[0]).toMatch(/^command,mean,stddev,median,user,system,min,max,environment,/);
    expect(csv).toHaveLength(3);
    expect(readFileSync(join(folder, 'out.markdown'), 'utf8')).toContain('| uml');
  });

  const exporting = (file: string) =>
    hvbench(
      [
        ...['exec', '--hypervisor', 'container', ...ONCE, '--export-json', file],
        ...['--export-markdown', 'written.md', '--', 'true'],
      ],
      options,
    );

  test('an export for which there is no folder is refused before anything is measured', async () => {
    expect(await exporting('none/out.json')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'hvbench: cannot write none/out.json: ENOENT; choose another --export-json\n',
    });
  });

  test('an export that finds no room is an error, and what was measured is shown and written all the same', async () => {
    const { code, stdout, stderr } = await exporting('/dev/full');
    expect(code).toBe(2);
    expect(stdout).toMatch(/│ container /);
    expect(stderr).toContain('cannot write /dev/full: no space left on its disk (ENOSPC)');
    expect(readFileSync(join(folder, 'written.md'), 'utf8')).toContain('| container');
    rmSync(/the measurements so far are in (\/\S+): /.exec(stderr)?.[1] ?? '', { recursive: true });
  });
});
