/** Who of a tier is told, when, and in whose place; what a tier's start comes to; who may not approve, and by which channel. */
import { describe, expect, it } from 'vitest';
import type { Plan, Tier } from '../../src/domain/verdict.ts';
import { codeChannel, lackOf } from '../../src/policy/channel-limits.ts';
import { digestDue } from '../../src/policy/digest-times.ts';
import { onDuty, seatOf, standInOf } from '../../src/policy/on-duty.ts';
import { peopleIn } from '../../src/policy/plan.ts';
import { conflictOf, editsOf, raises, withoutConflicts } from '../../src/policy/separation.ts';
import { tally } from '../../src/policy/tally.ts';
import { tierStep, usefulUntil } from '../../src/policy/tier-step.ts';
import { judged, policyWith, proposalWith, rulesOf, usd } from './given.ts';

const minute = 60_000;
const hour = 60 * minute;
/** Monday, 23 November 2026, in Berlin (UTC+1). */
const berlin = (time: string, date = '2026-11-23'): number => Date.parse(`${date}T${time}:00+01:00`);

const person = (name: string, given: Record<string, unknown> = {}) => ({
	name,
	email: `${name.toLowerCase()}@example.com`,
	phone: `+1555010${String(name.charCodeAt(0) * 100 + name.length).padStart(4, '0')}`,
	time_zone: 'Europe/Berlin',
	...given,
});

const policy = policyWith({
	reviewers: {
		ana: person('Ana', { roles: ['lead'], quiet_hours: { from: '22:00', to: '07:00' } }),
		ben: person('Ben', { leave: [{ from: '2026-11-23', to: '2026-11-27', delegate: 'cai' }], known_as: ['benny@home.example'] }),
		cai: person('Cai', { roles: ['lead'], leave: [{ from: '2026-11-25', to: '2026-11-26', delegate: 'dee' }] }),
		dee: person('Dee'),
		eva: person('Eva', { leave: [{ from: '2026-11-22', to: '2026-11-23' }] }),
		off: person('Off', { active: false }),
	},
	groups: { support: ['ana', 'ben', 'eva'] },
	schedules: {
		days: { for: ['dee'], time_zone: 'Europe/Berlin', weekly: [{ days: ['mon', 'tue'], from: '09:00', to: '17:00' }] },
	},
	agents: { bot: { operated_by: ['dee'] } },
	channel_limits: { sms: { max_amount: '200.00' }, email: { max_amount: '1000.00' }, slack: { max_amount: null } },
	step_up_above: '500.00',
});

const tier = (given: Partial<Tier> = {}): Tier => ({ afterMs: 0, to: ['ana', 'ben', 'dee'], channels: ['email'], ...given });
const duty = (time: string, given: Partial<Tier> = {}, forMs = 30 * minute) => {
	const now = berlin(time);
	const { now: told, later, quiet } = onDuty(policy, tier(given), { now, until: now + forMs });
	return {
		now: told.map(({ reviewer }) => reviewer),
		later: later.map(({ reviewer, at }) => `${reviewer} ${new Date(at + hour).toISOString().slice(11, 16)}`),
		quiet: quiet.map(({ reviewer }) => reviewer),
	};
};

