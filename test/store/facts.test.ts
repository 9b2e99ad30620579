/** What policy knows of the past is fetched and reserved in one step: parallel actions cannot each be the last that still fits. */
import { describe, expect, test } from 'vitest';
import { withdraw } from '../../src/reviews/withdraw.ts';
import { fresh, hour, minute, openShop, proposing, refund, type Shop, shopPolicy } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

/** Refunds of one customer: at most 50.00 in an hour run without being asked about. */
const limited = `${shopPolicy}
limits:
  - { id: small_refunds, per: [user], operations: [refund], window: 1h, max_sum: "50.00" }
escalation: { hard: { approvals_in_24h: false, rejections_in_a_row: false } }
`;

const routeOf = async (shop: Shop, id: string): Promise<string | undefined> => (await shop.get(id)).verdict?.route;
/** The route of one more refund of this customer. */
async function next(shop: Shop, user: string, amount: string): Promise<string | undefined> {
	const id = await shop.propose(refund(amount, { user }));
	await shop.signalled('classified', id);
	return routeOf(shop, id);
}

describe('a window', () => {
	test('of 50.00 lets at most five of a hundred parallel refunds of 9.99 through', async () => {
		const shop = await openShop(redis, { policy: limited, channels: false });
		const user = fresh('user');
		const ids = await Promise.all(Array.from({ length: 100 }, () => shop.propose(refund('9.99', { user }))));
		await Promise.all(ids.map((id) => shop.signalled('classified', id)));
		const routes = await Promise.all(ids.map((id) => routeOf(shop, id)));
		expect(routes.filter((route) => route === 'auto')).toHaveLength(5);
		expect(routes.filter((route) => route === 'approval')).toHaveLength(95);
		await Promise.all(ids.filter((_, i) => routes[i] === 'auto').map((id) => shop.until(id, 'executed')));
		expect(shop.runs).toHaveLength(5);
	});

	test.each(['rejected', 'withdrawn', 'expired', 'dismissed'] as const)(
		'gets back what an action had reserved that ended %s',
		async (how) => {
			const shop = await openShop(redis, { policy: limited, channels: false });
			const user = fresh('user');
			const asked = refund('600.00', { user });
			const id = await shop.propose(asked);
			await shop.until(id, 'in_review');
			expect(await next(shop, user, '9.99')).toBe('approval');
			if (how === 'rejected') expect(await shop.answer(id, 'ana', 'reject')).toMatchObject({ ok: true });
			if (how === 'withdrawn')
				expect(await withdraw(shop.app.front, id, { tenant: 'default', agent: asked.agent })).toMatchObject({ ok: true });
			if (how === 'dismissed') {
				for (const answer of ['take_over', 'dismiss'] as const)
					expect(await shop.answer(id, 'ana', answer)).toMatchObject({ ok: true });
			}
			if (how === 'expired') {
				await shop.advance(31 * minute);
				await shop.until(id, 'expired');
			}
			// The earlier 9.99 waits, or has expired with it; either way there is room for one more.
			expect(await next(shop, user, '9.99')).toBe('auto');
		},
	);

	test('keeps what an action spent that ran, or may have run', async () => {
		const run = async (): Promise<never> => {
			throw new Error('the line was cut');
		};
		const shop = await openShop(redis, { policy: limited, channels: false, operations: { refund: { run } } });
		const user = fresh('user');
		const id = await shop.propose(refund('45.00', { user }));
		await shop.until(id, 'outcome_unknown');
		expect(await next(shop, user, '9.99')).toBe('approval');
		// Nobody found out for a day and a half: it is written off, but it may have run.
		await shop.app.back.store.advance(23 * hour);
		const late = await shop.propose(refund('45.00', { user }));
		await shop.until(late, 'outcome_unknown');
		await shop.advance(2 * hour);
		await shop.until(id, 'unaccounted');
	});

	test('gives back the reservation of an edited revision once, even where the edit is withdrawn at once', async () => {
		const shop = await openShop(redis, { policy: limited, channels: false });
		const user = fresh('user');
		const asked = refund('600.00', { user });
		const id = await shop.propose(asked);
		await shop.until(id, 'in_review');
		const { store } = shop.app.back;
		const window = async (): Promise<number> => {
			const { windows } = await store.facts.fetch(id, 1, {
				tenant: 'default',
				agent: asked.agent,
				user: null,
				confidence: 1,
				repeatKey: null,
				repeatWindowMs: 1,
				refusalKey: null,
				windows: [{ limit: 'small_refunds', key: `user=${user}`, windowMs: hour, amount: 0 }],
			});
			return windows.small_refunds?.sum ?? 0;
		};
		expect(await window()).toBe(600_00);
		expect(await shop.answer(id, 'ana', { answer: 'edit', edit: { amount: { minor: 700_00, currency: 'USD' } } })).toMatchObject({
			ok: true,
		});
		await shop.until(id, 'in_review');
		expect(await window()).toBe(700_00);
		expect(await withdraw(shop.app.front, id, { tenant: 'default', agent: asked.agent })).toMatchObject({ ok: true });
		expect(await window()).toBe(0);
	});
});

