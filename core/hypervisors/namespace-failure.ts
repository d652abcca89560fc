/** What programs say when they could have no namespaces, as namespace-advice.ts takes it. */
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import type { NamespaceFailure } from '../host/namespace-advice.ts';

/** A line of the program that does steps (suites/runtime/linux/steps.c): "mount /dev/shm: error 2". */
export function stepFailure(line: string, user: boolean): NamespaceFailure | null {
  const [, step = '', what = '', number] = /^(\w+) (.*): error (\d+)$/.exec(line.trim()) ?? [];
  if (number === undefined) return null;
  const code = Object.entries(constants.errno).find(([, value]) => value === Number(number))?.[0] ?? null;
  const place = what === step ? '' : ` ${what}`;
  return { step: kindOf(step, what), user, code, said: `${step}${place}: ${code ?? `error ${number}`}` };
}

function kindOf(step: string, what: string): NamespaceFailure['step'] {
  if (step === 'unshare' || step === 'fork') return 'unshare';
  if (step === 'write') return 'map';
  if (step === 'mount') return what.endsWith('/proc') ? 'proc' : 'mount';
  return step === 'private' || step === 'readable' || step === 'readonly' || step === 'device'
    ? 'mount'
    : 'other';
}

/** What util-linux's unshare said: "unshare: write failed /proc/self/uid_map: Operation not permitted". */
export function unshareFailure(text: string, user: boolean): NamespaceFailure {
  const line = text.split('\n').find((each) => each.startsWith('unshare: ')) ?? '';
  const [, doing = '', why = ''] = /^unshare: (.*): ([^:]*)$/.exec(line) ?? [];
  const code = codeOf(why);
  const said = doing === '' ? 'unshare' : `unshare: ${doing}: ${code ?? why}`;
  if (/\/(?:setgroups|uid_map|gid_map)\b/.test(doing)) return { step: 'map', user, code, said };
  if (/mount \/proc/.test(doing)) return { step: 'proc', user, code, said };
  if (/mount|propagation/.test(doing)) return { step: 'mount', user, code, said };
  return { step: 'unshare', user, code, said };
}

/** The name of an error in words of the C library. */
function codeOf(words: string): string | null {
  const found = [...getSystemErrorMap().values()].find(([, text]) => text === words.toLowerCase());
  return found?.[0] ?? null;
}
