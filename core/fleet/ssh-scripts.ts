/**
 * What a host of a fleet by SSH is told, as one line for whatever shell its user has. Its part lies in a folder of the
 * fleet in the user's home: the names in there, and the fleet's, are harmless words.
 */

const quoted = (script: string) => `sh -c '${script}'`;

/** Tenths of a second for the script to begin. */
const BEGIN_TENTHS = 100;
/** Seconds for a command that was told to end, to end in order. */
export const GRACE_SECONDS = 20;

const folderOf = (id: string) => `hvbench-fleet-${id}`;
const settings = (id: string, name: string) =>
  `d="$HOME/${folderOf(id)}"; n="${name}"; h="$d/hosts/$n"; p="$(cat "$h/pid" 2>/dev/null)"`;
/** Whether the process of the number is still the fleet's: numbers are used again. */
const lives = (id: string) => `[ -n "$p" ] && grep -qs ${folderOf(id)} "/proc/$p/cmdline"`;

/** Takes the script of so many bytes from standard input, and starts it in a session of its own, which outlives this one. */
export function startCommand(id: string, name: string, bytes: number): string {
  return quoted(
    [
      `${settings(id, name)}; umask 077; mkdir -p "$d" || exit 1`,
      'if ! command -v setsid >/dev/null; then echo "setsid not found: apt-get install util-linux" >&2; exit 1; fi',
      `head -c ${bytes} > "$d/$n.sh" || exit 1`,
      `if [ "$(wc -c < "$d/$n.sh")" -ne ${bytes} ]; then echo "the copy of its script is incomplete" >&2; exit 1; fi`,
      'nohup setsid sh "$d/$n.sh" "$d" "$n" </dev/null >/dev/null 2>&1 & i=0',
      `until [ -s "$h/pid" ] || [ $i -ge ${BEGIN_TENTHS} ]; do sleep 0.1; i=$((i + 1)); done`,
      'if [ ! -s "$h/pid" ]; then echo "its script did not begin" >&2; exit 1; fi',
    ].join('; '),
  );
}

/** Prints `done CODE`, `running`, `gone` (it ended without a word) or `absent`. */
export function askCommand(id: string, name: string): string {
  return quoted(
    [
      settings(id, name),
      'if [ -s "$h/exit-code" ]; then echo "done $(head -c 8 "$h/exit-code")"',
      `elif ${lives(id)}; then echo running`,
      'elif [ -d "$h" ]; then echo gone; else echo absent; fi',
    ].join('; '),
  );
}

/** Ends the command in order, or all of it at once if that takes too long. Prints `ended`, `killed` or `over`. */
export function cancelCommand(id: string, name: string): string {
  return quoted(
    [
      settings(id, name),
      `if ! { ${lives(id)}; }; then echo over; exit 0; fi`,
      'kill -TERM "-$p"; i=0',
      `while ${lives(id)} && [ $i -lt ${GRACE_SECONDS * 10} ]; do sleep 0.1; i=$((i + 1)); done`,
      `if ${lives(id)}; then kill -KILL "-$p"; echo killed; else echo ended; fi`,
    ].join('; '),
  );
}

/** Prints an archive (tar) of what it has left. */
export function archiveCommand(id: string, name: string): string {
  return quoted(`${settings(id, name)}; cd "$d/hosts" && tar -cf - "$n"`);
}

/** Removes it. */
export function clearCommand(id: string, name: string): string {
  return quoted(`${settings(id, name)}; rm -rf "$h" "$d/$n.sh"; rmdir "$d/hosts" "$d" 2>/dev/null; true`);
}
