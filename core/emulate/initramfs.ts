/** What an emulated computer boots: our own first process, and steps that make this computer's files its root. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { cpio } from '../guest/cpio.ts';
import { KVM_AMD, namesIn } from '../guest/modules.ts';
import { CLONE, encodeSteps, MS, type Step } from '../guest/steps.ts';
import { HOST, overlay } from '../hypervisors/host-files.ts';
import { type OwnFiles, ownPath } from './own-files.ts';
import { CHANGED } from './session-script.ts';

const OWN = '/hvbench';
const ROOT = `${OWN}/root`;
const LAYER = `${OWN}/layer`;
const SCRIPT = '/dev/shm/session';

/** The name by which the root of this computer's files is mounted; and of a folder that is written to, by its number. */
export const ROOT_TAG = 'host';
export const shareTag = (index: number): string => `share${index}`;

/** The most that virtio's 9p takes at once, bytes: it uses less where its ring is smaller. */
const MESSAGE_BYTES = 512_000;
const NINE_P = `trans=virtio,version=9p2000.L,msize=${MESSAGE_BYTES}`;

export interface Boot {
  /** The static program that does steps. */
  readonly program: string;
  readonly modules: readonly string[];
  /** Whether KVM uses nested paging, if the CPU has it. */
  readonly nested: boolean;
  /** Folders that are written to. */
  readonly shares: readonly string[];
  readonly script: string;
  /** What it has in memory of this computer's files. */
  readonly own: OwnFiles;
}

export async function bootArchive({ program, modules, nested, shares, script, own }: Boot): Promise<Buffer> {
  const [kvm] = namesIn([KVM_AMD]);
  const steps: Step[] = [
    ...modules.map(
      (path): Step => ({
        ...{ do: 'module', path: `/${basename(path)}` },
        parameters: namesIn([path])[0] === kvm ? `npt=${nested ? 1 : 0}` : '',
      }),
    ),
    { do: 'directory', path: HOST },
    // The host may change a file meanwhile, and nobody here would see it: what is looked at was there before.
    { do: 'mount', source: ROOT_TAG, at: HOST, type: '9p', flags: MS.RDONLY, data: `${NINE_P},cache=loose` },
    { do: 'directory', path: OWN },
    { do: 'mount', source: 'tmpfs', at: OWN, type: 'tmpfs', data: 'mode=755,size=50%' },
    { do: 'directory', path: ROOT },
    ...overlay(HOST, ROOT, LAYER),
    ...own.places.map(
      (place): Step => ({ do: 'mount', source: ownPath(place), at: `${ROOT}${place}`, flags: MS.BIND }),
    ),
    ...systemFolders(),
    ...shares.flatMap((folder, index): Step[] => [
      ...foldersTo(folder),
      { do: 'mount', source: shareTag(index), at: `${ROOT}${folder}`, type: '9p', data: NINE_P },
    ]),
    { do: 'file', path: `${ROOT}${SCRIPT}` },
    { do: 'write', path: `${ROOT}${SCRIPT}`, text: script },
    // A first process has its root in common with the kernel's own, and cannot change it for itself.
    { do: 'unshare', flags: CLONE.FS },
    { do: 'root', path: ROOT },
    { do: 'loopback' },
    { do: 'run', argv: ['/bin/sh', SCRIPT] },
  ];
  const files = await Promise.all(
    modules.map(async (path) => ({
      ...{ path: basename(path), mode: 0o100600 },
      content: await readFile(path),
    })),
  );
  return cpio([
    { path: 'dev', mode: 0o040755 },
    // The kernel opens it for the first process.
    { path: 'dev/console', mode: 0o020600, device: { major: 5, minor: 1 } },
    { path: 'init', mode: 0o100755, content: await readFile(program) },
    { path: 'steps', mode: 0o100600, content: encodeSteps(steps) },
    ...files,
    ...own.entries,
  ]);
}

/** What every Linux has of its own, with all devices of this one. */
function systemFolders(): Step[] {
  return [
    { do: 'mount', source: 'proc', at: `${ROOT}/proc`, type: 'proc' },
    { do: 'mount', source: 'sysfs', at: `${ROOT}/sys`, type: 'sysfs' },
    { do: 'mount', source: 'devtmpfs', at: `${ROOT}/dev`, type: 'devtmpfs' },
    ...(['pts', 'shm'] as const).map((name): Step => ({ do: 'directory', path: `${ROOT}/dev/${name}` })),
    {
      ...{ do: 'mount', source: 'devpts', at: `${ROOT}/dev/pts`, type: 'devpts' },
      data: 'newinstance,ptmxmode=0666',
    },
    {
      ...{ do: 'mount', source: 'tmpfs', at: `${ROOT}/dev/shm`, type: 'tmpfs', flags: MS.NOSUID | MS.NODEV },
      data: 'mode=1777',
    },
    { do: 'link', to: '/proc/self/fd', path: `${ROOT}/dev/fd` },
    { do: 'directory', path: `${ROOT}${CHANGED}` },
    { do: 'mount', source: `${LAYER}-upper`, at: `${ROOT}${CHANGED}`, flags: MS.BIND },
  ];
}

/** A folder of the new root, and those that it is in, where they are not there. */
function foldersTo(folder: string): Step[] {
  const parts = folder.split('/').filter(Boolean);
  return parts.map((_, index) => ({
    ...({ do: 'directory' } as const),
    path: `${ROOT}/${parts.slice(0, index + 1).join('/')}`,
  }));
}
