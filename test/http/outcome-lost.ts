/** An action that was started and of which nobody knows whether it finished. */
import { newId } from '../../src/domain/ids.ts';
import { dueNow } from '../../src/engine/lookup.ts';
import { started } from '../../src/engine/moves.ts';
import { proposing } from '../flows/shop.ts';
import type { InboxDesk } from './inbox-desk.ts';

/** The agent was to run it, began, and was never heard of again. */
export async function outcomeLost(desk: InboxDesk): Promise<string> {
	const { app, until } = desk.shop;
	const engine = app.back;
	const id = await desk.propose(proposing({ operation: 'ship_parcel', amount: { value: '800.00', currency: 'USD' } }));
	const ana = await desk.seat('ana');
	const path = `/inbox/actions/${id}`;
	await ana.send(await ana.page(path), path, { answer: 'approve' });
	const approved = await until(id, 'approved');
	await engine.commit(started(approved, { token: newId('exe'), worker: 'gone', number: 1 }), approved);
	const executing = await until(id, 'executing');
	const due = dueNow(executing, executing.updatedAt, false);
	if (due.kind !== 'change') throw new Error('nothing was lost');
	await engine.commit(due.change, executing);
	await until(id, 'outcome_unknown');
	return id;
}
