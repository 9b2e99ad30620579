/** Actions as CSV on standard output, as fast as whoever reads it takes them. */
import { once } from 'node:events';
import { sheetHead, sheetRow } from '../channels/action-sheet.ts';
import { csvLine } from '../channels/csv.ts';
import type { Action } from '../domain/action.ts';

/** Prints a head and a line for each action. */
export async function printSheet(batches: Iterable<readonly Action[]> | AsyncIterable<readonly Action[]>): Promise<void> {
	process.stdout.write(csvLine(sheetHead));
	for await (const actions of batches) {
		const text = actions.map((action) => csvLine(sheetRow(action))).join('');
		if (!process.stdout.write(text)) await once(process.stdout, 'drain');
	}
}
