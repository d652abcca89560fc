/** Another QEMU than this computer's: that of Debian's backports, unpacked into a folder, with what it needs beside it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from '../core/host/execute.ts';
import { aptIsUsable } from './apt.ts';
import { LANDS } from './systems/land.ts';

const RELEASE = 'bookworm';
const PLACE = join(LANDS, `qemu-${RELEASE}-backports`);
const LIMIT_MS = 120_000;

/** Kept from one test run to the next. */
export const otherQemuIsUsable = existsSync(PLACE) || (aptIsUsable && isRelease());

function isRelease(): boolean {
  return new RegExp(`^VERSION_CODENAME=${RELEASE}$`, 'm').test(readFileSync('/etc/os-release', 'utf8'));
}

/** As a variant takes it, without its name: `qemu-tcg,program=…`. Fetched (20 MB) if it is not there yet. */
export async function otherQemu(): Promise<string> {
  if (!existsSync(PLACE)) await fetchQemu();
  const libraries = `${PLACE}/usr/lib/x86_64-linux-gnu`;
  return `qemu-tcg,program=${PLACE}/usr/bin/qemu-system-x86_64,libraryPath=${libraries},firmware=${PLACE}/usr/share/qemu`;
}

/** By apt with a state of its own; installed packages of this computer count as there, and nothing is installed. */
async function fetchQemu(): Promise<void> {
  mkdirSync(LANDS, { recursive: true });
  const work = mkdtempSync(join(LANDS, 'building-'));
  try {
    for (const folder of ['lists/partial', 'archives/partial', 'root'])
      mkdirSync(join(work, folder), { recursive: true });
    const source = (suite: string) =>
      `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${archive()} ${suite} main\n`;
    writeFileSync(join(work, 'sources.list'), source(RELEASE) + source(`${RELEASE}-backports`));
    const own = [
      `Dir::Etc::SourceList=${work}/sources.list`,
      'Dir::Etc::SourceParts=/dev/null',
      `Dir::State::Lists=${work}/lists`,
      `Dir::Cache=${work}`,
      'APT::Sandbox::User=root',
      'Debug::NoLocking=true',
    ].flatMap((option) => ['-o', option]);
    const apt = (...args: string[]) =>
      execute('apt-get', ['-qq', ...own, ...args], { timeoutMs: LIMIT_MS, maxBytes: 1 << 22 });
    await apt('update');
    const suite = ['-t', `${RELEASE}-backports`];
    await apt('install', '--yes', '--download-only', '--no-install-recommends', ...suite, 'qemu-system-x86');
    const unpack = 'for file in archives/*.deb; do dpkg-deb -x "$file" root; done';
    await execute('sh', ['-ec', unpack], { cwd: work, timeoutMs: LIMIT_MS });
    renameSync(join(work, 'root'), PLACE);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The archive of this system's own release, as its apt knows it. */
function archive(): string {
  const args = ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages', `Codename: ${RELEASE}`];
  const [uri] = spawnSync('apt-get', args, { encoding: 'utf8' }).stdout.split('\n');
  if (!uri) throw new Error(`apt names no archive of ${RELEASE}`);
  return uri;
}
