/**
 * What `--format` takes, as --help shows it: apart from the formats themselves, which take time to load.
 * The first one is used where none is named.
 */
export const REPORT_NAMES = ['csv', 'charts', 'html', 'markdown'] as const;
export const COMPARISON_FORMAT_NAMES = ['terminal', 'markdown', 'csv', 'html', 'json'] as const;
export const GATE_FORMAT_NAMES = [
  'terminal',
  'markdown',
  'json',
  'junit',
  'github',
  'github-action-benchmark',
  'github-action-benchmark-bigger',
  'bencher',
] as const;
export const AB_FORMAT_NAMES = [
  'terminal',
  'markdown',
  'html',
  'svg',
  'json',
  'junit',
  'github',
  'github-action-benchmark',
  'github-action-benchmark-bigger',
  'bencher',
] as const;
export const EXEC_FORMAT_NAMES = ['terminal', 'markdown', 'csv', 'json'] as const;
export const EXITS_FORMAT_NAMES = ['terminal', 'markdown', 'csv', 'json'] as const;
export const PREDICTION_FORMAT_NAMES = ['terminal', 'markdown', 'csv', 'json'] as const;
export const HISTORY_FORMAT_NAMES = ['terminal', 'markdown', 'csv', 'json', 'png'] as const;
