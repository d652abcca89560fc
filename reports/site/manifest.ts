/** What a site is made of, so that the next build makes only what is new. It names no path of who built it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { digestFile } from './names.ts';
import { type Digest, digestSchema } from './summary.ts';

export const MANIFEST = 'manifest.json';
const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));

export const manifestSchema = z.strictObject({
  schema: z.literal('hvbench/site@1'),
  /** Of everything but results that pages depend on: other builders make other pages. */
  builder: hex(64),
  /** By the SHA-256 of the file that was read: the id of its pages. */
  results: z.record(hex(64), hex(16)),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Null if there is none, or one that cannot be read: then everything is made anew. */
export function readManifest(site: string): Manifest | null {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(join(site, MANIFEST), 'utf8')));
  } catch {
    return null;
  }
}

const BEGIN = 'hvbench(';
const END = ');\n';

/** A script that hands what the site knows of a result to the page that compares. `json` may hold no end of a script. */
export const digestScript = (json: string): string => `${BEGIN}${json}${END}`;

/** What is kept of a result; null if that is missing or damaged: then it is made anew. */
export function readDigest(site: string, id: string): Digest | null {
  try {
    const text = readFileSync(join(site, digestFile(id)), 'utf8');
    const digest = digestSchema.parse(JSON.parse(text.slice(BEGIN.length, -END.length)));
    return digest.summary.id === id ? digest : null;
  } catch {
    return null;
  }
}