describe('who of a tier is told', () => {
	it('everybody who is there, delegates in the place of who is on leave', () => {
		expect(duty('10:00')).toEqual({ now: ['ana', 'cai', 'dee'], later: [], quiet: [] });
		expect(onDuty(policy, tier(), { now: berlin('10:00'), until: berlin('11:00') }).now).toContainEqual({
			reviewer: 'cai',
			standsFor: ['ben'],
		});
	});

	it('nobody off duty, until their shift begins', () => {
		expect(duty('08:50')).toEqual({ now: ['ana', 'cai'], later: ['dee 09:00'], quiet: [] });
		expect(duty('08:10', {}, 30 * minute).later).toEqual([]);
		expect(duty('17:00').now).toEqual(['ana', 'cai']);
	});

	it('nobody in quiet hours, until they end; what is urgent comes through', () => {
		expect(duty('06:50')).toMatchObject({ now: ['cai'], later: ['ana 07:00'] });
		expect(duty('23:00')).toEqual({ now: ['cai'], later: [], quiet: ['ana'] });
		expect(duty('23:00', { urgent: true })).toEqual({ now: ['ana', 'cai'], later: [], quiet: [] });
	});

	it('urgent or not, nobody on leave and nobody whose shift is over', () => {
		expect(duty('23:00', { to: ['dee', 'eva'], urgent: true })).toEqual({ now: [], later: [], quiet: [] });
	});

	it('who is on leave without a delegate once they are back, where that is in time', () => {
		expect(duty('23:30', { to: ['eva'] }, 2 * hour).later).toEqual(['eva 00:00']);
		expect(duty('23:30', { to: ['eva'] }).later).toEqual([]);
	});

	it('nobody twice, and nobody who is left out', () => {
		expect(duty('10:00', { to: ['cai', 'ben'] }).now).toEqual(['cai']);
		const { now } = onDuty(policy, tier(), { now: berlin('10:00'), until: berlin('11:00'), without: (id) => id === 'cai' });
		expect(now.map(({ reviewer }) => reviewer)).toEqual(['ana', 'dee']);
	});

	it('follows delegates of delegates, and gives up where the last one is away', () => {
		expect(standInOf(policy, 'ben', berlin('10:00'))).toBe('cai');
		expect(standInOf(policy, 'ben', berlin('10:00', '2026-11-25'))).toBe('dee');
		expect(standInOf(policy, 'eva', berlin('10:00'))).toBeNull();
		expect(standInOf(policy, 'off', berlin('10:00'))).toBeNull();
		expect(standInOf(policy, 'nobody', berlin('10:00'))).toBeNull();
	});

	it('knows roles wherever it knows groups', () => {
		expect(peopleIn(['lead'], policy.document)).toEqual(['ana', 'cai']);
		expect(peopleIn(['lead', 'support', 'everyone'], policy.document)).toEqual(['ana', 'cai', 'ben', 'eva', 'dee']);
	});
});

describe('quiet hours and shifts over a clock change', () => {
	const zone = (time_zone: string, quiet: { from: string; to: string }) =>
		policyWith({ reviewers: { ana: person('Ana', { time_zone, quiet_hours: quiet }) } });
	// In each zone: quiet from ten to seven; asked at half past one, on the night before, of the change, and after it.
	it.each([
		['Europe/Berlin', '2027-03-28T00:30:00Z', '2027-03-28T05:00:00Z'],
		['Europe/Berlin', '2027-10-30T23:30:00Z', '2027-10-31T06:00:00Z'],
		['America/New_York', '2027-03-14T06:30:00Z', '2027-03-14T11:00:00Z'],
		['America/New_York', '2027-11-07T05:30:00Z', '2027-11-07T12:00:00Z'],
		['Australia/Lord_Howe', '2027-10-02T15:00:00Z', '2027-10-02T20:00:00Z'],
		['Australia/Lord_Howe', '2027-04-03T14:40:00Z', '2027-04-03T20:30:00Z'],
	])('%s: a message of %s comes at %s', (name, asked, comes) => {
		const now = Date.parse(asked);
		const { later } = onDuty(zone(name, { from: '22:00', to: '07:00' }), tier({ to: ['ana'] }), { now, until: now + 12 * hour });
		expect(later.map(({ at }) => new Date(at).toISOString())).toEqual([new Date(comes).toISOString()]);
	});

	it('the hour that comes twice is quiet twice, and the hour that does not come is not waited for', () => {
		const quiet = zone('Europe/Berlin', { from: '02:00', to: '03:00' });
		const at = (text: string) =>
			onDuty(quiet, tier({ to: ['ana'] }), { now: Date.parse(text), until: Date.parse(text) + 6 * hour });
		expect(at('2027-10-31T00:30:00Z').later[0]?.at).toBe(Date.parse('2027-10-31T02:00:00Z'));
		expect(at('2027-10-31T01:30:00Z').later[0]?.at).toBe(Date.parse('2027-10-31T02:00:00Z'));
		expect(at('2027-03-28T01:00:00Z').now).toHaveLength(1);
	});
});

