/** CSV for spreadsheets and programs (RFC 4180), in which no cell is a formula, whoever wrote it. */
import { showLine } from './untrusted.ts';

/** A cell; null: an empty one. */
export type Cell = string | number | null;

/** What spreadsheets take for the beginning of a formula, after white space and in full width too. */
const formula = /^\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/;
const number = /^-?\d+(?:\.\d+)?$/;
const longest = 2000;

/**
 * One line, ended. Text is shown on one line with its hidden characters visible, as on cards; a text that would be a formula gets
 * an apostrophe in front, which spreadsheets take for "this is text".
 */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cellText).join(',')}\r\n`;

function cellText(cell: Cell): string {
	if (cell === null) return '';
	const text = typeof cell === 'number' ? String(cell) : showLine(cell, longest);
	const inert = formula.test(text) && !number.test(text) ? `'${text}` : text;
	return /[",\r\n;\t']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
