/** INVARIANT I4: nobody answered, so the fallback runs, a different and safe thing; the action never does, and it ends expired. */
import { expect, test } from 'vitest';
import type { FallbackRun } from '../../src/execution/registry.ts';
import { testRedis } from '../support/redis.ts';
import { hour, minute, openShop, proposing, refund, type Shop } from './shop.ts';

const redis = testRedis();

async function waiting(shop: Shop): Promise<string> {
	const id = await shop.propose(refund('600.00'));
	await shop.until(id, 'in_review');
	return id;
}

test('the deadline passes: the fallback runs, the action does not, and who answers late is told', async () => {
	const shop = await openShop(redis);
	const id = await waiting(shop);
	await shop.advance(29 * minute);
	expect((await shop.get(id)).state).toBe('in_review');
	await shop.advance(minute);
	const action = await shop.until(id, 'expired');
	expect(action).toMatchObject({
		decision: { event: 'deadline_passed', by: 'deadline', channel: 'clock' },
		outcome: { state: 'expired', fallback: 'a holding reply was sent' },
	});
	expect(shop.fallbacks).toEqual([expect.objectContaining({ id, key: `${id}.1.fallback` })]);
	for (const answer of ['approve', 'reject', 'take_over'] as const) {
		expect(await shop.answer(id, 'ana', answer)).toMatchObject({
			ok: false,
			problem: { code: 'expired' },
			winner: { event: 'deadline_passed', by: 'deadline' },
		});
	}
	expect(shop.runs).toEqual([]);
});

test('an approval at the very deadline is too late, although nothing has yet been done about it', async () => {
	const shop = await openShop(redis, { channels: false, workers: ['classifier'] });
	const id = await waiting(shop);
	await shop.app.back.store.advance(30 * minute);
	expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({
		ok: false,
		problem: { code: 'expired' },
		winner: { event: 'deadline_passed', by: 'deadline' },
	});
	expect((await shop.get(id)).state).toBe('in_review');
	await shop.app.startWorkers(['auto', 'deadlines', 'chores']);
	await shop.until(id, 'expired');
	expect(shop.runs).toEqual([]);
});

test('reviewers are reminded, and the next people asked, before it comes to that', async () => {
	const shop = await openShop(redis);
	const id = await waiting(shop);
	await shop.mailbox.waitFor(({ recipients }) => recipients.includes('ana@shop.example'));
	expect(shop.phone.texts()).toEqual([]);
	await shop.advance(10 * minute);
	await shop.phone.waitFor(({ to }) => to === '+15550100001');
	await shop.advance(10 * minute);
	await shop.mailbox.waitFor(({ recipients }) => recipients.includes('dee@shop.example'));
	expect(await shop.events(id)).toEqual(['received', 'routed_approval', 'tier_started', 'tier_started']);
	expect(await shop.answer(id, 'dee', 'approve')).toMatchObject({ ok: true });
	await shop.until(id, 'executed');
});

test('a plan keeps its own time: after an outage that swallowed a reminder, the deadline is where it was', async () => {
	const shop = await openShop(redis, { channels: false, workers: ['classifier'] });
	const id = await waiting(shop);
	const { deadlineAt } = await shop.get(id);
	await shop.app.back.store.advance(29 * minute);
	await shop.app.startWorkers(['auto', 'deadlines', 'chores']);
	// Both tiers that should have begun by now begin at once.
	await expect.poll(() => shop.events(id)).toEqual(['received', 'routed_approval', 'tier_started', 'tier_started']);
	expect(await shop.get(id)).toMatchObject({ deadlineAt, dueAt: deadlineAt, tier: 2 });
	await shop.advance(minute);
	await shop.until(id, 'expired');
});

