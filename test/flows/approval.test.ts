/** A refund above 500 is asked about: people answer, and exactly what they were shown happens, once, or not at all. */
import { expect, test } from 'vitest';
import { publicAction } from '../../src/domain/public-action.ts';
import { withdraw } from '../../src/reviews/withdraw.ts';
import { testRedis } from '../support/redis.ts';
import { minute, openShop, refund } from './shop.ts';

const redis = testRedis();

test('approved by a reviewer, it runs exactly once, with the arguments that were shown', async () => {
	const shop = await openShop(redis);
	const proposed = refund('600.00', { reasoning: 'the parcel never came' });
	const id = await shop.propose(proposed);
	const mail = await shop.mailbox.waitFor(({ recipients }) => recipients.includes('ana@shop.example'));
	expect(mail.text).toContain('600.00');
	expect(mail.text).toContain('the parcel never came');
	expect(shop.runs).toEqual([]);

	expect(await shop.answer(id, 'ana', { answer: 'approve', comment: 'I called her' })).toMatchObject({
		ok: true,
		event: 'approved_by_reviewers',
	});
	const action = await shop.until(id, 'executed');
	expect(shop.runs).toEqual([{ id, operation: 'refund', arguments: proposed.arguments, key: `${id}.1` }]);
	expect(action.decision).toMatchObject({
		event: 'approved_by_reviewers',
		by: 'ana',
		channel: 'inbox',
		comment: 'I called her',
		payloadDigest: action.payloadDigest,
	});
	expect(await shop.events(id)).toEqual([
		'received',
		'routed_approval',
		'approved_by_reviewers',
		'execution_started',
		'execution_succeeded',
	]);

	// Whoever comes later is told who was first; wake-ups that come again find nothing to do.
	const late = await shop.answer(id, 'ben', 'reject');
	expect(late).toMatchObject({
		ok: false,
		problem: { code: 'already_decided' },
		winner: { by: 'ana', event: 'approved_by_reviewers' },
	});
	await shop.app.back.queues.add([{ event: 'approved_by_reviewers', effect: 'execute', id, version: 3 }]);
	await shop.advance(minute);
	expect(shop.runs).toHaveLength(1);
	expect(await shop.quarantined()).toEqual([]);
});

test('rejected, it never runs, and the agent is told why', async () => {
	const shop = await openShop(redis);
	const id = await shop.propose(refund('600.00'));
	await shop.until(id, 'in_review');
	expect(await shop.answer(id, 'ben', { answer: 'reject', comment: 'order 1881 was never paid' })).toMatchObject({ ok: true });
	const action = await shop.until(id, 'rejected');
	expect(publicAction(action)).toMatchObject({
		state: 'rejected',
		ended: true,
		outcome: { state: 'rejected', reason: 'order 1881 was never paid' },
	});
	expect(shop.runs).toEqual([]);
});

test('a quorum of two is two people: the same one twice is one', async () => {
	const shop = await openShop(redis);
	const id = await shop.propose(refund('2500.00'));
	await shop.until(id, 'in_review');
	expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: true, event: 'reply_recorded' });
	expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: false, problem: { code: 'already_decided' } });
	expect((await shop.get(id)).state).toBe('in_review');
	expect(await shop.answer(id, 'cai', 'approve')).toMatchObject({ ok: true, event: 'approved_by_reviewers' });
	expect((await shop.until(id, 'executed')).replies.map(({ reviewer }) => reviewer)).toEqual(['ana', 'cai']);
	expect(shop.runs).toHaveLength(1);
});

test('with a quorum of two, one rejection is enough', async () => {
	const shop = await openShop(redis);
	const id = await shop.propose(refund('2500.00'));
	await shop.until(id, 'in_review');
	await shop.answer(id, 'ana', 'approve');
	expect(await shop.answer(id, 'ben', 'reject')).toMatchObject({ ok: true, event: 'rejected_by_reviewer' });
	await shop.until(id, 'rejected');
	expect(shop.runs).toEqual([]);
});

