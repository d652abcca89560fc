import { expect, test } from 'vitest';
import { abFormats } from '../../reports/ab/index.ts';
import { comparisonFormats } from '../../reports/compare/index.ts';
import { execFormats } from '../../reports/exec/index.ts';
import { gateFormats } from '../../reports/gate/index.ts';
import { historyFormats } from '../../reports/history/index.ts';
import { reports } from '../../reports/index.ts';
import {
  AB_FORMAT_NAMES,
  COMPARISON_FORMAT_NAMES,
  EXEC_FORMAT_NAMES,
  GATE_FORMAT_NAMES,
  HISTORY_FORMAT_NAMES,
  REPORT_NAMES,
} from '../../reports/names.ts';

test.each([
  ['report', reports, REPORT_NAMES],
  ['compare', comparisonFormats, COMPARISON_FORMAT_NAMES],
  ['exec', execFormats, EXEC_FORMAT_NAMES],
  ['gate', gateFormats, GATE_FORMAT_NAMES],
  ['ab', abFormats, AB_FORMAT_NAMES],
  ['history show', historyFormats, HISTORY_FORMAT_NAMES],
])('%s has the formats that its --help names', (_, formats, names) => {
  expect(formats.map(({ name }) => name)).toEqual([...names]);
});
