/** `fleet-submission.json`: what was submitted, where, and what it is called there. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { firstIssue, UserError } from '../errors.ts';
import { writeOrSay } from '../files.ts';
import { readTextAt } from '../results/folder.ts';

export const SUBMISSION = 'fleet-submission.json';
export const FORMAT = 'hvbench/fleet-submission@1';
/** Most hosts of one fleet. */
export const MOST_HOSTS = 10_000;
/** Far more than so many hosts need. */
const LARGEST_BYTES = 16 * 2 ** 20;

const TEXT = z.string().max(4096);
const WORD = z.string().min(1).max(1024);

/** The name of a host's folder. */
export const HOST_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

export const slurmOptions = z.strictObject({
  nodes: z.number().int().min(1).max(MOST_HOSTS).optional(),
  nodelist: TEXT.min(1).optional(),
  constraint: WORD.optional(),
  partition: WORD.optional(),
  time: WORD.optional(),
});
export type SlurmOptions = z.infer<typeof slurmOptions>;

export const sshOptions = z.strictObject({
  /** The file that was read. */
  hosts: TEXT.min(1),
});
export type SshOptions = z.infer<typeof sshOptions>;

export const kubernetesOptions = z.strictObject({
  nodes: z.number().int().min(1).max(MOST_HOSTS),
  image: WORD,
  claim: WORD,
  cpus: z.number().int().min(1).max(4096),
  memoryMib: z.number().int().min(1),
  kvmResource: WORD.optional(),
});
export type KubernetesOptions = z.infer<typeof kubernetesOptions>;

const entrySchema = z.strictObject({
  /** Of its folder below `hosts`. */
  name: z.string().regex(HOST_NAME),
  /** What the back end calls it: a job of Slurm, an address by SSH, a pod's number; null until it has one. */
  job: TEXT.nullable(),
  /** Why it could not be submitted. */
  error: TEXT.optional(),
});
export type SubmittedEntry = Readonly<z.infer<typeof entrySchema>>;

const common = {
  format: z.literal(FORMAT),
  /** 8 hexadecimal digits: part of what jobs, folders and pods are called. */
  id: z.string().regex(/^[0-9a-f]{8}$/),
  /** What each host runs, as a shell there reads it. */
  command: z.string().max(100_000),
  toolVersion: TEXT,
  submittedAt: z.iso.datetime(),
  entries: z.array(entrySchema).max(MOST_HOSTS),
};

const submissionSchema = z.discriminatedUnion('backEnd', [
  z.strictObject({ ...common, backEnd: z.literal('slurm'), options: slurmOptions }),
  z.strictObject({ ...common, backEnd: z.literal('ssh'), options: sshOptions }),
  z.strictObject({ ...common, backEnd: z.literal('kubernetes'), options: kubernetesOptions }),
]);
export type Submission = z.infer<typeof submissionSchema>;

/** A fleet as its folder has it. */
export interface SubmittedFleet {
  /** Absolute path. */
  readonly folder: string;
  readonly submission: Submission;
}

/** Throws UserError if the folder has a fleet already. */
export function expectNone(folder: string): void {
  if (existsSync(join(folder, SUBMISSION)))
    throw new UserError(`${folder} already holds a fleet: choose another --out`);
}

/** Throws UserError if it cannot be written. */
export function writeSubmission(folder: string, submission: Submission): void {
  const text = JSON.stringify(submission, null, 1);
  writeOrSay(join(folder, SUBMISSION), `${text}\n`, `the fleet to ${folder}`, 'choose another --out');
}

/** Throws UserError if there is no fleet in the folder, or none that can be read. */
export function readFleet(named: string): SubmittedFleet {
  const folder = resolve(named);
  const path = join(folder, SUBMISSION);
  const text = readTextAt(path, LARGEST_BYTES);
  if (text === null)
    throw new UserError(
      `there is no fleet in ${named}: name the folder that hvbench fleet submit --out made`,
    );
  const parsed = submissionSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const { where, what } = firstIssue(parsed.error);
    throw new UserError(`${path} is no submission of a fleet: ${where || 'it'}: ${what}`);
  }
  return { folder, submission: parsed.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