test('taken over, it has an owner; released by the owner, and by nobody else, the original runs', async () => {
	const shop = await openShop(redis);
	const id = await shop.propose(refund('600.00'));
	await shop.until(id, 'in_review');
	expect(await shop.answer(id, 'ana', 'take_over')).toMatchObject({ ok: true, event: 'taken_over' });
	expect(await shop.get(id)).toMatchObject({ state: 'escalated', owner: 'ana' });
	expect(await shop.answer(id, 'ben', 'approve')).toMatchObject({ ok: false, winner: { by: 'ana', event: 'taken_over' } });
	expect(await shop.answer(id, 'dee', 'release')).toMatchObject({ ok: false, problem: { code: 'reviewer_not_allowed' } });
	expect(await shop.answer(id, 'ana', 'release')).toMatchObject({ ok: true, event: 'released' });
	expect((await shop.until(id, 'executed')).decision).toMatchObject({ by: 'ana', event: 'released' });
	expect(shop.runs).toHaveLength(1);
});

test('edited, policy judges it again; links to the old revision are told who changed it', async () => {
	const shop = await openShop(redis);
	const id = await shop.propose(refund('600.00'));
	const shown = await shop.until(id, 'in_review');
	const edit = { amount: { minor: 700_00, currency: 'USD' } };
	expect(await shop.answer(id, 'ana', { answer: 'edit', edit })).toMatchObject({ ok: true, event: 'edited' });
	const again = await shop.until(id, 'in_review');
	// Nobody has decided about the new revision yet.
	expect(again).toMatchObject({ revision: 2, replies: [], decision: null, lastEdit: { by: 'ana' } });
	expect(again.payloadDigest).not.toBe(shown.payloadDigest);

	for (const answer of ['approve', 'reject', 'take_over'] as const) {
		const late = await shop.answer(id, 'ben', { answer, shown });
		expect(late).toMatchObject({ ok: false, problem: { code: 'changed_since_shown' }, winner: { by: 'ana', event: 'edited' } });
	}
	await shop.mailbox.waitFor(({ text }) => text.includes('700.00'));
	expect(await shop.answer(id, 'ben', 'approve')).toMatchObject({ ok: true });
	await shop.until(id, 'executed');
	expect(shop.runs).toEqual([expect.objectContaining({ id, key: `${id}.2` })]);
});

test('edited so that policy lets it run, it runs as edited', async () => {
	const shop = await openShop(redis);
	const id = await shop.propose(refund('600.00'));
	await shop.until(id, 'in_review');
	await shop.answer(id, 'ana', { answer: 'edit', edit: { amount: { minor: 50_00, currency: 'USD' } } });
	const action = await shop.until(id, 'executed');
	expect(action).toMatchObject({
		revision: 2,
		decision: { event: 'routed_auto', by: 'policy' },
		proposal: { amount: { minor: 50_00 } },
	});
	expect(await shop.events(id)).toEqual([
		'received',
		'routed_approval',
		'edited',
		'routed_auto',
		'execution_started',
		'execution_succeeded',
	]);
});

test('an edit that changes nothing, or comes after four others, is refused', async () => {
	const shop = await openShop(redis, { channels: false });
	const id = await shop.propose(refund('600.00'));
	await shop.until(id, 'in_review');
	expect(await shop.answer(id, 'ana', { answer: 'edit', edit: {} })).toMatchObject({
		ok: false,
		problem: { code: 'decision_invalid' },
	});
	// Each by somebody else: who edited an action is not asked about it again.
	for (const [i, reviewer] of ['ana', 'ben', 'cai', 'dee'].entries()) {
		const edit = { amount: { minor: (590 - i) * 100, currency: 'USD' } };
		expect(await shop.answer(id, reviewer, { answer: 'edit', edit })).toMatchObject({ ok: true });
		await shop.until(id, 'in_review', 'escalated');
	}
	const fifth = await shop.answer(id, 'ana', { answer: 'edit', edit: { amount: { minor: 550_00, currency: 'USD' } } });
	expect(fifth).toMatchObject({ ok: false });
});

