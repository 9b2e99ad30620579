/** Where policy sends an action, and what follows from it without anybody's answer. */
import { expect, test } from 'vitest';
import { sendDigests } from '../../src/workers/digests.ts';
import { testRedis } from '../support/redis.ts';
import { fresh, hour, minute, openShop, proposing, refund } from './shop.ts';

const redis = testRedis();

test('auto: it runs at once, and nobody is told', async () => {
	const shop = await openShop(redis);
	const id = await shop.propose(refund('20.00'));
	const action = await shop.until(id, 'executed');
	expect(action).toMatchObject({
		decision: { event: 'routed_auto', by: 'policy', payloadDigest: action.payloadDigest },
		outcome: { result: { ran: 'refund' } },
	});
	await sendDigests(shop.app.deps);
	expect(shop.mailbox.messages()).toEqual([]);
	expect(shop.phone.texts()).toEqual([]);
});

test('notify: it runs at once, and the next digest lists it, once', async () => {
	const shop = await openShop(redis);
	const ids = await Promise.all(['20.00', '30.00'].map((amount) => shop.propose(refund(amount, { confidence: 0.96 }))));
	for (const id of ids) await shop.until(id, 'executed');
	const quiet = await shop.propose(refund('40.00'));
	await shop.until(quiet, 'executed');
	expect(shop.mailbox.messages()).toEqual([]);

	await sendDigests(shop.app.deps);
	const mail = await shop.mailbox.waitFor(() => true);
	expect(mail.recipients).toEqual(['ana@shop.example']);
	for (const amount of ['20.00', '30.00']) expect(mail.text).toContain(amount);
	expect(mail.text).not.toContain('40.00');
	const next = await shop.propose(refund('50.00', { confidence: 0.96 }));
	await shop.until(next, 'executed');
	await sendDigests(shop.app.deps);
	const second = await shop.mailbox.waitFor(({ text }) => text.includes('50.00'));
	expect(second.text).not.toContain('20.00');
	expect(shop.mailbox.messages()).toHaveLength(2);
});

test('escalation: the people on call are paged by email and SMS; its owner resolves it by hand', async () => {
	const shop = await openShop(redis);
	const conversation = [{ role: 'user' as const, text: 'my lawyer will call you' }];
	const id = await shop.propose(refund('50.00', { conversation }));
	const action = await shop.until(id, 'escalated');
	expect(action.verdict).toMatchObject({ route: 'escalation', priority: 'high' });
	const [mail, text] = await Promise.all([shop.mailbox.waitFor(() => true), shop.phone.waitFor(() => true)]);
	expect(mail.recipients).toEqual(['dee@shop.example']);
	expect(mail.text).toContain('my lawyer will call you');
	expect(text.to).toBe('+15550100004');

	expect(await shop.answer(id, 'dee', 'resolve_by_hand')).toMatchObject({ ok: false, problem: { code: 'reviewer_not_allowed' } });
	expect(await shop.answer(id, 'dee', 'own')).toMatchObject({ ok: true, event: 'owner_changed' });
	expect(await shop.answer(id, 'dee', { answer: 'resolve_by_hand', comment: 'agreed on 30' })).toMatchObject({ ok: true });
	expect(await shop.until(id, 'resolved')).toMatchObject({
		owner: 'dee',
		outcome: { state: 'resolved', reason: 'agreed on 30' },
	});
	expect(shop.runs).toEqual([]);
});

test('a case that nobody takes is paged again, and the next people with it; one that somebody has is left in peace', async () => {
	const shop = await openShop(redis);
	const [lonely, owned] = await Promise.all([shop.propose(refund('6000.00')), shop.propose(refund('7000.00'))]);
	for (const id of [lonely, owned]) await shop.until(id, 'escalated');
	await shop.answer(owned, 'dee', 'own');
	await shop.advance(170 * minute);
	await shop.mailbox.waitFor(({ recipients, text }) => recipients.includes('ana@shop.example') && text.includes('6,000'));
	expect(await shop.events(lonely)).toEqual(['received', 'routed_escalation', 'case_paged', 'case_paged']);
	expect(await shop.events(owned)).toEqual(['received', 'routed_escalation', 'owner_changed']);
});

test('a case whose owner hands it on belongs to the other', async () => {
	const shop = await openShop(redis, { channels: false });
	const id = await shop.propose(refund('6000.00'));
	await shop.until(id, 'escalated');
	await shop.answer(id, 'dee', 'own');
	expect(await shop.answer(id, 'ana', 'own')).toMatchObject({ ok: true });
	expect(await shop.answer(id, 'dee', 'dismiss')).toMatchObject({ ok: false, problem: { code: 'reviewer_not_allowed' } });
	expect(await shop.answer(id, 'ana', 'dismiss')).toMatchObject({ ok: true });
	expect((await shop.get(id)).state).toBe('rejected');
});

test('block: it is refused at once', async () => {
	const shop = await openShop(redis);
	const id = await shop.propose(proposing({ operation: 'wipe_database' }));
	expect(await shop.until(id, 'rejected')).toMatchObject({ decision: { event: 'blocked', by: 'policy' } });
	expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({
		ok: false,
		problem: { code: 'already_decided' },
		winner: { event: 'blocked' },
	});
	expect(shop.runs).toEqual([]);
	expect(shop.mailbox.messages()).toEqual([]);
});

test('an operation that policy does not know is asked about, however confident the agent is', async () => {
	const shop = await openShop(redis, { channels: false });
	const id = await shop.propose(proposing({ operation: 'launch_rocket', confidence: 1 }));
	expect((await shop.until(id, 'in_review')).verdict).toMatchObject({
		route: 'approval',
		reasons: expect.arrayContaining([expect.objectContaining({ rule: 'operation.unknown' })]),
	});
});

test('approved, but nobody can run it: it waits for a worker that can, and lapses when none comes', async () => {
	const shop = await openShop(redis, { channels: false });
	const id = await shop.propose(proposing({ operation: 'launch_rocket', confidence: 1 }));
	await shop.until(id, 'in_review');
	await shop.answer(id, 'ana', 'approve');
	await shop.signalled('executed', id);
	expect((await shop.get(id)).state).toBe('approved');
	await shop.advance(30 * minute);
	expect((await shop.get(id)).state).toBe('approved');
	await shop.advance(hour);
	expect(await shop.until(id, 'expired')).toMatchObject({ outcome: { reason: 'approved, but nobody could run it in time' } });
	expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: false, problem: { code: 'expired' } });
	expect(await shop.events(id)).not.toContain('execution_started');
});

test('the same key and body is the same action; another body under the key is kept aside, and changes nothing', async () => {
	const shop = await openShop(redis, { channels: false });
	const proposed = refund('20.00', { idempotencyKey: fresh('key') });
	const [id, ...same] = await Promise.all(Array.from({ length: 10 }, () => shop.propose(proposed)));
	expect(new Set([id, ...same]).size).toBe(1);
	const action = await shop.until(id as string, 'executed');
	expect(await shop.propose({ ...proposed, amount: { value: '30.00', currency: 'USD' } })).toBe(id);
	await expect.poll(() => shop.quarantined()).toHaveLength(1);
	const [kept] = await shop.quarantined();
	expect(kept).toMatchObject({ queue: 'actions', problem: { code: 'idempotency_mismatch', field: 'idempotencyKey' } });
	expect(JSON.parse(kept?.raw ?? '')).toMatchObject({ amount: { value: '30.00' } });
	expect(await shop.get(id as string)).toEqual(action);
	expect(shop.runs).toHaveLength(1);
});
