/**
 * What runs in an emulated computer: a script of its first process. It starts the command, passes on what it writes, and
 * tells how it ended. A shell does it: another Node.js would take seconds to start under emulation.
 */
import { quoted } from '../host/advice.ts';

/** Numbers of the virtio ports; the kernel names them /dev/vport0pN. */
export const PORTS = { output: 1, errors: 2, control: 3 } as const;
const port = (number: number) => `/dev/vport0p${number}`;

/** What it may be asked on the control port, a line each. */
export type Request = 'ping' | 'look' | 'end';

/** Where the script finds what has been written over this computer's files. */
export const CHANGED = '/dev/changed';
/** Of files that are lost, this many are named. */
const MOST_LOST = 5;

export interface Session {
  readonly argv: readonly string[];
  /** Whether it runs in dom0 of Xen: else KVM is there. */
  readonly onXen: boolean;
  /** The working directory. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Stands behind all that the command wrote, on both streams: nothing that it writes itself. */
  readonly mark: string;
}

const KVM_FOUND = 'read -r found </sys/module/kvm_amd/parameters/npt';
const XEN_FOUND = `
cd /sys/hypervisor
read -r found <type; read -r major <version/major; read -r minor <version/minor; read -r extra <version/extra
found="$found $major.$minor$extra"`.trimStart();

/**
 * Shows what the kernel waits for and what runs, by what a shell has built in: where the computer is in trouble, a program
 * may not start any more.
 */
const LOOK = `
look() {
  echo 7 >/proc/sys/kernel/printk
  echo w >/proc/sysrq-trigger
  for at in /proc/[0-9]*; do
    words= stat= place=
    read -r words <$at/cmdline
    [ -n "$words" ] || continue
    read -r stat <$at/stat
    read -r place <$at/wchan
    rest=\${stat##*) }
    echo "process \${at#/proc/} (\${rest%% *}, in \${place:-0}): $words"
  done
} 2>/dev/null`.trimStart();

/** Names that a shell can export: others, such as functions of bash, stay outside. */
const NAME = /^[A-Za-z_]\w*$/;

/**
 * The script, for /bin/sh. On the control port it writes `ready NPT` or `ready xen VERSION`, `lost PATH` for files that end
 * with the computer, and `exit CODE`. There it reads what it is asked: `ping` is answered with `alive LOADAVG`, `look` has
 * it show on the console what runs, and `end` has the command end as by a user's wish.
 */
export function sessionScript({ argv, onXen, folder, environment, mark }: Session): string {
  const variables = Object.entries(environment).filter(([name]) => NAME.test(name));
  return `
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
tries=0
until [ -c ${port(PORTS.control)} ]; do
  tries=$((tries + 1))
  if [ $tries -gt 300 ]; then echo 'hvbench: no channel to the outside'; exit 1; fi
  sleep 0.1
done
# These files say that this is a container, of which the emulated computer knows nothing.
rm -f /.dockerenv /run/.containerenv
exec 3>${port(PORTS.output)} 4>${port(PORTS.errors)} 5<>${port(PORTS.control)}
${onXen ? XEN_FOUND : KVM_FOUND}
echo "ready $found" >&5
mkfifo /dev/shm/output /dev/shm/errors
# A port takes 32 KiB at once: cat writes the rest as well.
cat </dev/shm/output >&3 & output=$!
cat </dev/shm/errors >&4 & errors=$!
(
  exec 3>&- 4>&- 5>&- >/dev/shm/output 2>/dev/shm/errors </dev/null
  rm /dev/shm/output /dev/shm/errors /dev/shm/session
  unset tries found major minor extra output errors
${variables.map(([name, value]) => `  export ${name}=${quoted(value)}\n`).join('')}  cd ${quoted(folder)} && exec ${argv.map(quoted).join(' ')}
) & child=$!
${LOOK}
(while read -r request <&5; do
  case $request in
    # To read this file makes each CPU work. One whose interrupt got lost takes that up with the next one.
    ping) read -r _ </proc/sys/vm/stat_refresh; read -r load </proc/loadavg; echo "alive $load" >&5 ;;
    look) look >/dev/console ;;
    end) kill -TERM $child ;;
  esac
done) &
wait $child; code=$?
# What it has started and left would keep its output open.
(sleep 10; kill $output $errors) 2>/dev/null &
wait $output $errors
find ${quoted(CHANGED + folder)} -name .cache -prune -o -type f -print 2>/dev/null | head -n ${MOST_LOST} |
  while read -r path; do echo "lost \${path#${CHANGED}}" >&5; done
printf %s ${mark} >&3
printf %s ${mark} >&4
echo "exit $code" >&5
while :; do sleep 3600; done
`;
}
