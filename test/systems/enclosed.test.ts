/** Where namespaces are had in another way, in part or not at all: chroots, masked /proc, limits; and folders under no overlay. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ExecResult, execSchema } from '../../core/results/exec-schema.ts';
import { hvbench, MAIN, ROOT, readResult, temporaryFolder } from '../cli/command.ts';
import { umlIsUsable } from '../linux.ts';
import { requireOrSkip } from '../require.ts';
import { mountsArePermitted } from './land.ts';

const folder = temporaryFolder();
chmodSync(folder, 0o777);
const ONCE = ['--runs', '1', '--warmup', '0'];
const noMounts = requireOrSkip('unshare', mountsArePermitted);
const AS_NOBODY = 'setpriv --reuid 65534 --regid 65534 --clear-groups'.split(' ');
const canBecome = spawnSync('setpriv', [...AS_NOBODY.slice(1), 'test', '-r', MAIN]).status === 0;

/** A command and what it needs around it, as arguments of `sh -c`. */
const script = (text: string, ...args: string[]) => ['sh', '-ec', text, 'sh', ...args];
const ownMounts = (text: string, ...args: string[]) => ['unshare', '-m', ...script(text, ...args)];

/**
 * A chroot into a folder with this system's files, this project and `folder`. All mounts are shared, as systemd makes
 * them: one that is made in there must not be seen outside, and exit code 99 says that one was.
 */
function inChroot(name: string, isMountPoint: boolean): string[] {
  const land = join(folder, name);
  mkdirSync(land);
  return [
    ...[
      'env',
      `LAND=${land}`,
      `PROJECT=${ROOT.replace(/\/$/, '')}`,
      `FOLDER=${folder}`,
      `NODE=${process.execPath}`,
    ],
    ...ownMounts(`mount --make-rshared /
      ${isMountPoint ? 'mount --bind "$LAND" "$LAND"' : ''}
      cd "$LAND"
      mkdir -p usr etc proc sys dev tmp root; chmod 1777 tmp; mkdir -p "./$PROJECT" "./$FOLDER" "./$(dirname "$NODE")"
      for link in bin sbin lib lib64; do [ ! -L /$link ] || cp -P /$link .; done
      for path in usr etc "$PROJECT" "$FOLDER"; do mount --bind "/$path" "./$path"; done
      for path in proc sys dev; do mount --rbind /$path $path; done
      [ -e ".$NODE" ] || { : > ".$NODE"; mount --bind "$NODE" ".$NODE"; }
      before=$(wc -l < /proc/self/mountinfo)
      set +e
      chroot . env -C "$FOLDER" TMPDIR=/tmp HOME=/root XDG_CACHE_HOME="$FOLDER/cache" "$@"
      code=$?
      [ "$before" = "$(wc -l < /proc/self/mountinfo)" ] || exit 99
      exit $code`),
  ];
}

function outputs(stdout: string): string[] {
  const { environments }: ExecResult = execSchema.parse(JSON.parse(stdout));
  return environments.map(({ id, status, stdout }) => `${id} ${status} ${stdout}`);
}

describe.skipIf(noMounts)('in a chroot', () => {
  const guests = ['control', 'container', ...(requireOrSkip('uml', umlIsUsable) ? [] : ['uml'])];

  test.each([
    ['whose root is no mount point', false],
    ['whose root is a mount point', true],
  ])(
    '%s root measures commands, workloads, and changes no mounts outside',
    { timeout: 240_000 },
    async (name, isMountPoint) => {
      const command = ['sh', '-c', 'pwd; echo text > chroot-file && cat chroot-file'];
      const all = await hvbench(
        ['exec', '--hypervisor', guests.join(), ...ONCE, '--json', '--', ...command],
        {
          cwd: folder,
          under: inChroot(`exec ${name}`, isMountPoint),
        },
      );
      expect(all.code, all.stderr).toBe(0);
      expect(outputs(all.stdout)).toEqual(['native', ...guests].map((id) => `${id} ok ${folder}\ntext\n`));
      expect(existsSync(join(folder, 'chroot-file'))).toBe(false);

      const out = join(folder, `out ${isMountPoint}`);
      const work = '--suite system --workload null --isa x86_64 --profile quick --budget 1'.split(' ');
      const run = await hvbench(['run', ...work, '--hypervisor', guests.join(), '--out', out], {
        cwd: folder,
        under: inChroot(`run ${name}`, isMountPoint),
      });
      expect(run.code, run.stderr).toBe(0);
      expect(
        readResult(out)
          .measurements.map(({ hypervisor, status }) => `${hypervisor} ${status}`)
          .sort(),
      ).toEqual(['native', ...guests].map((id) => `${id} ok`).sort());
    },
  );

  test.skipIf(requireOrSkip('nobody', canBecome))(
    'others than root are told that it takes root',
    async () => {
      mkdirSync(join(folder, 'cache'), { recursive: true });
      const under = [
        ...inChroot('nobody', false),
        ...AS_NOBODY,
        'env',
        `XDG_CACHE_HOME=${folder}/nobody-cache`,
      ];
      const { code, stderr } = await hvbench(['exec', '--hypervisor', 'control', ...ONCE, '--', 'true'], {
        cwd: folder,
        under,
      });
      expect(code, stderr).toBe(2);
      expect(stderr.trim().split('\n').at(-1)).toBe(
        "hvbench: the command cannot be run natively: this is a chroot, where Linux allows no user namespaces: run hvbench as root; namespaces keep a command off the host's files; try: sudo npx hvbench …",
      );
    },
  );
});

