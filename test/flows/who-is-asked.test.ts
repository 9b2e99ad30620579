/** Who is asked and who may answer: quorum, duties that are separate, what channels may approve, people who come and go. */
import { describe, expect, test } from 'vitest';
import { testRedis } from '../support/redis.ts';
import { openPeople, peoplePolicy, reviewers } from './people.ts';
import { hour, refund } from './shop.ts';

const redis = testRedis();

describe('quorum', () => {
	test('two of three; who answers through two channels counts once', async () => {
		const shop = await openPeople(
			redis,
			peoplePolicy(`${reviewers()}\nplans: [{ route: approval, quorum: 2, ask: [ana, ben, cai] }]`),
		);
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		expect(await shop.answer(id, 'ana', { answer: 'approve', channel: 'sms' })).toMatchObject({
			ok: true,
			event: 'reply_recorded',
		});
		expect(await shop.answer(id, 'ana', { answer: 'approve', channel: 'slack' })).toMatchObject({
			ok: false,
			problem: { code: 'already_decided' },
		});
		expect((await shop.get(id)).state).toBe('in_review');
		expect(await shop.answer(id, 'cai', { answer: 'approve', channel: 'email' })).toMatchObject({
			ok: true,
			event: 'approved_by_reviewers',
		});
		await shop.until(id, 'executed');
	});

	test('of a hundred everybody gets one card, the first answer wins, and the others are told whose it was', async () => {
		const crowd = Array.from({ length: 100 }, (_, i) => `p${i}`);
		const people = crowd.map((id) => `  ${id}: { name: P ${id}, email: ${id}@shop.example }`).join('\n');
		const shop = await openPeople(redis, peoplePolicy(`reviewers:\n${people}\nplans: [{ route: approval, ask: [everyone] }]`));
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await expect.poll(() => shop.mailed().length, { timeout: 10_000 }).toBe(100);
		expect(new Set(shop.mailed()).size).toBe(100);
		const shown = await shop.get(id);
		const answers = await Promise.all(
			crowd.map((reviewer) => shop.answer(id, reviewer, { answer: 'approve', channel: 'email', shown })),
		);
		const won = answers.filter(({ ok }) => ok);
		expect(won).toHaveLength(1);
		const { decision } = await shop.get(id);
		for (const answer of answers)
			if (!answer.ok) expect(answer.winner).toMatchObject({ event: 'approved_by_reviewers', by: decision?.by });
		await shop.settled();
		expect(shop.mailed()).toHaveLength(100);
	});
});

