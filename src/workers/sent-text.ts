/** Notes a text that the provider took: what it was for, and which codes its reader has now seen. */
import type { ActionDelivery } from './delivery.ts';
import type { WorkerDeps } from './deps.ts';

export interface SentText {
	/** The provider's id. */
	readonly sid: string;
	readonly phone: string;
	/** The codes that it named; none for a text that cannot be answered. */
	readonly codes: readonly string[];
	readonly jobs: readonly ActionDelivery[];
}

/** A failure that the provider has reported already, before this was noted, is dealt with now. */
export async function rememberText({ engine }: WorkerDeps, { sid, phone, codes, jobs }: SentText): Promise<void> {
	const { store, queues } = engine;
	const deliveries = jobs.map(({ kind, id, revision, tier, reviewer }) => ({ kind, id, revision, tier, reviewer }));
	await store.codes.sent(phone, codes);
	const failed = await store.texts.remember(sid, { phone, deliveries });
	if (failed === null) return;
	await Promise.all(deliveries.map((each) => queues.undelivered({ ...each, channel: 'sms', reason: `twilio ${failed}` })));
}
