/** What is mounted where, as /proc/self/mountinfo tells: proc(5). */
export interface Mount {
  readonly at: string;
  readonly type: string;
}

/** In the order in which they were mounted. Lines of another shape are left out. */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const at = before.split(' ')[4];
    const type = after.split(' ')[0];
    return at && type
      ? [
          {
            at: at.replace(/\\([0-3][0-7]{2})/g, (_, octal) =>
              String.fromCharCode(Number.parseInt(octal, 8)),
            ),
            type,
          },
        ]
      : [];
  });
}