describe('separation of duties', () => {
	const policy = peoplePolicy(`${reviewers({ cai: 'known_as: ["c.chen@home.example"]' })}
groups: { leads: [dee] }
on_call: leads
agents: { refund-bot: { operated_by: [ana] } }
plans: [{ route: approval, ask: [ana, ben, cai] }]`);

	test('the operator of the agent is not asked, cannot approve, and can stop it', async () => {
		const shop = await openPeople(redis, policy);
		const [id, other] = await Promise.all(
			['600.00', '700.00'].map((amount) => shop.propose(refund(amount, { agent: 'refund-bot' }))),
		);
		for (const each of [id, other]) await shop.until(each as string, 'in_review');
		await expect.poll(() => shop.mailed().length, { timeout: 5000 }).toBe(4);
		expect(new Set(shop.mailed())).toEqual(new Set(['ben', 'cai']));
		expect(await shop.answer(id as string, 'ana', 'approve')).toMatchObject({
			ok: false,
			problem: { code: 'separation_of_duties' },
		});
		expect(await shop.answer(id as string, 'ana', 'reject')).toMatchObject({ ok: true, event: 'rejected_by_reviewer' });
		expect(await shop.answer(other as string, 'ben', 'approve')).toMatchObject({ ok: true });
		await shop.until(other as string, 'executed');
	});

	test('nobody approves what concerns themselves, by whatever name the proposal knows them', async () => {
		const shop = await openPeople(redis, policy);
		const id = await shop.propose(refund('600.00', { user: 'C.Chen@home.example' }));
		const action = await shop.until(id, 'in_review');
		expect(action.plan).toMatchObject({ reviewers: ['ana', 'ben'], barred: { cai: 'requester' } });
		expect(await shop.answer(id, 'cai', 'approve')).toMatchObject({ problem: { code: 'separation_of_duties' } });
		expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: true });
	});

	test('where the only reviewer is the requester, it is a case at once, and the agent is told why', async () => {
		const shop = await openPeople(redis, peoplePolicy(`${reviewers()}\non_call: dee\nplans: [{ route: approval, ask: [ana] }]`));
		const id = await shop.propose(refund('600.00', { user: 'ana' }));
		const action = await shop.until(id, 'escalated');
		expect(action.verdict?.reasons.map(({ rule }) => rule)).toContain('reviewers.conflict');
		expect((await shop.mailbox.waitFor(() => true)).recipients).toEqual(['dee@shop.example']);
	});

	test('who edits an action cannot approve it; a raised amount needs a second person even where policy would let it run', async () => {
		const shop = await openPeople(redis, policy);
		const id = await shop.propose(refund('20.00', { confidence: 0.9 }));
		await shop.until(id, 'in_review');
		const edit = (reviewer: string, minor: number) =>
			shop.answer(id, reviewer, { answer: 'edit', edit: { amount: { currency: 'USD', minor } } });
		expect(await edit('ben', 30_00)).toMatchObject({ ok: true, event: 'edited' });
		const raised = await shop.until(id, 'in_review');
		expect(raised).toMatchObject({
			revision: 2,
			lastEdit: { raised: true, editors: ['ben'] },
			plan: { barred: { ben: 'editor' } },
		});
		expect(await shop.answer(id, 'ben', 'approve')).toMatchObject({ problem: { code: 'separation_of_duties' } });
		// Somebody else's small change does not wash it clean.
		expect(await edit('cai', 29_00)).toMatchObject({ ok: true });
		const again = await shop.until(id, 'in_review');
		expect(again.plan?.barred).toEqual({ ben: 'editor', cai: 'editor' });
		expect(again.verdict?.reasons.map(({ rule }) => rule)).toContain('edit.raised');
		expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: true });
		await shop.until(id, 'executed');
	});

	test('an owner with a hand in it cannot let the case run', async () => {
		const shop = await openPeople(
			redis,
			peoplePolicy(`${reviewers()}\non_call: everyone\nagents: { refund-bot: { operated_by: [dee] } }`),
		);
		const id = await shop.propose(refund('60000.00', { agent: 'refund-bot' }));
		await shop.until(id, 'escalated');
		await shop.answer(id, 'dee', 'own');
		expect(await shop.answer(id, 'dee', 'release')).toMatchObject({ problem: { code: 'separation_of_duties' } });
		expect(await shop.answer(id, 'dee', 'dismiss')).toMatchObject({ ok: true });
	});
});

describe('what a channel may approve', () => {
	const policy = peoplePolicy(`${reviewers()}
plans: [{ route: approval, ask: [ana, ben] }]
channel_limits: { sms: { max_amount: "800.00" }, email: { max_amount: "2000.00" }, slack: { max_amount: null } }
step_up_above: "5000.00"`);

	test('above it approving is refused with a code, and rejecting and taking over work', async () => {
		const shop = await openPeople(redis, policy);
		const propose = async (amount: string): Promise<string> => {
			const id = await shop.propose(refund(amount));
			await shop.until(id, 'in_review');
			return id;
		};
		const small = await propose('800.00');
		expect(await shop.answer(small, 'ana', { answer: 'approve', channel: 'sms' })).toMatchObject({ ok: true });
		const large = await propose('800.01');
		const refused = await shop.answer(large, 'ana', { answer: 'approve', channel: 'sms' });
		expect(refused).toMatchObject({ ok: false, problem: { code: 'channel_limit' }, winner: null });
		expect(refused.ok ? '' : refused.problem.message).toMatch(/page with a code, or in the inbox/);
		expect((await shop.get(large)).state).toBe('in_review');
		expect(await shop.answer(large, 'ana', { answer: 'reject', channel: 'sms' })).toMatchObject({ ok: true });
		const taken = await propose('3000.00');
		expect(await shop.answer(taken, 'ben', { answer: 'approve', channel: 'email' })).toMatchObject({
			problem: { code: 'channel_limit' },
		});
		expect(await shop.answer(taken, 'ben', { answer: 'take_over', channel: 'email' })).toMatchObject({
			ok: true,
			event: 'taken_over',
		});
		const huge = await propose('6000.00');
		expect(await shop.answer(huge, 'ana', { answer: 'approve', channel: 'slack' })).toMatchObject({
			problem: { code: 'step_up_required' },
		});
		expect(await shop.answer(huge, 'ana', { answer: 'approve', channel: 'slack', assurance: 'code' })).toMatchObject({
			ok: true,
		});
		expect((await shop.get(huge)).replies).toMatchObject([{ reviewer: 'ana', assurance: 'code' }]);
	});
});

