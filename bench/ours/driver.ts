/** The product's driver: the producers' client for a proposal, and the one door for a decision. */
import { createClient } from '../../src/producers/client.ts';
import { submit } from '../../src/reviews/submit.ts';
import { refund } from '../rig/actions.ts';
import type { OpenSide } from '../rig/side.ts';
import { benchPrefix, benchReviewer, openOurApp } from './app.ts';

export const openOurs: OpenSide = async (redisUrl, expect) => {
	const app = await openOurApp(redisUrl);
	const client = createClient({ url: redisUrl, prefix: benchPrefix, timeoutMs: 30_000 });
	/** What the reviewer was shown. */
	const digests = new Map<string, string>();
	const propose = async (n: number, confidence: number, more: { deadlineAt?: number } = {}): Promise<string> => {
		const { id } = await client.propose({ ...refund(n, confidence), ...more });
		return id;
	};
	return {
		async run(n) {
			const id = await propose(n, 0.995);
			// That it was judged is told as well; nobody waits for it here.
			expect('parked', id).catch(() => undefined);
			return await expect('done', id);
		},
		async park(n, deadlineAt) {
			const id = await propose(n, 0.9, deadlineAt === undefined ? {} : { deadlineAt });
			await expect('parked', id);
			return id;
		},
		async show(id) {
			digests.set(id, (await app.front.store.actions.get(id))?.payloadDigest ?? '');
		},
		async approve(id) {
			const result = await submit(app.front, {
				actionId: id,
				revision: 1,
				payloadDigest: digests.get(id) ?? '',
				reviewer: benchReviewer,
				answer: 'approve',
				channel: 'inbox',
			});
			if (!result.ok) throw new Error(`${id}: ${result.problem.message}`);
			return await expect('done', id);
		},
		passed: (id) => expect('passed', id),
		expired: (id) => expect('done', id),
		async close() {
			await client.close();
			await app.close();
		},
	};
};