describe('the start of a tier', () => {
	const plan = (given: Partial<Plan> = {}): Plan => ({
		reviewers: ['ana', 'ben', 'dee', 'eva'],
		quorum: 1,
		tiers: [tier({ to: ['dee'] }), tier({ afterMs: 20 * minute, to: ['ana'] })],
		deadlineMs: 30 * minute,
		fallback: { handler: null, maxAttempts: 1 },
		...given,
	});
	const step = (time: string, at: { tier?: number; plan?: Plan; told?: boolean } = {}) => {
		const now = berlin(time);
		const { tier: index = 0, told = false } = at;
		const given = at.plan ?? plan();
		const nextAt = now + ((given.tiers[index + 1]?.afterMs ?? given.deadlineMs) - (given.tiers[index]?.afterMs ?? 0));
		const found = tierStep(policy, given, { tier: index, now, deadlineAt: now + given.deadlineMs, nextAt, told });
		return found.kind === 'tell' ? `tell ${found.now.map(({ reviewer }) => reviewer).join(' ') || 'later'}` : found.kind;
	};

	it('tells who is there, or will be before the next tier', () => {
		expect(step('10:00')).toBe('tell dee');
		expect(step('08:45')).toBe('tell later');
	});

	it('goes on at once where nobody is', () => {
		expect(step('08:00')).toBe('next');
		expect(step('08:00', { tier: 1 })).toBe('tell ana');
	});

	it('rather wakes somebody in quiet hours than lets the deadline pass', () => {
		expect(step('23:00')).toBe('next');
		expect(step('23:00', { tier: 1 })).toBe('tell ana');
		const long = plan({ deadlineMs: 12 * hour, tiers: [tier({ to: ['ana'] })] });
		expect(step('23:00', { plan: long })).toBe('tell later');
	});

	it('never tells after the time in which an answer would still be of use', () => {
		expect(usefulUntil({ deadlineMs: 30 * minute }, 30 * minute)).toBe(22.5 * minute);
		expect(usefulUntil({ deadlineMs: 4 * hour }, 4 * hour)).toBe(4 * hour - 10 * minute);
		// Quiet hours end at 07:00, the deadline is at 07:05.
		const late = plan({ deadlineMs: 25 * minute, tiers: [tier({ to: ['ana'] })] });
		expect(step('06:40', { plan: late })).toBe('tell ana');
	});

	it('ends with nobody where nobody is left, unless somebody was told before', () => {
		const away = plan({ tiers: [tier({ to: ['eva'] }), tier({ afterMs: 10 * minute, to: ['dee'] })] });
		expect(step('20:00', { plan: away, tier: 1 })).toBe('nobody');
		expect(step('20:00', { plan: away, tier: 1, told: true })).toBe('tell later');
	});

	it('leaves the inbox to whoever looks', () => {
		expect(step('20:00', { plan: plan({ tiers: [tier({ to: ['dee'], channels: ['inbox'] }), tier({ to: ['ana'] })] }) })).toBe(
			'tell later',
		);
	});
});

describe('delegates', () => {
	const plan = (given: Partial<Plan> = {}): Plan => ({
		reviewers: ['ana', 'ben'],
		quorum: 2,
		tiers: [],
		deadlineMs: hour,
		fallback: { handler: null, maxAttempts: 1 },
		...given,
	});
	const reply = (reviewer: string, answer: 'approve' | 'reject' = 'approve', standsFor?: string) => ({
		reviewer,
		answer,
		channel: 'email' as const,
		at: 1,
		...(standsFor !== undefined && { standsFor }),
	});

	it('fill the seat of who is on leave, and no other', () => {
		expect(seatOf(policy, ['ana', 'ben'], { reviewer: 'cai', now: berlin('10:00') })).toBe('ben');
		expect(seatOf(policy, ['ana', 'ben'], { reviewer: 'ana', now: berlin('10:00') })).toBe('ana');
		expect(seatOf(policy, ['ana', 'ben'], { reviewer: 'cai', now: berlin('10:00', '2026-12-01') })).toBeNull();
		expect(seatOf(policy, ['ana'], { reviewer: 'cai', now: berlin('10:00') })).toBeNull();
	});

	it('count for that seat, once', () => {
		expect(tally(plan(), [reply('ana'), reply('cai', 'approve', 'ben')])).toBe('approved_by_reviewers');
		expect(tally(plan(), [reply('cai', 'approve', 'ben'), reply('ben')])).toBeNull();
		expect(tally(plan(), [reply('ana'), reply('cai')])).toBeNull();
		expect(tally(plan(), [reply('cai', 'reject', 'ben')])).toBe('rejected_by_reviewer');
	});
});

