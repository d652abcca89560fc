/** What rows of any suite, and their metrics, are called. */
import { metricRowName, type NamedRow } from '../core/judge/compare/match-metrics.ts';

/** "boot/bare/warm, kvm (x86_64): ready" */
export function metricName(metric: NamedRow & { readonly title: string }): string {
  return `${metricRowName(metric)}: ${metric.title}`;
}

/** The same below the name of its suite: "bare/warm, kvm (x86_64): ready". */
export function nameInSuite(metric: NamedRow & { readonly title: string }): string {
  const name = metricName(metric);
  return name.startsWith(`${metric.suite}/`) ? name.slice(metric.suite.length + 1) : name;
}
