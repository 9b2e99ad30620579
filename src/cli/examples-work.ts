/** The work of `countersign examples export`: every labelled action that is still kept, oldest first, a page at a time. */
import { randomBytes } from 'node:crypto';
import { labelOf } from '../learning/example.ts';
import { type Redaction, redactionWith } from '../learning/redaction.ts';
import { chatExample, trainingExample } from '../learning/training.ts';
import type { Store } from '../store/store.ts';
import { withStore } from './operator.ts';
import type { Output } from './output.ts';

export interface Wanted {
	readonly tenant: string;
	readonly format: 'jsonl' | 'chat';
	readonly label?: string;
	readonly operation?: string;
}

const pageSize = 200;

export const exportAll = (wanted: Wanted, output: Output): Promise<void> =>
	withStore(async ({ store }) => {
		// Made for this export and thrown away: nobody can work out later who stands behind a name.
		const redaction = redactionWith(randomBytes(32).toString('hex'));
		let written = 0;
		let gone = 0;
		let after: string | null = null;
		do {
			const page: { ids: readonly string[]; next: string | null } = await store.learning.examples.page(
				wanted.tenant,
				after,
				pageSize,
			);
			const found = await examplesIn(store, page.ids, { wanted, redaction });
			for (const line of found.lines) output.data(line);
			written += found.lines.length;
			gone += found.gone;
			after = page.next;
		} while (after !== null);
		output.say(`${written} examples${gone === 0 ? '' : `; ${gone} more are past KEEP_DAYS`}`);
	});

async function examplesIn(
	{ actions: kept, learning, reports }: Store,
	ids: readonly string[],
	{ wanted, redaction }: { wanted: Wanted; redaction: Redaction },
): Promise<{ lines: unknown[]; gone: number }> {
	const actions = await kept.getAll(ids);
	const lines: unknown[] = [];
	for (const action of actions) {
		const [check, reported] = await Promise.all([learning.spotChecks.get(action.id), reports.of(action.id)]);
		const labelled = labelOf(action, { check, reports: reported });
		if (labelled === null || (wanted.label !== undefined && labelled.label !== wanted.label)) continue;
		if (wanted.operation !== undefined && action.proposal.operation !== wanted.operation) continue;
		const example = trainingExample(action, labelled, redaction);
		lines.push(wanted.format === 'chat' ? chatExample(example) : example);
	}
	return { lines, gone: ids.length - actions.length };
}
