/** What every page of the inbox must hold to: its headers, agents' text inert, both languages, the order of the list. */
import { expect, test } from 'vitest';
import { inboxTexts } from '../../src/channels/catalogue-inbox.ts';
import { alikeGroups, sumText } from '../../src/http/inbox/alike.ts';
import type { Pending } from '../../src/http/inbox/pending.ts';
import { byUrgency } from '../../src/http/inbox/urgency.ts';
import { refund, shopPolicy } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { openInbox } from './inbox-desk.ts';

const redis = testRedis();
const minute = 60_000;

const entry = (id: string, given: Partial<Pending> = {}): Pending => ({
	id,
	state: 'in_review',
	version: 1,
	revision: 1,
	payloadDigest: 'd',
	agent: 'agent',
	facts: { operation: 'refund' },
	stake: 0,
	deadlineAt: 30 * minute,
	createdAt: 0,
	priority: 'normal',
	rule: 'threshold.financial',
	reason: null,
	confidence: 1,
	reviewers: ['ana'],
	replied: [],
	owner: null,
	quorum: 1,
	...given,
});

test('the order: how soon, then how urgent, then how much, then the exact deadline', () => {
	const entries = [
		entry('later', { deadlineAt: null, priority: 'high', stake: 9 }),
		entry('small', { stake: 1 }),
		entry('large', { stake: 2 }),
		entry('unknown', { stake: Number.POSITIVE_INFINITY }),
		entry('urgent', { priority: 'high' }),
		entry('soonest', { deadlineAt: 5 * minute }),
		entry('sooner', { stake: 1, deadlineAt: 29 * minute }),
		entry('overdue', { deadlineAt: -minute, stake: 5 }),
	];
	const order = ['overdue', 'soonest', 'urgent', 'unknown', 'large', 'sooner', 'small', 'later'];
	expect(byUrgency(entries, 0).map(({ id }) => id)).toEqual(order);
	expect(byUrgency([...entries].reverse(), 0).map(({ id }) => id)).toEqual(order);
});

test('groups need three of one operation, agent and reason; sums are kept by currency', () => {
	const usd = (minor: number) => ({ facts: { operation: 'refund', amount: { minor, currency: 'USD' } } });
	const groups = alikeGroups([
		entry('a', usd(100)),
		entry('b', usd(200)),
		entry('c', { facts: { operation: 'refund', amount: { minor: 50, currency: 'EUR' } } }),
		entry('d', { ...usd(1), agent: 'another' }),
		entry('e', { ...usd(1), rule: 'amount.above_500' }),
		entry('f', { ...usd(1), state: 'escalated' }),
	]);
	expect(groups.map(({ members }) => members.map(({ id }) => id))).toEqual([['a', 'b', 'c']]);
	expect(sumText(groups[0]?.sums ?? [])).toBe('USD 3.00 + EUR 0.50');
});

test('every page forbids frames, caches and foreign scripts, and what agents wrote is inert', async () => {
	const policy = shopPolicy.replace('cai: { name: Cai,', 'cai: { name: Cai, language: zh-CN,');
	const desk = await openInbox(redis, { policy });
	const seats = [await desk.seat('ana'), await desk.seat('cai')];
	const evil = '"><img src=x onerror=alert(1)><script>alert(2)</script>';
	const id = await desk.propose(
		refund('800.00', {
			agent: `agent${evil}`,
			user: `user${evil}`,
			reasoning: evil,
			arguments: { order_id: evil, [evil]: evil },
		}),
	);
	const paths = [
		'/inbox',
		'/inbox?view=everyone',
		`/inbox?q=${encodeURIComponent(evil)}`,
		`/inbox/together?id=${id}`,
		`/inbox/actions/${id}`,
		`/inbox/actions/${id}/edit`,
		`/inbox/history?q=${encodeURIComponent(evil)}`,
		'/inbox/history',
		'/inbox/nothing',
		'/inbox/actions/x',
		`/inbox/policies/${'0'.repeat(64)}`,
		'/sign-in',
	];
	for (const seat of seats) {
		await expect.poll(async () => (await seat.page('/inbox')).includes(id)).toBe(true);
		for (const path of paths) {
			const answer = await seat.get(path);
			const text = await answer.text();
			expect(answer.headers.get('x-frame-options'), path).toBe('DENY');
			expect(answer.headers.get('cache-control'), path).toBe('no-store');
			const csp = answer.headers.get('content-security-policy') ?? '';
			expect(csp.includes("default-src 'none'") && csp.includes("frame-ancestors 'none'") && !csp.includes('unsafe'), path).toBe(
				true,
			);
			expect(/<img|<script>alert|onerror=alert\(1\)>/.test(text), path).toBe(false);
		}
	}
});

test('both languages have every sentence, and none is empty', () => {
	const keys = (value: object, path = ''): string[] =>
		Object.entries(value).flatMap(([key, inner]) =>
			typeof inner === 'object' ? keys(inner, `${path}${key}.`) : [`${path}${key}`],
		);
	expect(keys(inboxTexts['zh-CN'])).toEqual(keys(inboxTexts.en));
	for (const texts of Object.values(inboxTexts)) expect(JSON.stringify(texts)).not.toContain('""');
});
