/**
 * The package manager of Debian and Ubuntu with a state of its own in a folder: it needs no root, and changes nothing of the
 * system. Sources and keys are the system's, so every list and package is verified as on any other day.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExecutionError, execute } from '../host/execute.ts';

const LIMIT_MS = 120_000;
/** A kernel with its modules may be 100 MB; apt itself gives up where nothing comes for half a minute. */
const DOWNLOAD_LIMIT_MS = 600_000;

export interface Package {
  readonly name: string;
  readonly version: string;
  /** Its field as apt prints it. */
  readonly depends: string;
}

export interface Apt {
  /** Fetches the lists; rejects with ExecutionError also where only one of several could not be fetched. */
  update(): Promise<void>;
  /** The version that would be installed of a package, or null where the lists have none. */
  find(name: string): Promise<Package | null>;
  /** Fetches exactly this version; returns the file's path. */
  download(wanted: Package): Promise<string>;
}

/** Sets it up for packages of an architecture, in an empty folder. */
export async function createApt(
  folder: string,
  architecture: string,
  signal?: AbortSignal | undefined,
): Promise<Apt> {
  const configuration = join(folder, 'apt.conf');
  const downloads = join(folder, 'downloads');
  await mkdir(join(folder, 'state/lists/partial'), { recursive: true });
  await mkdir(join(folder, 'cache/archives/partial'), { recursive: true });
  await mkdir(downloads);
  await writeFile(join(folder, 'state/status'), '');
  await writeFile(configuration, configure(architecture));
  // A configuration file cannot quote every path; an argument needs no quotes. It is read behind the system's.
  const own = ['-c', configuration, '-o', `Dir::State=${folder}/state`, '-o', `Dir::Cache=${folder}/cache`];
  const run = (command: string, args: readonly string[], timeoutMs = LIMIT_MS, cwd = downloads) =>
    execute(command, [...own, ...args], { cwd, timeoutMs, signal });

  return {
    async update() {
      await run('apt-get', ['update', '-qq']);
    },
    async find(name) {
      const text = await run('apt-cache', ['show', '--no-all-versions', name]).catch((error) => {
        // The code of apt-cache for a package that it does not know.
        if (error instanceof ExecutionError && error.code === 100) return '';
        throw error;
      });
      const field = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(text)?.[1] ?? '';
      const version = field('Version');
      return version === '' ? null : { name, version, depends: field('Depends') };
    },
    async download({ name, version }) {
      const place = join(downloads, name);
      await mkdir(place);
      await run('apt-get', ['download', '-qq', `${name}=${version}`], DOWNLOAD_LIMIT_MS, place);
      const [file] = (await readdir(place)).filter((each) => each.endsWith('.deb'));
      if (file === undefined) throw new ExecutionError(`apt-get downloaded no ${name}`, 0);
      return join(place, file);
    },
  };
}

function configure(architecture: string): string {
  return `
#clear APT::Architectures;
APT::Architecture "${architecture}";
APT::Architectures { "${architecture}"; };
// As whoever runs it: the user of its sandbox could not write here.
APT::Sandbox::User "root";
// What the system does after an update concerns the system's lists.
#clear APT::Update;
#clear AptCli::Hooks;
#clear Acquire::Languages;
Acquire::Languages "none";
Acquire::IndexTargets::deb-src::Sources::DefaultEnabled "false";
Dir::State::lists "lists";
Dir::State::status "status";
Dir::Cache::archives "archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
`;
}
