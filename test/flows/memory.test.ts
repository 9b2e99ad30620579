/** The learning loop, live: people approve, similar ones need nobody any more; one rejection, and they are asked again. */
import { expect, test } from 'vitest';
import { createClient } from '../../src/producers/client.ts';
import { learn } from '../../src/workers/learn.ts';
import { countersign } from '../cli/countersign.ts';
import { openInbox } from '../http/inbox-desk.ts';
import { testRedis } from '../support/redis.ts';
import { fresh, openShop, refund, shopPolicy } from './shop.ts';

const redis = testRedis();
const policy = `${shopPolicy.replace('cai: { name: Cai,', 'cai: { name: Cai, language: zh-CN,')}
memory: { max_gain: 0.05, at_least: { people: 2, clusters: 5 }, features: [arguments.reason] }
`;
const similar = (agent: string) => refund('20.00', { agent, confidence: 0.94, arguments: { reason: 'damaged' } });

test('what was approved often enough, by enough people, for enough users, runs by itself within the bound', async () => {
	const shop = await openShop(redis, { policy, channels: false });
	const agent = fresh('agent');
	for (let i = 0; i < 6; i++) {
		const id = await shop.propose(similar(agent));
		expect((await shop.until(id, 'in_review')).verdict?.route).toBe('approval');
		expect((await shop.answer(id, i % 2 === 0 ? 'ana' : 'ben', 'approve')).ok).toBe(true);
		await learn(shop.app.deps);
	}
	const seventh = await shop.until(await shop.propose(similar(agent)), 'executed');
	expect(seventh.verdict).toMatchObject({ route: 'notify', reportedConfidence: 0.94, similar: { approved: 6, rejected: 0 } });
	expect(seventh.verdict?.confidence).toBeGreaterThan(0.95);
	// An amount rule and another reason know nothing of it.
	const large = await shop.propose({ ...similar(agent), amount: { value: '600.00', currency: 'USD' } });
	expect((await shop.until(large, 'in_review')).verdict?.route).toBe('approval');
	const other = await shop.propose({ ...similar(agent), arguments: { reason: 'late' } });
	expect((await shop.until(other, 'in_review')).verdict).not.toHaveProperty('similar');

	// Somebody reports the one that ran: what is like it is asked about again.
	const { report } = await import('../../src/reviews/report.ts');
	await report(shop.app.front, { action: seventh, reviewer: 'cai' }, { label: 'wrong_amount' });
	await learn(shop.app.deps);
	const eighth = await shop.until(await shop.propose(similar(agent)), 'in_review');
	expect(eighth.verdict?.similar).toEqual({ approved: 6, rejected: 1 });
	expect(eighth.verdict?.confidence).toBeLessThan(0.94);

	const env = { REDIS_URL: redis.url, COUNTERSIGN_PREFIX: redis.prefix };
	const exported = await countersign(['examples', 'export'], env);
	const lines = exported.stdout
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line));
	expect(lines.map(({ label, source }) => `${label} ${source}`).sort()).toEqual([
		...Array(6).fill('approved decision'),
		'rejected report',
	]);
	expect(exported.stdout).not.toContain(seventh.proposal.user ?? '');
	expect(exported.stderr).toContain('7 examples');
	const chat = await countersign(['examples', 'export', '--format', 'chat', '--label', 'rejected'], env);
	expect(JSON.parse(chat.stdout.trim()).messages).toHaveLength(3);
});

test('one reviewer alone, or one user alone, changes nothing', async () => {
	const shop = await openShop(redis, { policy, channels: false });
	for (const given of [{ who: ['ana'] }, { who: ['ana', 'ben'], user: fresh('user') }]) {
		const agent = fresh('agent');
		for (let i = 0; i < 8; i++) {
			const proposed = { ...similar(agent), ...(given.user !== undefined && { user: given.user, conversationId: 'same' }) };
			const id = await shop.propose(proposed);
			await shop.until(id, 'in_review', 'escalated');
			const { state } = await shop.get(id);
			if (state === 'in_review') await shop.answer(id, given.who[i % given.who.length] ?? 'ana', 'approve');
			await learn(shop.app.deps);
		}
		const last = await shop.propose(similar(agent));
		expect((await shop.until(last, 'in_review')).verdict?.confidence).toBe(0.94);
	}
});

test('the card says how many were similar, in the language of whom it is for', async () => {
	const desk = await openInbox(redis, { policy });
	const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
	const agent = fresh('agent');
	const propose = async () => (await client.propose({ ...similar(agent), idempotencyKey: fresh('k') })).id;
	const ana = await desk.seat('ana');
	const id = await propose();
	await desk.shop.until(id, 'in_review');
	await ana.send(await ana.page(`/inbox/actions/${id}`), `/inbox/actions/${id}`, { answer: 'approve', reason: '', comment: '' });
	await desk.shop.until(id, 'executed');
	await learn(desk.shop.app.deps);
	const next = await propose();
	await desk.shop.until(next, 'in_review');
	await client.close();
	expect(await ana.page(`/inbox/actions/${next}`)).toContain('1 similar, 1 approved');
	expect(await (await desk.seat('cai')).page(`/inbox/actions/${next}`)).toContain('1 次类似，1 次获批准');
});
