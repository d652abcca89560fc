/** Fields that had another name in `hvbench/result@1`, `hvbench/journal@1` and their like of `hvbench exec`. */

type Fields = Readonly<Record<string, unknown>>;

function renamed(value: unknown, from: string, to: string): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, from)) return value;
  const { [from]: field, ...rest } = value as Fields;
  return { ...rest, [to]: field };
}

/** What the host itself runs under. */
export const renewedHost = (host: unknown): unknown => renamed(host, 'under', 'outerHypervisor');

/** What a hypervisor's guests saw of themselves. */
export const renewedEvidence = (hypervisor: unknown): unknown => renamed(hypervisor, 'inside', 'evidence');

/** The same of a list; what is no list is left for the schema to tell. */
export const renewedList = (list: unknown): unknown =>
  Array.isArray(list) ? list.map(renewedEvidence) : list;