describe('people who come and go', () => {
	test('a reviewer without an address for anything is passed over', async () => {
		const people = 'reviewers:\n  ana: { name: Ana }\n  ben: { name: Ben, email: ben@shop.example }';
		const shop = await openPeople(
			redis,
			peoplePolicy(
				`${people}\nplans: [{ route: approval, deadline: 30m, tiers: [{ after: 0s, to: [ana, ben], channels: [email] }] }]`,
			),
		);
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await shop.mailbox.waitFor(() => true);
		expect(shop.mailed()).toEqual(['ben']);
		expect((await shop.get(id)).state).toBe('in_review');
	});

	test('a mailbox that is gone makes room: the phone, then the next people at once, not at their time', async () => {
		const shop = await openPeople(
			redis,
			peoplePolicy(
				`${reviewers()}\nplans: [{ route: approval, deadline: 30m, tiers: [{ after: 0s, to: [ana], channels: [email] }, { after: 20m, to: [dee], channels: [email] }] }]`,
			),
		);
		shop.mailbox.fail({ code: 550, at: 'rcpt' });
		shop.phone.fail({ status: 400, code: 21211 });
		const id = await shop.propose(refund('600.00'));
		// Dee cannot be reached either.
		await shop.until(id, 'escalated');
		expect(await shop.app.back.store.actions.history(id)).toContainEqual(
			expect.objectContaining({ event: 'tier_started', detail: { tier: 1, because: 'nobody_reached' } }),
		);
		expect(await shop.events(id)).toContain('nobody_reachable');
	});

	test('who is removed while holding a link is asked no more and may not answer; somebody else is asked at once', async () => {
		const plan =
			'plans: [{ route: approval, deadline: 30m, tiers: [{ after: 0s, to: [ana, ben], channels: [email], tell: needed }, { after: 20m, to: [dee], channels: [email] }] }]';
		const shop = await openPeople(redis, peoplePolicy(`${reviewers()}\n${plan}`));
		await shop.advance(0);
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await shop.mailbox.waitFor(() => true);
		const [told = ''] = shop.mailed();
		const other = told === 'ana' ? 'ben' : 'ana';
		const without = peoplePolicy(`${reviewers()}\n${plan}`)
			.replace(new RegExp(`  ${told}:.*\n`), '')
			.replace('[ana, ben]', `[${other}]`);
		await shop.newPolicy(without);
		await shop.mailbox.waitFor(({ recipients }) => recipients[0] === `${other}@shop.example`);
		expect(await shop.answer(id, told, 'approve')).toMatchObject({ problem: { code: 'reviewer_not_allowed' } });
		expect(await shop.answer(id, other, 'approve')).toMatchObject({ ok: true });
	});

	test('where too few are left who could approve, it becomes a case; a case whose owner has gone is shown to the others', async () => {
		const plan = 'on_call: [dee]\nplans: [{ route: approval, deadline: 30m, quorum: 2, ask: [ana, ben] }]'.replace(
			'[dee]',
			'dee',
		);
		const shop = await openPeople(redis, peoplePolicy(`${reviewers()}\n${plan}`));
		await shop.advance(0);
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		const later = await shop.propose(refund('60000.00'));
		await shop.until(later, 'escalated');
		await shop.answer(later, 'dee', 'own');
		const inactive = (who: string): string =>
			peoplePolicy(
				`${reviewers({ [who]: 'active: false' })}\n${plan.replace('quorum: 2, ', '').replace('on_call: dee', 'on_call: cai')}`,
			);
		await shop.newPolicy(inactive('ben'));
		await shop.until(id, 'escalated');
		expect(await shop.events(id)).toContain('nobody_reachable');
		await shop.newPolicy(inactive('dee'));
		await expect.poll(async () => (await shop.get(later)).owner).toBeNull();
		await shop.mailbox.waitFor(
			({ recipients, subject }) => recipients[0] === 'cai@shop.example' && subject.includes('60,000.00'),
		);
	});

	test('as many as are needed are told first, in turns; the others may answer, and are told later', async () => {
		const shop = await openPeople(
			redis,
			peoplePolicy(
				`${reviewers()}\nplans: [{ route: approval, deadline: 30m, tiers: [{ after: 0s, to: [ana, ben, cai], channels: [email], tell: needed }, { after: 20m, to: [ana, ben, cai], channels: [email] }] }]`,
			),
		);
		for (let i = 0; i < 6; i++) {
			const id = await shop.propose(refund('600.00'));
			await shop.until(id, 'in_review');
			await expect.poll(() => shop.mailed().length, { timeout: 5000 }).toBe(i + 1);
		}
		const counts = ['ana', 'ben', 'cai'].map((who) => shop.mailed().filter((each) => each === who).length);
		expect(counts).toEqual([2, 2, 2]);
		await shop.advance(hour);
	});
});
