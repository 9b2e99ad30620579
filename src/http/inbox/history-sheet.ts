/** The history as a file: every action that matches a search, read and sent a batch at a time. */
import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import { sheetHead, sheetRow } from '../../channels/action-sheet.ts';
import { csvLine } from '../../channels/csv.ts';
import type { Store } from '../../store/store.ts';
import { walk } from '../../store/walk.ts';
import { type HistoryQuery, matches } from './history-page.ts';
import { inboxHeaders } from './style.ts';

/** Without this mark spreadsheets take UTF-8 for something else. */
const byteOrderMark = '\ufeff';

/** Streams the file; who goes away ends the reading. */
export function historySheet(context: Context, store: Store, query: HistoryQuery): Response {
	for (const [name, value] of Object.entries(inboxHeaders())) context.header(name, value);
	context.header('Content-Type', 'text/csv; charset=UTF-8');
	context.header('Content-Disposition', 'attachment; filename="countersign-history.csv"');
	return stream(context, async (out) => {
		await out.write(byteOrderMark + csvLine(sheetHead));
		for await (const actions of walk(store, { tenant: query.tenant, state: query.state ?? undefined })) {
			if (out.aborted) return;
			const rows = actions.filter((action) => matches(action, query)).map((action) => csvLine(sheetRow(action)));
			if (rows.length > 0) await out.write(rows.join(''));
		}
	});
}
