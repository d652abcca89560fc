/** What was found, as text. */
import { type ComparisonReport, comparisonFormats } from '../../reports/compare/index.ts';
import { execFormats } from '../../reports/exec/index.ts';
import { type ExitsReport, exitsFormats } from '../../reports/exits/index.ts';
import { fleetFormats } from '../../reports/fleet/index.ts';
import { gateFormats } from '../../reports/gate/index.ts';
import { type HistoryReport, historyFormats } from '../../reports/history/index.ts';
import { renderHtml } from '../../reports/html/index.ts';
import { printableJson } from '../../reports/json.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { type PredictionReport, predictionFormats } from '../../reports/predict/index.ts';
import { renderTerminal, type TerminalOptions } from '../../reports/terminal/index.ts';
import { UserError } from '../errors.ts';
import type { Gate } from '../judge/gate/gate.ts';
import type { ExecResult } from '../results/exec-schema.ts';
import { FLEET_SCHEMA, type Fleet } from '../results/fleet/schema.ts';
import type { Result } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';
import type { PluginOptions } from './plugins.ts';

/** Everything that can be told in text. */
export type Renderable =
  | Result
  | ExecResult
  | ComparisonReport
  | ExitsReport
  | PredictionReport
  | Gate
  | HistoryReport
  | Fleet;

/** Formats of each: what `--format` takes, and `terminal`, which the command prints. */
export type FormatOf<T extends Renderable> = T extends Result
  ? 'terminal' | 'markdown' | 'html' | 'json'
  : T extends Fleet
    ? 'terminal' | 'json' | 'csv' | 'hosts-csv' | 'markdown' | 'html' | 'svg'
    : T extends ExecResult
      ? 'terminal' | 'markdown' | 'csv' | 'json'
      : T extends ComparisonReport
        ? 'terminal' | 'markdown' | 'csv' | 'html' | 'json'
        : T extends HistoryReport | ExitsReport | PredictionReport
          ? 'terminal' | 'markdown' | 'csv' | 'json'
          :
              | 'terminal'
              | 'markdown'
              | 'json'
              | 'junit'
              | 'github'
              | 'github-action-benchmark'
              | 'github-action-benchmark-bigger'
              | 'bencher';

export interface RenderOptions extends PluginOptions {
  /** Whether `terminal` may use colours; no where left out. */
  readonly colour?: boolean;
  /** Columns of `terminal`; 120 if left out. */
  readonly width?: number;
}

type Formats<T> = Readonly<Record<string, (found: T, options: TerminalOptions) => string>>;

const resultFormats = ({ suites }: Parts): Formats<Result> => ({
  terminal: (result, options) => renderTerminal(result, options, suites),
  markdown: (result) => renderMarkdown(result, suites),
  html: (result) => renderHtml(result, suites),
  json: (result) => printableJson(result),
});

/**
 * The text of what was found, as the command prints or writes it; nothing in it can steer a terminal. Throws UserError for
 * a format that there is not.
 */
export function render(found: Renderable, format: string, options: RenderOptions, parts: Parts): string {
  const chosen: TerminalOptions = { colour: options.colour ?? false, width: options.width ?? 120 };
  if (isFleet(found)) return by(byName(fleetFormats), found, format, chosen);
  if ('environments' in found) return by(byName(execFormats), found, format, chosen);
  if ('measurements' in found) return by(resultFormats(parts), found, format, chosen);
  if ('classes' in found)
    return by(byName(historyFormats.filter((one) => one.kind === 'text')), found, format, chosen);
  if ('columns' in found) return by(byName(exitsFormats), found, format, chosen);
  if ('counted' in found) return by(byName(predictionFormats), found, format, chosen);
  if ('passed' in found) return by(byName(gateFormats), found, format, chosen);
  return by(byName(comparisonFormats), found, format, chosen);
}

/** A history has classes too. */
const isFleet = (found: Renderable): found is Fleet => 'schema' in found && found.schema === FLEET_SCHEMA;

function byName<T>(
  formats: readonly {
    readonly name: string;
    readonly render: (found: T, options: TerminalOptions) => string;
  }[],
): Formats<T> {
  return Object.fromEntries(formats.map((format) => [format.name, format.render]));
}

function by<T>(formats: Formats<T>, found: T, format: string, options: TerminalOptions): string {
  if (!Object.hasOwn(formats, format))
    throw new UserError(`unknown format '${format}': use one of ${Object.keys(formats).join(', ')}`);
  return formats[format]?.(found, options) ?? '';
}
