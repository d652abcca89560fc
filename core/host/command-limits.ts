/** What this process may use, as /proc/self/limits tells: proc(5). */

export interface ResourceLimit {
  /** As in asm-generic/resource.h. */
  readonly resource: number;
  readonly soft: bigint;
  readonly hard: bigint;
}

/** Those that programs see: the size of the stack, of core files, and the number of open files. */
const RESOURCES: Readonly<Record<string, number>> = {
  'Max stack size': 3,
  'Max core file size': 4,
  'Max open files': 7,
};
/** RLIM64_INFINITY */
const UNLIMITED = 2n ** 64n - 1n;

/** Lines of another shape are left out. */
export function parseLimits(text: string): ResourceLimit[] {
  return text.split('\n').flatMap((line) => {
    const [, name = '', soft = '', hard = ''] =
      /^(.+?) {2,}(\d+|unlimited) +(\d+|unlimited)/.exec(line) ?? [];
    const resource = RESOURCES[name];
    if (resource === undefined) return [];
    const value = (field: string) => (field === 'unlimited' ? UNLIMITED : BigInt(field));
    return [{ resource, soft: value(soft), hard: value(hard) }];
  });
}