describe('separation of duties', () => {
	const deed = (given: { agent?: string; user?: string } = {}, edits?: { by: string[]; raised: boolean }) => ({
		proposal: { agent: 'other', user: 'u-1', ...given },
		edits,
	});

	it.each([
		['dee', deed({ agent: 'bot' }), 'operator'],
		['ana', deed({ agent: 'bot' }), null],
		['ana', deed({ user: 'ana' }), 'requester'],
		['ana', deed({ user: ' ANA@Example.com ' }), 'requester'],
		['ben', deed({ user: 'benny@home.example' }), 'requester'],
		['ben', deed({ user: 'ana' }), null],
		['ana', deed({}, { by: ['ana', 'ben'], raised: false }), 'editor'],
		['cai', deed({}, { by: ['ana', 'ben'], raised: true }), null],
	])('%s, %o: %s', (reviewer, given, expected) => expect(conflictOf(policy, given, reviewer)).toBe(expected));

	it('can be loosened, but for a raised amount', () => {
		const loose = policyWith({
			separation_of_duties: { operator: false, requester: false, editor: 'raised_amount' },
			agents: { bot: { operated_by: ['ana'] } },
		});
		expect(conflictOf(loose, deed({ agent: 'bot', user: 'ana' }, { by: ['ana'], raised: false }), 'ana')).toBeNull();
		expect(conflictOf(loose, deed({}, { by: ['ana'], raised: true }), 'ana')).toBe('editor');
	});

	it('takes them out of the plan, with the reason, and hands over where too few are left', () => {
		const two = policyWith({ agents: { bot: { operated_by: ['ana'] } }, plans: [{ route: 'approval', ask: ['ana', 'wei'] }] });
		const { plan } = judged(two, { confidence: 0.9 });
		expect(plan).toMatchObject({ reviewers: ['wei'], barred: { ana: 'operator' } });
		expect(plan?.tiers.flatMap(({ to }) => to)).not.toContain('ana');
		const verdict = judged(two, { confidence: 0.9, user: 'wei' });
		expect(verdict).toMatchObject({ route: 'escalation' });
		expect(rulesOf(verdict)).toContain('reviewers.conflict');
		expect(withoutConflicts(two, plan as Plan, deed())).toEqual(plan);
	});

	it('lets who is barred stop it, and not approve it', () => {
		const plan: Plan = {
			reviewers: ['ana'],
			quorum: 1,
			tiers: [],
			deadlineMs: 1,
			fallback: { handler: null, maxAttempts: 1 },
			barred: { ben: 'editor' },
		};
		const by = (answer: 'approve' | 'reject' | 'take_over') =>
			tally(plan, [{ reviewer: 'ben', answer, channel: 'email', at: 1 }]);
		expect([by('approve'), by('reject'), by('take_over')]).toEqual([null, 'rejected_by_reviewer', 'taken_over']);
	});

	it('asks a second person where an edit raised what is at stake, whatever policy makes of the new amount', () => {
		const edited = judged(policyWith(), { amount: usd('20.00') }, { edits: { by: ['ana'], raised: true } });
		expect(edited).toMatchObject({ route: 'approval', plan: { barred: { ana: 'editor' } } });
		expect(rulesOf(edited)).toContain('edit.raised');
		expect(judged(policyWith(), { amount: usd('20.00') }, { edits: { by: ['ana'], raised: false } }).route).toBe('auto');
	});

	it('knows what raises: more, and what cannot be compared', () => {
		const from = (amount: unknown) => proposalWith({ amount });
		expect(raises(policy, from(usd('20.00')), from(usd('20.01')))).toBe(true);
		expect(raises(policy, from(usd('20.00')), from(usd('19.00')))).toBe(false);
		expect(raises(policy, from(usd('20.00')), from({ value: '1', currency: 'SEK' }))).toBe(true);
		expect(editsOf(null)).toBeUndefined();
	});
});