test('nobody but those who were asked may answer, and no agent', async () => {
	const shop = await openShop(redis, { channels: false });
	const proposed = refund('600.00');
	const id = await shop.propose(proposed);
	const action = await shop.until(id, 'in_review');
	for (const stranger of [proposed.agent, 'nobody', 'policy', '__proto__']) {
		expect(await shop.answer(id, stranger, 'approve')).toMatchObject({ ok: false, problem: { code: 'reviewer_not_allowed' } });
	}
	const shown = { revision: 1, payloadDigest: '0'.repeat(64) };
	expect(await shop.answer(id, 'ana', { answer: 'approve', shown })).toMatchObject({
		ok: false,
		problem: { code: 'changed_since_shown' },
	});
	for (const answer of ['own', 'release', 'dismiss', 'resolve_by_hand', 'revoke', 'confirm_done'] as const) {
		expect(await shop.answer(id, 'ana', answer)).toMatchObject({ ok: false, problem: { code: 'wrong_state' } });
	}
	expect(await shop.get(id)).toEqual(action);
});

test('withdrawn by its agent before anybody answers, it is gone; answers are told', async () => {
	const shop = await openShop(redis);
	const proposed = refund('600.00');
	const id = await shop.propose(proposed);
	await shop.until(id, 'in_review');
	expect(await withdraw(shop.app.front, id, { tenant: 'default', agent: 'another' })).toMatchObject({
		ok: false,
		problem: { code: 'not_found' },
	});
	const mine = { tenant: 'default', agent: proposed.agent };
	expect(await withdraw(shop.app.front, id, mine)).toMatchObject({ ok: true, action: { state: 'withdrawn' } });
	expect(await withdraw(shop.app.front, id, mine)).toMatchObject({ ok: true });
	expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({
		ok: false,
		winner: { by: proposed.agent, event: 'withdrawn' },
	});
	expect(await shop.events(id)).toEqual(['received', 'routed_approval', 'withdrawn']);
	expect(shop.runs).toEqual([]);
});

test('withdrawn while it runs or after, it is too late, and the agent is told what happened', async () => {
	const { promise: goOn, resolve: go } = Promise.withResolvers<void>();
	const { promise: running, resolve: runs } = Promise.withResolvers<void>();
	const run = async () => {
		runs();
		await goOn;
		return { status: 'done' } as const;
	};
	const shop = await openShop(redis, { channels: false, operations: { refund: { run } } });
	const proposed = refund('600.00');
	const id = await shop.propose(proposed);
	await shop.until(id, 'in_review');
	await shop.answer(id, 'ana', 'approve');
	await running;
	const mine = { tenant: 'default', agent: proposed.agent };
	const late = { ok: false, problem: { code: 'not_withdrawable' }, winner: { by: 'ana', event: 'approved_by_reviewers' } };
	expect(await withdraw(shop.app.front, id, mine)).toMatchObject(late);
	go();
	await shop.until(id, 'executed');
	expect(await withdraw(shop.app.front, id, mine)).toMatchObject(late);
});

test('approved and not yet started, it can be withdrawn by its agent and revoked by a person', async () => {
	const shop = await openShop(redis, { channels: false, workers: ['classifier'] });
	for (const how of ['withdrawn', 'rejected'] as const) {
		const proposed = refund('600.00');
		const id = await shop.propose(proposed);
		await shop.until(id, 'in_review');
		await shop.answer(id, 'ana', 'approve');
		if (how === 'withdrawn')
			expect(await withdraw(shop.app.front, id, { tenant: 'default', agent: proposed.agent })).toMatchObject({ ok: true });
		else
			expect(await shop.answer(id, 'ben', { answer: 'revoke', comment: 'fraud' })).toMatchObject({ ok: true, event: 'revoked' });
		expect((await shop.get(id)).state).toBe(how);
	}
	await shop.app.startWorkers(['auto', 'chores']);
	await shop.advance(minute);
	expect(shop.runs).toEqual([]);
});
