/** A second opinion, live: asked where policy says, once for equal data, within the day's budget; it can only hold an action. */
import { expect, test } from 'vitest';
import { reportData } from '../../src/engine/report-data.ts';
import { reportOf } from '../../src/learning/report.ts';
import { openaiOpinion } from '../../src/opinions/openai-opinion.ts';
import { sweep } from '../../src/workers/sweeper.ts';
import { modelStandIn, saying } from '../opinions/model-stand-in.ts';
import { testRedis } from '../support/redis.ts';
import { openShop, refund, shopPolicy } from './shop.ts';

const redis = testRedis();
const policyWith = (more = ''): string => `${shopPolicy}
second_opinion:
  questions: [{ id: plausible, ask: "Is this refund plausible for what is said?", operations: [refund], above: "50.00" }]
  timeout: 5s
${more}`;
const config = { apiKey: 'sk', model: 'small', price: { input: 0.4, output: 1.6 }, format: 'json_schema' } as const;
const proposed = (order: string) =>
	refund('90.00', { arguments: { order_id: order, email: 'zoe@example.com' }, reasoning: 'call +1 555 010 0001' });

test('a yes lets run what would run; a no and silence are asked about; equal data is asked about once', async () => {
	const model = await modelStandIn();
	const shop = await openShop(redis, {
		policy: policyWith(),
		channels: false,
		opinion: openaiOpinion({ ...config, url: model.url }),
	});
	model.answer = saying('yes');
	expect((await shop.until(await shop.propose(proposed('o-1')), 'executed')).verdict).toMatchObject({
		route: 'auto',
		opinions: [{ question: 'plausible', answer: 'yes', source: 'asked' }],
	});
	const again = await shop.until(await shop.propose(proposed('o-1')), 'executed');
	expect(again.verdict?.opinions?.[0]?.source).toBe('cache');
	expect(model.asked).toHaveLength(1);
	// No personal data leaves the house.
	const sent = model.asked[0]?.messages[1]?.content ?? '';
	expect(sent).toContain('o-1');
	expect(sent).not.toMatch(/zoe|555/);
	// Small amounts, and what goes to people anyway, are nobody's question.
	await shop.until(await shop.propose(refund('20.00')), 'executed');
	await shop.until(await shop.propose(refund('800.00')), 'in_review');
	expect(model.asked).toHaveLength(1);

	model.answer = saying('no', 'the order does not say so');
	const held = await shop.until(await shop.propose(proposed('o-2')), 'in_review');
	expect(held.verdict?.reasons[0]).toMatchObject({ rule: 'opinion.plausible', route: 'approval' });
	expect(held.verdict?.reasons[0]?.text.en).toContain('the order does not say so');
	model.answer = { status: 500 };
	const silent = await shop.until(await shop.propose(proposed('o-3')), 'in_review');
	expect(silent.verdict?.opinions).toMatchObject([{ answer: 'unsure', source: 'unreachable' }]);

	// People agree with the one and not with the other: the report says so, of what was really said.
	await shop.answer(held.id, 'ana', 'reject');
	await shop.answer(silent.id, 'ana', 'approve');
	await sweep(shop.app.deps);
	const { store } = shop.app.back;
	const now = await store.now();
	const { opinions } = reportOf(await reportData(store, 'default', { from: now, to: now }));
	expect(opinions).toEqual([{ question: 'plausible', answer: 'no', ended: { rejected: 1 } }]);
});

test('beyond the day’s budget nobody is asked, and the action is asked about; the next day begins anew', async () => {
	const model = await modelStandIn();
	model.answer = saying('yes');
	const shop = await openShop(redis, {
		policy: policyWith('  daily_asks: 2\n'),
		channels: false,
		opinion: openaiOpinion({ ...config, url: model.url }),
	});
	await shop.until(await shop.propose(proposed('o-1')), 'executed');
	await shop.until(await shop.propose(proposed('o-2')), 'executed');
	const third = await shop.until(await shop.propose(proposed('o-3')), 'in_review');
	expect(third.verdict?.opinions).toMatchObject([{ answer: 'unsure', source: 'over_budget' }]);
	expect(model.asked).toHaveLength(2);
	await shop.advance(24 * 3_600_000);
	await shop.until(await shop.propose(proposed('o-4')), 'executed');
	expect(model.asked).toHaveLength(3);
});

test('a question that could cost more than is left of the day is not asked', async () => {
	const model = await modelStandIn();
	model.answer = saying('yes');
	const shop = await openShop(redis, {
		policy: policyWith('  daily_cost: 0.000001\n'),
		channels: false,
		opinion: openaiOpinion({ ...config, url: model.url }),
	});
	const broke = await shop.until(await shop.propose(proposed('o-5')), 'in_review');
	expect(broke.verdict?.opinions).toMatchObject([{ source: 'over_budget' }]);
	expect(model.asked).toEqual([]);
});

test('where policy asks and nobody is configured, it is unsure', async () => {
	const shop = await openShop(redis, { policy: policyWith(), channels: false });
	const action = await shop.until(await shop.propose(proposed('o-1')), 'in_review');
	expect(action.verdict?.opinions).toMatchObject([{ answer: 'unsure', source: 'not_configured' }]);
});

test('where policy does not ask, nobody is asked', async () => {
	const model = await modelStandIn();
	const off = await openShop(redis, { channels: false, opinion: openaiOpinion({ ...config, url: model.url }) });
	await off.until(await off.propose(proposed('o-2')), 'executed');
	expect(model.asked).toEqual([]);
});