describe('what a channel may let run', () => {
	it.each([
		['sms', 'link', '200.00', null],
		['sms', 'link', '200.01', 'channel_limit'],
		['email', 'link', '500.00', null],
		['email', 'link', '500.01', 'step_up_required'],
		['email', 'link', '1000.01', 'channel_limit'],
		['slack', 'link', '400.00', null],
		['slack', 'link', '90000.00', 'step_up_required'],
		['sms', 'code', '90000.00', null],
		['inbox', 'session', '90000.00', null],
		['inbox', 'link', '90000.00', 'step_up_required'],
		['api', 'link', '300.00', null],
	] as const)('%s with a %s, %s: %s', (...[channel, assurance, amount, expected]) => {
		expect(lackOf(policy, proposalWith({ amount: usd(amount) }), { channel, assurance })).toBe(expected);
	});

	it('no money is no limit; money that cannot be compared is more than any', () => {
		expect(lackOf(policy, proposalWith(), { channel: 'sms', assurance: 'link' })).toBeNull();
		expect(lackOf(policy, proposalWith({ amount: { value: '1', currency: 'SEK' } }), { channel: 'sms', assurance: 'link' })).toBe(
			'channel_limit',
		);
	});

	it('a code goes by another channel than the link came by', () => {
		const both = { email: 'a@example.com', phone: '+15550100001' };
		expect([codeChannel(both, 'email'), codeChannel(both, 'sms'), codeChannel(both, 'slack')]).toEqual(['sms', 'email', 'sms']);
		expect(codeChannel({ email: 'a@example.com' }, 'email')).toBeNull();
		expect(codeChannel({ phone: '+15550100001' }, 'sms')).toBeNull();
	});
});

describe('when a digest is due', () => {
	const with_ = (notify_digest: unknown, ana: Record<string, unknown> = {}) =>
		policyWith({ reviewers: { ana: person('Ana', ana) }, notify_digest });
	const due = (given: ReturnType<typeof with_>, waitingSince: number, now: number) =>
		digestDue(given, 'ana', { now, waitingSince });

	it('so long after its first line', () => {
		const hourly = with_({ every: '1h' });
		expect(due(hourly, berlin('10:00'), berlin('10:59'))).toBe(false);
		expect(due(hourly, berlin('10:00'), berlin('11:00'))).toBe(true);
	});

	it('at times of the day of the reader, or at a time of their own', () => {
		const daily = with_({ at: ['09:00', '16:00'] });
		expect(due(daily, berlin('09:10'), berlin('15:59'))).toBe(false);
		expect(due(daily, berlin('09:10'), berlin('16:00'))).toBe(true);
		const own = with_({ every: '1h' }, { digest_at: '18:30' });
		expect([due(own, berlin('10:00'), berlin('18:29')), due(own, berlin('10:00'), berlin('18:30'))]).toEqual([false, true]);
	});

	it('not in quiet hours, not on leave, and never where lines only go into the log', () => {
		const quiet = with_(
			{ every: '1h' },
			{ quiet_hours: { from: '22:00', to: '07:00' }, leave: [{ from: '2026-11-24', to: '2026-11-24' }] },
		);
		expect(due(quiet, berlin('21:00'), berlin('22:30'))).toBe(false);
		expect(due(quiet, berlin('21:00'), berlin('12:00', '2026-11-24'))).toBe(false);
		expect(due(quiet, berlin('21:00'), berlin('07:00', '2026-11-25'))).toBe(true);
		expect(due(with_(false), berlin('10:00'), berlin('20:00'))).toBe(false);
	});
});
