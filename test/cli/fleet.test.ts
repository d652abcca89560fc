/** `hvbench fleet` as far as it runs nothing: what is refused before a hundred hosts find out, and Kubernetes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hvbench, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const options = { cwd: folder };
const POD = '--on kubernetes --image hvbench:1 --claim results --cpus 4 --memory 8192'.split(' ');

describe('one line says what is wrong, and nothing is left', () => {
  test.each([
    ['--on slurm --nodelist n1 -- doctor', /can only run: .* not 'doctor'/],
    ['--on slurm --nodelist n1 -- run --out here', /takes no --out: leave it out/],
    ['--on slurm --nodelist n1 -- run --format=csv', /takes no --format: leave it out/],
    ['--on slurm --nodelist n1 -- run --resume old', /takes no --resume/],
    ['--on slurm --nodelist n1 -- run --wat', /hvbench run knows no '--wat'/],
    ['--on slurm --nodelist n1 -- run --budget soon', /--budget.*'soon'/],
    ['--on slurm -- run', /needs either --nodes or --nodelist/],
    ['--on slurm --nodes 2 --nodelist n1 -- run', /needs either --nodes or --nodelist/],
    ['--on slurm --nodes 2 --image x -- run', /--image means nothing with --on slurm: leave it out/],
    ['--on slurm --nodes 10001 -- run', /--nodes: /],
    ['--on ssh -- run', /--on ssh needs --hosts too/],
    ['--on ssh --hosts nowhere.txt -- run', /there is no file nowhere\.txt/],
    ['--on ssh --hosts twice.txt -- run', /twice\.txt, line 2: vm1 is in line 1 already/],
    ['--on kubernetes --nodes 2 -- run', /needs --image, --claim, --cpus, --memory too/],
    ['--on nomad -- run', /'nomad' is invalid.*slurm, ssh, kubernetes/],
  ])('submit %s', async (line, message) => {
    writeFileSync(join(folder, 'twice.txt'), 'vm1\nroot@vm1\n');
    const [told = [], run = []] = line.split(' -- ').map((words) => words.split(' '));
    const args = ['fleet', 'submit', '--out', 'refused', ...told, '--', ...run];
    const { code, stdout, stderr } = await hvbench(args, options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^hvbench: [^\n]*\n$/);
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  test.each(['status', 'collect', 'cancel'])('%s without a fleet', async (verb) => {
    const { code, stderr } = await hvbench(['fleet', verb, 'nothing'], options);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^hvbench: there is no fleet in nothing: name the folder [^\n]*\n$/);
  });
});

test('on Kubernetes it writes a manifest, and says that it runs nothing', async () => {
  const submitted = await hvbench(
    ['fleet', 'submit', ...POD, '--nodes', '3', '--out', 'pods', '--', 'run', '--suite', 'cpu'],
    options,
  );
  expect(submitted.code, submitted.stderr).toBe(0);
  expect(submitted.stderr).toMatch(/^note: not run here: kubectl apply -f \S*\/pods\/kubernetes-job\.json$/m);
  expect(submitted.stderr).toMatch(/^note: its pods have no \/dev\/kvm: --kvm-resource/m);
  const manifest = JSON.parse(readFileSync(join(folder, 'pods/kubernetes-job.json'), 'utf8'));
  expect(manifest.spec).toMatchObject({ completionMode: 'Indexed', completions: 3 });
  const status = await hvbench(['fleet', 'status', 'pods'], options);
  expect(status.code).toBe(2);
  expect(status.stdout).toMatch(
    /^3 hosts: 3 unknown\n {2}task-0 +unknown +hvbench does not ask Kubernetes: /,
  );
  const cancelled = await hvbench(['fleet', 'cancel', 'pods'], options);
  expect(cancelled.stderr).toMatch(/^hvbench: .*: kubectl delete job hvbench-[0-9a-f]{8}\n$/);
  const again = await hvbench(
    ['fleet', 'submit', ...POD, '--nodes', '3', '--out', 'pods', '--', 'run'],
    options,
  );
  expect(again.stderr).toMatch(/pods already holds a fleet: choose another --out/);
});

test('help has examples, and says what exit codes mean', async () => {
  const { stdout } = await hvbench(['fleet', '--help'], options);
  expect(stdout).toMatch(/hvbench fleet submit --on ssh --hosts hosts\.txt --out fleet -- run --suite cpu/);
  const status = await hvbench(['fleet', 'status', '--help'], options);
  expect(status.stdout).toMatch(/Exit codes: 0 if all hosts are done, 1 if one failed/);
});
