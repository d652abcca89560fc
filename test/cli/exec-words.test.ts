/** Which words are options of `hvbench exec`, and which belong to the command. */
import { expect, test } from 'vitest';
import { execSchema } from '../../core/results/exec-schema.ts';
import { hvbench, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const OPTIONS = ['exec', '--hypervisor', 'native', '--runs', '1', '--warmup', '0', '--json'];

test.each([
  [['ls', '-la']],
  [['echo', '--runs', '3', 'hi']],
  [['env', '--version']],
  [['--', 'echo', '--seed', '5']],
  [['echo', '--', '--json']],
])('%j', async (words) => {
  const { code, stdout, stderr } = await hvbench([...OPTIONS, ...words], { cwd: folder });
  expect(code, stderr).toBe(0);
  const { command, environments } = execSchema.parse(JSON.parse(stdout));
  expect(command).toEqual(words[0] === '--' ? words.slice(1) : words);
  expect(environments[0]?.runs).toHaveLength(1);
});

test.each(['sleep 0.1', './not there --fast'])('%s is no program, and no shell is between', async (word) => {
  const { code, stdout, stderr } = await hvbench([...OPTIONS, word], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe(
    `hvbench: no program is called '${word}', and hvbench starts no shell to split it: use hvbench exec -- ${word}, or hvbench exec -- sh -c '${word}'\n`,
  );
});

test('an option of exec that there is not is told', async () => {
  const { code, stderr } = await hvbench(['exec', '--rums', '3', 'true'], { cwd: folder });
  expect({ code, stderr: stderr.split('\n', 1)[0] }).toEqual({
    code: 2,
    stderr: "hvbench: unknown option '--rums' (Did you mean --runs?)",
  });
});
