import type { Host } from '../host/host.ts';

/** Asks something of a host once for each key, and remembers the answer. */
export function onceFor<Key extends readonly unknown[], Answer>(
  ask: (host: Host, ...key: Key) => Promise<Answer>,
  nameOf: (host: Host, ...key: Key) => string = () => '',
): (host: Host, ...key: Key) => Promise<Answer> {
  const hosts = new WeakMap<Host, Map<string, Promise<Answer>>>();
  return (host, ...key) => {
    const answers = hosts.get(host) ?? new Map<string, Promise<Answer>>();
    hosts.set(host, answers);
    const name = nameOf(host, ...key);
    const answer = answers.get(name) ?? ask(host, ...key);
    answers.set(name, answer);
    return answer;
  };
}
