/** Names of files, made of digests alone: nothing that stands in a result becomes a part of a path. */
import { createHash } from 'node:crypto';

/** Hexadecimal SHA-256. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The first digits of the SHA-256 of some words, kept apart. */
export function shortDigest(words: readonly (string | number)[], digits = 12): string {
  return sha256(JSON.stringify(words)).slice(0, digits);
}

export const resultPage = (id: string) => `result/${id}.html`;
/** The copy of result.json. */
export const resultFile = (id: string) => `result/${id}.json`;
/** What the site itself knows of a result: its summary and its rows, which the page that compares loads. */
export const digestFile = (id: string) => `digest/${id}.js`;
export const classPage = (id: string) => `computer/${id}.html`;
export const hypervisorPage = (id: string) => `hypervisor/${shortDigest([id])}.html`;
export const claimPage = (key: string) => `claim/${key}.html`;

/** The folders of a site, whose files are all called after digests. */
export const FOLDERS = ['result', 'digest', 'computer', 'hypervisor', 'claim'] as const;