describe.skipIf(noMounts)('what is refused is told by what refused it', () => {
  const refused = async (under: string[]) => {
    const { code, stderr } = await hvbench(['exec', '--hypervisor', 'control', ...ONCE, '--', 'true'], {
      cwd: folder,
      under,
    });
    expect(code, stderr).toBe(2);
    return stderr.trim().split('\n').at(-1);
  };
  const COVER = 'mount --bind /dev/null /proc/keys; mount -t tmpfs -o ro none /proc/fs';
  const ROOTLESS = 'exec unshare --user --map-root-user -m "$@"';

  test('a rootless container with a masked /proc', async () => {
    expect(await refused(ownMounts(`${COVER}; ${ROOTLESS}`))).toMatch(
      /^hvbench: the command cannot be run natively: (something|this container, .*,) covers parts of \/proc \(\/proc\/keys and 1 more\), so Linux allows no other \/proc mount(; try: .*)?$/,
    );
  });

  test('such a container of Podman', async () => {
    const mark = 'mount -t tmpfs none /run; mkdir /run/systemd; echo podman > /run/systemd/container';
    expect(await refused(ownMounts(`${mark}; ${COVER}; ${ROOTLESS}`))).toMatch(
      /: this container, podman \(\/run\/systemd\/container\), covers parts of \/proc .*; try: podman run --security-opt unmask=ALL …$/,
    );
  });

  test.each([
    ['mnt', 'mount'],
    ['pid', 'PID'],
    ['net', 'network'],
  ])('a limit of %s namespaces', async (kind, word) => {
    const setting = `user.max_${kind}_namespaces`;
    const limit = `echo 0 > /proc/sys/user/max_${kind}_namespaces; exec "$@"`;
    expect(await refused(['unshare', '--user', '--map-root-user', ...script(limit)])).toMatch(
      `: this system does not allow ${word} namespaces (${setting} is 0); namespaces keep a command off the host's files; try: sudo sysctl -w ${setting}=15000`,
    );
  });

  test('a system without /dev/shm', async () => {
    const hide =
      'mount -t tmpfs none /dev; for name in null zero full random urandom tty; do : > /dev/$name; mount --bind "$DEV/$name" /dev/$name; done; exec "$@"';
    const keep = `DEV=${folder}/dev; export DEV; mkdir -p "$DEV"; mount --rbind /dev "$DEV"; ${hide}`;
    expect(await refused(ownMounts(keep))).toMatch(/: there is no \/dev\/shm; try: mkdir \/dev\/shm$/);
  });
});

describe.skipIf(noMounts)('a working folder', () => {
  const overlaid = (levels: number) => {
    const layers = Array.from({ length: levels }, (_, level) => {
      const at = `$M/${level + 1}`;
      return `mkdir $M/${level + 1} $M/upper${level} $M/work${level}; mount -t overlay -o lowerdir=$M/${level},upperdir=$M/upper${level},workdir=$M/work${level} overlay ${at}`;
    });
    return ownMounts(`M=${folder}/overlays; mkdir -p $M; mount -t tmpfs none $M; mkdir $M/0; : > $M/0/file
      ${layers.join('\n')}
      cd $M/${levels}; exec "$@"`);
  };
  const write = [
    'exec',
    '--hypervisor',
    'control',
    ...ONCE,
    '--json',
    '--',
    'sh',
    '-c',
    'echo text > file && cat file',
  ];

  test('on an overlay is written to', async () => {
    const { code, stdout, stderr } = await hvbench(write, { cwd: folder, under: overlaid(1) });
    expect(code, stderr).toBe(0);
    expect(outputs(stdout)).toEqual(['native ok text\n', 'control ok text\n']);
    expect(stderr).not.toMatch(/can only be read/);
  });

  test('on two overlays can only be read natively, which is told', async () => {
    const said =
      /2 lies on overlay \(mounted at .*\/overlays\/2\), and Linux does not stack a third overlay on two: natively/;
    const { code, stdout, stderr } = await hvbench(write, { cwd: folder, under: overlaid(2) });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^note: /m);
    expect(stderr).toMatch(said);
    expect(execSchema.parse(JSON.parse(stdout)).environments[0]?.notes.join()).toMatch(said);
    const out = join(folder, 'read');
    const read = await hvbench(
      ['exec', '--hypervisor', 'control', ...ONCE, '--out', out, '--', 'cat', 'file'],
      {
        cwd: folder,
        under: overlaid(2),
      },
    );
    expect(read.code, read.stderr).toBe(0);
    expect(read.stdout.replace(/\s+/g, ' ')).toMatch(/native: \S+ lies on overlay .*can only read/);
    expect(readFileSync(join(out, 'summary.md'), 'utf8')).toMatch(said);
  });

  test('with a mount point below it is told', async () => {
    const under = ownMounts(
      `mkdir -p ${folder}/above/below; mount -t tmpfs none ${folder}/above/below; cd ${folder}/above; exec "$@"`,
    );
    const { code, stderr } = await hvbench(['exec', '--hypervisor', 'control', ...ONCE, '--', 'true'], {
      cwd: folder,
      under,
    });
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(
      /^note: there is a mount point below \S+\/above \(\S+\/above\/below\): natively, the command can only read/m,
    );
  });
});
