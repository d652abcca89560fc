/** The library's `history`: what does the work is loaded when it is called. */
import type { HistoryReport } from '../../reports/history/index.ts';
import type { History } from '../judge/history/parse.ts';
import type { Result } from '../results/schema.ts';
import { expectNode } from './expect-node.ts';
import type { HistoryAddition, HistoryAddOptions, HistoryShowOptions } from './history.ts';
import { type PluginOptions, partsWith } from './plugins.ts';

/** Results over time, a file for each host class: `hvbench history`. */
export const history = {
  /**
   * Adds results, each a result or its path. One that is there already is skipped, and said so. Throws UserError if a result
   * or a history cannot be read: then nothing is added to any. `commit` is null unless given: Git is not asked.
   */
  async add(
    results: readonly (string | Result)[],
    options: HistoryAddOptions & PluginOptions = {},
  ): Promise<HistoryAddition[]> {
    expectNode();
    const parts = await partsWith(options, 'history.add');
    return await (await import('./history.ts')).historyAdd(results, options, parts);
  },

  /** Every result of every host class in a folder (`history` unless named), the oldest first. Throws UserError. */
  async read(dir?: string): Promise<History[]> {
    expectNode();
    return (await import('./history.ts')).historyRead(dir);
  },

  /** Levels and changes of each row; overheads and changes are fractions. Throws UserError if nothing is as asked for. */
  async show(options: HistoryShowOptions = {}): Promise<HistoryReport> {
    expectNode();
    return (await import('./history.ts')).historyShow(options);
  },
};
