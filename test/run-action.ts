/** The GitHub Action: its steps, run here as a runner would run them. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';

export const ROOT = resolve(import.meta.dirname, '..');
const LIMIT_MS = 120_000;

interface Step {
  readonly name: string;
  readonly if?: string;
  readonly shell: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export type Inputs = Readonly<Record<string, string>>;

export const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Action;

/** `${{ inputs.out }}` is all that the steps' environments may hold. */
function expand(text: string, inputs: Inputs): string {
  return text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => inputs[name] ?? '');
}

function inputsOf(given: Inputs): Inputs {
  const defaults = Object.entries(action.inputs).map(([key, input]) => [key, input.default]);
  return { ...Object.fromEntries(defaults), ...given };
}

/** Names of the steps that a runner would run, if none fails. What conditions say is JavaScript as well. */
export function stepsFor(given: Inputs): string[] {
  const context = {
    ...{ inputs: inputsOf(given), cancelled: () => false },
    steps: { install: { outcome: 'success' } },
  };
  return action.runs.steps
    .filter((step) => {
      const [, condition = 'true'] = /^\$\{\{(.*)\}\}$/.exec(step.if ?? '') ?? [];
      return runInNewContext(condition, context) as boolean;
    })
    .map(({ name }) => name);
}

/** Runs a step in a folder; `summary` and `output` in it are the runner's files. Rejects if it fails, with its `code`. */
export async function runStep(name: string, given: Inputs, work: string) {
  const step = action.runs.steps.find((candidate) => candidate.name === name);
  if (!step) throw new Error(`the action has no step ${name}`);
  const inputs = inputsOf(given);
  const env = Object.entries(step.env ?? {}).map(([key, value]) => [key, expand(value, inputs)]);
  return runScript(step.run, work, Object.fromEntries(env));
}

/** As the runner does it for `shell: bash`. */
export function runScript(script: string, work: string, env: Inputs = {}) {
  const argv = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script];
  return promisify(execFile)('bash', argv, {
    cwd: work,
    timeout: LIMIT_MS,
    env: {
      ...process.env,
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: ROOT,
      GITHUB_STEP_SUMMARY: join(work, 'summary'),
      GITHUB_OUTPUT: join(work, 'output'),
      ...env,
    },
  });
}
