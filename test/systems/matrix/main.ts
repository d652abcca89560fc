/**
 * `npm run test:systems [-- NAME …]`: the real command on every system of the matrix, one after another, or on those that
 * are named. Prints a table, and writes docs/systems.md of what came of each system last. Exit code 1: something failed;
 * 2: usage.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../cli/command.ts';
import { stop } from './call.ts';
import { measure } from './measure.ts';
import { hasFailed, keep, lastOf, type Outcome } from './outcome.ts';
import { forPeople, page } from './page.ts';
import { systems } from './systems.ts';

const names = process.argv.slice(2);
const unknown = names.filter((name) => !systems.some(({ id }) => id === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no system is called ${unknown.join(', ')}; there are ${systems.map(({ id }) => id).join(', ')}\n`,
  );
  process.exit(2);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    stop();
    process.exit(130);
  });

const outcomes: Outcome[] = [];
for (const system of systems) {
  if (names.length > 0 && !names.includes(system.id)) continue;
  const outcome = await measure(system, (text) => process.stderr.write(`${text}\n`));
  keep(outcome);
  outcomes.push(outcome);
}
process.stdout.write(`${forPeople(outcomes)}\n`);
const last = systems.flatMap(({ id }) => lastOf(id) ?? []);
if (last.length === systems.length) {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  writeFileSync(join(ROOT, 'docs/systems.md'), page(last, version));
} else process.stderr.write('docs/systems.md stays as it is: not every system was tried on this computer\n');
process.exitCode = outcomes.some(hasFailed) ? 1 : 0;