describe('the past of people', () => {
	test('three actions of one customer at the same time that need approval: the third is handed over', async () => {
		const shop = await openShop(redis, { channels: false });
		const user = fresh('user');
		const ids = await Promise.all(['600.00', '610.00', '620.00'].map((amount) => shop.propose(refund(amount, { user }))));
		await Promise.all(ids.map((id) => shop.until(id, 'in_review', 'escalated')));
		const routes = await Promise.all(ids.map((id) => routeOf(shop, id)));
		expect(routes.sort()).toEqual(['approval', 'approval', 'escalation']);
	});

	test('many customers, and many actions of one, meet no facts that keep moving: every one is judged', async () => {
		const policy = `${shopPolicy}\nescalation: { hard: { approvals_in_24h: false } }\n`;
		const shop = await openShop(redis, { policy, channels: false });
		const user = fresh('user');
		const ids = await Promise.all(
			Array.from({ length: 60 }, (_, i) => shop.propose(proposing({ operation: 'close_account', user, arguments: { i } }))),
		);
		for (const id of ids) await shop.until(id, 'in_review');
	});

	test('two rejections in a row of one agent, by people: its next action is handed over', async () => {
		const shop = await openShop(redis, { channels: false });
		const agent = fresh('agent');
		for (const amount of ['600.00', '610.00']) {
			const id = await shop.propose(refund(amount, { agent }) as never);
			await shop.until(id, 'in_review');
			expect(await shop.answer(id, 'ana', 'reject')).toMatchObject({ ok: true });
		}
		const id = await shop.propose(refund('5.00', { agent }) as never);
		expect(await shop.until(id, 'escalated')).toMatchObject({ verdict: { priority: 'high' } });
	});

	test('nobody answering is not somebody saying no: expired reviews do not count as rejections', async () => {
		const shop = await openShop(redis, { channels: false });
		const agent = fresh('agent');
		for (const amount of ['600.00', '610.00']) {
			const id = await shop.propose(refund(amount, { agent }) as never);
			await shop.until(id, 'in_review');
			await shop.advance(31 * minute);
			await shop.until(id, 'expired');
		}
		const id = await shop.propose(refund('5.00', { agent }) as never);
		await shop.until(id, 'executed');
	});

	test('the environment refused: the next action in the same conversation is asked about', async () => {
		const run = async () => ({ status: 'refused', reason: 'the order is closed' }) as const;
		const shop = await openShop(redis, { channels: false, operations: { refund: { run } } });
		const [agent, conversationId] = [fresh('agent'), fresh('talk')];
		const first = await shop.propose(refund('5.00', { agent, conversationId }) as never);
		await shop.until(first, 'failed');
		const second = await shop.propose(refund('6.00', { agent, conversationId }) as never);
		expect((await shop.until(second, 'in_review')).verdict?.reasons.map(({ rule }) => rule)).toContain('check.prior_refusal');
	});
});
