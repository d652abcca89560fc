/** What options of variants are: each as text, as the command line has it, or in the shape of a configuration. */
import { z } from 'zod';

const LONGEST = 4096;
const MOST_WORDS = 256;
const word = z
  .string()
  .min(1, 'must not be empty')
  .max(LONGEST)
  .refine((text) => !text.includes('\0'), 'must hold no NUL');

/** A path or, for a program, a name that is looked for on the PATH. */
export const pathOption = word;
/** Arguments: a list, or a text with spaces between them; quotes keep spaces. */
export const wordsOption = z.union(
  [z.array(word).max(MOST_WORDS), word.transform(splitWords).pipe(z.array(word).max(MOST_WORDS))],
  'must be a list, or one text with spaces between arguments',
);
/** Variables: an object, or assignments with spaces between them. */
export const environmentOption = z
  .union(
    [
      z.record(z.string(), z.string().max(LONGEST)),
      wordsOption.transform((words, context) => {
        const pairs = words.map((one): [string, string] => {
          const at = one.indexOf('=');
          if (at < 1) context.addIssue(`must be NAME=VALUE, not ${one}`);
          return [one.slice(0, Math.max(at, 0)), one.slice(at + 1)];
        });
        return Object.fromEntries(pairs);
      }),
    ],
    'must be an object of variables, or NAME=VALUE with spaces between them',
  )
  .refine(
    (variables) => Object.keys(variables).every((name) => /^[A-Za-z_]\w*$/.test(name)),
    'must have names of letters, digits and _',
  );

/** Words with white space between them; single or double quotes keep it, and stand for nothing else. */
export function splitWords(text: string): string[] {
  const words = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words.map((one) => one.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single));
}
