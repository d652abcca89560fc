/**
 * What the shell of the other computer is told. It may be any (a login shell is somebody's choice), so a script is one line
 * in single quotes, without `'`, `!`, `\` and line breaks, for a POSIX `sh`.
 */

/** Files by which a Linux computer describes itself, as far as machines by SSH tell of it. */
const FILES = [
  ...[
    'cpuinfo',
    'meminfo',
    'stat',
    'sys/kernel/ostype',
    'sys/kernel/osrelease',
    'sys/kernel/random/boot_id',
  ].map((name) => `/proc/${name}`),
  ...['/proc/xen/capabilities', '/etc/os-release', '/usr/lib/os-release'],
  ...['sys_vendor', 'product_name'].map((name) => `/sys/class/dmi/id/${name}`),
  ...['type', 'version/major', 'version/minor', 'version/extra', 'guest_type', 'properties/features'].map(
    (name) => `/sys/hypervisor/${name}`,
  ),
  '/sys/devices/system/clocksource/clocksource0/current_clocksource',
  '/sys/devices/system/cpu/online',
  '/sys/kernel/mm/transparent_hugepage/enabled',
] as const;

/** Of the CPU that measures there. */
const CPU_FILES = [
  'cache/index*/level',
  'cache/index*/type',
  'cache/index*/size',
  'cpufreq/scaling_governor',
];

/** Most of one file, bytes: the first CPU of many. */
const MOST_BYTES = 16_384;

/** What `uname -m` prints, the last CPU that a process may use, and who may write where locks are, as files of these names. */
export const ARCHITECTURE = '/@architecture';
export const LAST_CPU = '/@cpu';
export const LOCK_FOLDER = '/@locks';

const quoted = (script: string) => `sh -c '${script}'`;

/** Prints files, each behind a line of `mark` and its path; `ofCpu`: of the CPU that measures. */
export function describeScript(
  mark: string,
  files: readonly string[] = FILES,
  ofCpu: readonly string[] = CPU_FILES,
): string {
  const own = ofCpu.map((name) => `/sys/devices/system/cpu/cpu$c/${name}`);
  return quoted(
    [
      'c=0',
      `while read -r k v; do case "$k" in Cpus_allowed_list:) c="\${v##*[-,]}";; esac; done < /proc/self/status`,
      `echo; echo "${mark} ${ARCHITECTURE}"; uname -m`,
      `echo "${mark} ${LAST_CPU}"; echo "$c"; echo; echo "${mark} ${LOCK_FOLDER}"; ls -ld /run/lock/ 2>/dev/null`,
      `for f in ${[...files, ...own].join(' ')}; do if [ -r "$f" ]; then echo; echo "${mark} $f"; head -c ${MOST_BYTES} "$f" 2>/dev/null; fi; done`,
    ].join('; '),
  );
}

/** The texts that such a script has printed, by path, without white space at their ends. */
export function readDescription(printed: string, mark: string): ReadonlyMap<string, string> {
  const [, ...parts] = printed.split(`\n${mark} `);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end + 1).trim()] as const;
    }),
  );
}

/** Folders on the other computer in which a program may lie for a moment. */
const FOLDERS = [`"\${TMPDIR:-/tmp}"`, '/tmp', '/var/tmp', '/dev/shm', '"$HOME"'];

/** What a copy is called there: with the process that made it, so that a later one knows whether it is still at work. */
const COPY = '.hvbench-';

/**
 * Copies a program of so many bytes from standard input to where it can be executed, and becomes it, told `verb`; it
 * removes the copy itself. What broken copies have left is removed first.
 */
export function startScript(bytes: number, verb: string): string {
  return quoted(
    [
      'umask 077; g=; c() { if [ -n "$g" ]; then rm -rf "$g"; fi; }; trap c EXIT; trap "exit 1" HUP INT TERM',
      `for d in ${FOLDERS.join(' ')}; do if [ -d "$d" ] && [ -w "$d" ]; then ` +
        `for o in "$d"/${COPY}*; do if [ -d "$o" ]; then kill -0 "\${o##*-}" 2>/dev/null || rm -rf "$o" 2>/dev/null; fi; done; ` +
        `f="$d/${COPY}$$"; if mkdir "$f" 2>/dev/null; then ` +
        `if [ -z "$g" ]; then g="$f"; head -c ${bytes} > "$f/m" || exit 1; else mv "$g/m" "$f/m" && rm -rf "$g"; g="$f"; fi; ` +
        `if [ "$(wc -c < "$g/m")" -ne ${bytes} ]; then echo "hvbench: the copy of its program is incomplete" >&2; exit 1; fi; ` +
        `chmod 700 "$g/m"; if "$g/m" check 2>/dev/null; then exec "$g/m" ${verb}; fi; ` +
        'fi; fi; done',
      'echo "hvbench: nothing that is copied there can be executed: every folder is full, not writable, or mounted noexec" >&2; exit 126',
    ].join('; '),
  );
}
