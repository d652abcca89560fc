/** A configuration is a program, and may leave something open that would keep the command for ever. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hvbench, temporaryFolder } from './command.ts';

const folder = temporaryFolder();

test('the command ends, with its own code, and says what was left open', async () => {
  writeFileSync(join(folder, 'bench.config.mjs'), 'setInterval(() => {}, 1000);\nexport default {};\n');
  const { code, stdout, stderr } = await hvbench(['claims', '--config', 'bench.config.mjs'], { cwd: folder });
  expect(stdout).not.toBe('');
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^hvbench: all is done, and it ends although something is still open: .*\bTimeout\n$/,
  );
});
