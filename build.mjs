/**
 * Builds dist/ from the sources: `npm run build`, and npm's `prepare`. An installation without development dependencies
 * (NODE_ENV=production, --omit=dev) has nothing to build with. It is told, and fails nothing but what needs dist/.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const compiler = fileURLToPath(new URL('node_modules/.bin/tsc', import.meta.url));
const { npm_lifecycle_event: script, npm_command: command } = process.env;

if (existsSync(compiler)) {
  const { status } = spawnSync(compiler, ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  process.stderr.write(
    'hvbench: not built, since TypeScript is missing, a development dependency: npm ci --include=dev installs it\n',
  );
  // An installation goes on, be it by npm ci, npm install or npx; what is packed without dist/ would be of no use.
  const isInstalled = script === 'prepare' && command !== 'pack' && command !== 'publish';
  process.exitCode = isInstalled ? 0 : 2;
}
