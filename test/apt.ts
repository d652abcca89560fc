import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this is Debian with apt, and apt reaches its archive: the name `apt` of requireOrSkip. */
export const aptIsUsable = isDebian() && reachesArchive();

function isDebian(): boolean {
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** Asks apt's own downloader, which goes the way that the system's configuration says. */
function reachesArchive(): boolean {
  const uris = spawnSync('apt-get', ['update', '--print-uris'], { encoding: 'utf8', timeout: 20_000 }).stdout;
  const uri = /'(\S+\/InRelease)'/.exec(uris ?? '')?.[1];
  if (uri === undefined) return false;
  const folder = mkdtempSync(join(tmpdir(), 'hvbench-apt-'));
  try {
    const args = ['-o', 'APT::Sandbox::User=root', 'download-file', uri, join(folder, 'InRelease')];
    return spawnSync('/usr/lib/apt/apt-helper', args, { timeout: 30_000 }).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
