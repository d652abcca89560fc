/** Where in a JSON Schema a list has no end, by the names that lead to it. */
export function endless(schema: unknown, path = ''): string[] {
  if (schema === null || typeof schema !== 'object') return [];
  const { type, maxItems, prefixItems } = schema as Readonly<Record<string, unknown>>;
  // A tuple is as long as it is.
  const open = type === 'array' && typeof maxItems !== 'number' && prefixItems === undefined;
  return [
    ...(open ? [path] : []),
    ...Object.entries(schema).flatMap(([name, part]) => endless(part, `${path}/${name}`)),
  ];
}
