import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Stands for Debian's programs, in a folder that comes first on PATH; no network is used. */
export interface FakeApt {
  /** A PATH that finds them first. */
  readonly path: string;
  /**
   * Offers a metapackage, the package that it depends on, and in that these files of /boot. With `modules`, that depends on
   * a package of these files, by their paths.
   */
  offer(
    metapackage: string,
    name: string,
    version: string,
    boot: Record<string, Buffer>,
    modules?: { readonly name: string; readonly files: Record<string, string> },
  ): Promise<void>;
  /** Replaces what a program does for a command (`apt-get`, `download`) by a line of shell. */
  override(program: string, command: string, line: string): Promise<void>;
  /** The commands so far. */
  log(): Promise<string[]>;
}

export async function fakeApt(folder: string): Promise<FakeApt> {
  const bin = join(folder, 'bin');
  const offers = join(folder, 'offers');
  const written = join(folder, 'log');
  await mkdir(bin);
  await mkdir(offers);
  const program = async (name: string, line: string) => {
    // The options of a private state come first; the command is the first argument that is not of them.
    const skip = 'while [ "$1" = -c ] || [ "$1" = -o ]; do shift 2; done';
    const script = `#!/bin/sh\n${skip}\necho "${name} $*" >> '${written}'\n`;
    const overridden = `[ ! -e '${folder}/${name} '"$1" ] || . '${folder}/${name} '"$1"\n`;
    await writeFile(join(bin, name), `${script}${overridden}${line}\n`);
    await chmod(join(bin, name), 0o755);
  };
  await program('apt-get', `[ "$1" = update ] || cp "${offers}/$3.tar" package.deb`);
  const unknown = '{ echo "N: Unable to locate $3" >&2; echo "E: No packages found" >&2; exit 100; }';
  await program('apt-cache', `cat "${offers}/$3" 2>/dev/null || ${unknown}`);
  // A package of ours is nothing but its files.
  await program('dpkg-deb', 'cat "$2"');
  return {
    path: `${bin}${delimiter}${process.env.PATH}`,
    async offer(metapackage, name, version, boot, modules) {
      const pack = async (packed: string, contents: Record<string, Buffer | string>) => {
        const files = join(folder, `files of ${packed}`);
        await mkdir(join(files, 'boot'), { recursive: true });
        await mkdir(join(files, 'lib/modules'), { recursive: true });
        for (const [file, content] of Object.entries(contents)) {
          await mkdir(dirname(join(files, file)), { recursive: true });
          await writeFile(join(files, file), content);
        }
        await promisify(execFile)('tar', ['-C', files, '-cf', join(offers, `${packed}=${version}.tar`), '.']);
      };
      await pack(name, Object.fromEntries(Object.entries(boot).map(([file, one]) => [`boot/${file}`, one])));
      const describe = (of: string, depends: string) =>
        writeFile(
          join(offers, of),
          `Package: ${of}\nVersion: ${version}\nDepends: ${depends}\nDescription: a kernel\n`,
        );
      await describe(metapackage, `${name} (= ${version})`);
      await describe(name, ['kmod, linux-base (>= 4.3~)', modules?.name ?? []].flat().join(', '));
      if (!modules) return;
      await pack(modules.name, modules.files);
      await describe(modules.name, '');
    },
    async override(name, command, line) {
      await writeFile(join(folder, `${name} ${command}`), `${line}\n`);
    },
    async log() {
      const text = await readFile(written, 'utf8').catch(() => '');
      return text.split('\n').filter((line) => line !== '');
    },
  };
}
