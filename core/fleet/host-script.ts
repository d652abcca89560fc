/** What runs on each host of a fleet, whoever starts it there. */
import { quoted } from '../host/advice.ts';

/** Its file in the fleet's folder, if it is needed there. */
export const SCRIPT = 'host.sh';
/** Most of what the command writes that is kept, bytes. */
export const MOST_LOG = 1 << 20;

/** What a host leaves in its folder beside what `hvbench run` writes. */
export const LEFT = { log: 'log', exitCode: 'exit-code', host: 'host', pid: 'pid' } as const;

/** The line of a shell that a host runs; `hvbench` is one already. */
export const commandLine = (hvbench: string, argv: readonly string[]): string =>
  [hvbench, ...argv.map(quoted)].join(' ');

/**
 * The script, for `sh SCRIPT FOLDER [NAME]`: runs the command with `--out FOLDER/hosts/NAME`, and writes its exit code
 * there last, in one step. Without a name it is one of an array of Slurm or of an Indexed Job.
 */
export function hostScript(command: string): string {
  return `#!/bin/sh
# One host's part of a fleet, written by hvbench fleet submit.
fleet=$1
name=\${2:-task-\${SLURM_ARRAY_TASK_ID:-$JOB_COMPLETION_INDEX}}
here=$fleet/hosts/$name
# Who is told to end waits until the command has ended, which is told as well: its exit code is still to be written.
trap : HUP INT TERM
# A part that is begun again begins in a fresh folder; what it had before is kept.
if [ -e "$here" ]; then
  n=1
  while [ -e "$here.$n" ]; do n=$((n + 1)); done
  mv "$here" "$here.$n" || exit 2
fi
mkdir -p "$here" || exit 2
echo "\${SLURMD_NODENAME:-\${NODE_NAME:-$(uname -n)}}" >"$here/${LEFT.host}"
echo "$$" >"$here/${LEFT.pid}"
{
  trap : HUP INT TERM
  ${command} --out "$here" </dev/null
  echo "$?" >"$here/${LEFT.exitCode}.new"
} 2>&1 | {
  trap '' HUP INT TERM
  head -c ${MOST_LOG}
  cat >/dev/null
} >"$here/${LEFT.log}"
code=$(cat "$here/${LEFT.exitCode}.new") && mv "$here/${LEFT.exitCode}.new" "$here/${LEFT.exitCode}" || exit 2
exit "$code"
`;
}
