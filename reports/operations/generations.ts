/** The table of 2006 beside today's figures. */

import type { TextCell, TextTable } from '../../core/model/section.ts';
import { Footnotes } from '../../core/present/footnotes.ts';
import type { OperationResult, Result } from '../../core/results/schema.ts';
import { PAPER, PAPER_ROWS, type PaperFigure } from './paper.ts';
import { cyclesText, emulationNote, operationGroups, spread } from './view.ts';

const RECALLED = 'quoted from memory, not checked';

function paperCell({ cycles, words, recalled }: PaperFigure, notes: Footnotes): TextCell {
  const figure = cycles === null ? (words ?? '–') : cycles.toLocaleString('en');
  const text = recalled ? `${figure} ${notes.mark(RECALLED)}` : figure;
  return cycles !== null && words ? { text, range: words } : { text };
}

function todayCell(result: OperationResult | undefined, notes: Footnotes): TextCell {
  if (!result) return { text: 'not run' };
  const { cyclesPerOperation: cycles, status, error, counterpart } = result;
  if (!cycles) {
    const word = status === 'ok' ? 'no figure' : status;
    return { text: error === undefined ? word : `${word} ${notes.mark(error)}` };
  }
  const mark = counterpart === null ? '' : ` ${notes.mark(`native counterpart: ${counterpart}`)}`;
  return { text: `${cyclesText(cycles.estimate)}${mark}`, range: spread(cycles) };
}

/** One for each ISA on which an operation of the paper was measured: its three columns, then today's; cycles. */
export function generationTables(result: Result): TextTable[] {
  return operationGroups(result).flatMap(({ isa, hypervisors, rows }) => {
    const notes = new Footnotes();
    const body = PAPER_ROWS.flatMap(({ operation, native, software, hardware }) => {
      const today = rows.find((row) => row.operation === operation);
      if (!today) return [];
      return [
        [
          { text: operation },
          ...[native, software, hardware].map((figure) => paperCell(figure, notes)),
          ...hypervisors.map((id) => todayCell(today.results.get(id), notes)),
        ],
      ];
    });
    if (body.length === 0) return [];
    return [
      {
        title: `2006 and today (${isa})`,
        about: `Cycles per operation. 2006: ${PAPER}. Its software VMM translated the guest's kernel and ran user code directly; its hardware VMM used first-generation VT-x; both used shadow page tables. Today's translators also translate user code. Compare each column with the native one of its time.`,
        head: ['operation', '2006 native', '2006 software', '2006 hardware', ...hypervisors],
        rows: body,
        notes: [...notes.lines(), ...emulationNote(result, isa)],
      },
    ];
  });
}