test('an operation without a fallback just expires', async () => {
	const shop = await openShop(redis, { channels: false });
	const id = await shop.propose(proposing({ operation: 'close_account' }));
	await shop.until(id, 'in_review');
	await shop.advance(31 * minute);
	expect(await shop.until(id, 'expired')).toMatchObject({ outcome: { reason: 'nobody answered in time' } });
	expect(await shop.events(id)).toEqual(['received', 'routed_approval', 'deadline_passed', 'fallback_done']);
	expect(shop.fallbacks).toEqual([]);
});

test('the agent may ask for an earlier deadline, and never for a later one', async () => {
	const shop = await openShop(redis, { channels: false });
	const now = await shop.app.back.store.now();
	const [early, late] = await Promise.all([
		shop.propose(refund('600.00', { deadlineAt: now + 10 * minute })),
		shop.propose(refund('600.00', { deadlineAt: now + 10 * hour })),
	]);
	for (const id of [early, late]) await shop.until(id, 'in_review');
	expect((await shop.get(early)).deadlineAt).toBe(now + 10 * minute);
	expect((await shop.get(late)).deadlineAt).toBeLessThan(now + 31 * minute);
	await shop.advance(11 * minute);
	await shop.until(early, 'expired');
	expect((await shop.get(late)).state).toBe('in_review');
});

const failing: FallbackRun = async () => ({ status: 'failed', reason: 'the mail server is down' });
const bad: Record<string, FallbackRun> = {
	fails: failing,
	throws: () => Promise.reject(new Error('the mail server is down')),
	'throws at once': () => {
		throw new Error('the mail server is down');
	},
	'answers nonsense': async () => 'fine' as never,
	'answers nothing': async () => undefined as never,
};

test.each(Object.keys(bad))(
	'a fallback that %s gives the action to a person; when it fails again it ends, with the failure on record and an alert',
	async (how) => {
		const shop = await openShop(redis, { fallbacks: { send_holding_reply: bad[how] as FallbackRun } });
		const id = await waiting(shop);
		await shop.advance(31 * minute);
		const open = await shop.until(id, 'escalated');
		expect(open).toMatchObject({ fallbacks: 1, owner: null });
		await shop.mailbox.waitFor(({ recipients }) => recipients.includes('dee@shop.example'));
		await shop.advance(5 * hour);
		const action = await shop.until(id, 'expired');
		expect(action).toMatchObject({
			fallbacks: 2,
			outcome: { state: 'expired', reason: 'nobody answered in time, and the fallback failed' },
		});
		await shop.signalled('alerted', id);
		expect((await shop.events(id)).slice(-4)).toEqual([
			'deadline_passed',
			'fallback_failed',
			'deadline_passed',
			'fallback_exhausted',
		]);
		expect(shop.runs).toEqual([]);
	},
);

test('after a failed fallback the people on call are paged afresh, whoever had the case before', async () => {
	const shop = await openShop(redis, { fallbacks: { send_holding_reply: failing } });
	const id = await waiting(shop);
	await shop.answer(id, 'ana', 'take_over');
	await shop.advance(5 * hour);
	expect(await shop.until(id, 'escalated')).toMatchObject({ fallbacks: 1, owner: null });
	await shop.mailbox.waitFor(({ recipients }) => recipients.includes('dee@shop.example'));
	expect(await shop.answer(id, 'ana', 'own')).toMatchObject({ ok: true });
});

test('a fallback is left to the next worker when its own stops in the middle of it', async () => {
	const { promise: started, resolve: starts } = Promise.withResolvers<void>();
	const hanging: FallbackRun = () => {
		starts();
		return new Promise(() => undefined);
	};
	const first = await openShop(redis, { channels: false, fallbacks: { send_holding_reply: hanging } });
	const id = await waiting(first);
	await first.advance(31 * minute);
	await started;
	await first.app.close(600);
	const second = await openShop(redis, { channels: false });
	expect((await second.get(id)).state).toBe('falling_back');
	await second.advance(minute);
	await second.until(id, 'expired');
	expect(second.fallbacks).toHaveLength(1);
});
