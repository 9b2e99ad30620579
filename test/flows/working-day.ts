/** A working day of three reviewers, with the routes of the field report: real messages, people who come when one reaches them. */
import type { Action } from '../../src/domain/action.ts';
import type { TestRedis } from '../support/redis.ts';
import { openPeople, type PeopleShop, peoplePolicy } from './people.ts';
import { minute, refund } from './shop.ts';

/** How many actions of a day go where; they come evenly spread, in random order. */
export interface DayPlan {
	/** Run by themselves, without a word and with a line in the digest. */
	readonly auto: number;
	readonly notify: number;
	/** Asked about; above 1000 by text, at once. */
	readonly approval: number;
	readonly large: number;
	/** Handed over for want of confidence, and because of what the customer says. */
	readonly unsure: number;
	readonly legal: number;
}

export const total = (day: DayPlan): number => Object.values(day).reduce((sum, count) => sum + count, 0);

export interface DayResult {
	/** Messages that asked for something, by reviewer: mails and texts, as the mailbox and the phone got them. */
	readonly interrupting: Readonly<Record<string, number>>;
	/** Every message, digests included. */
	readonly all: Readonly<Record<string, number>>;
	/** What the store has on record. */
	readonly onRecord: Readonly<Record<string, number>>;
	/** Minutes from the proposal to the answer, of what was asked or handed over. */
	readonly waits: readonly number[];
	/** How the day's actions ended. */
	readonly ends: Readonly<Record<string, number>>;
}

/** The day begins at eight in Berlin, with everybody on duty. */
const begin = Date.parse('2027-01-11T07:00:00Z');
const day = '2027-01-11';
const dayMs = 10 * 60 * minute;
const people = { ana: '+15550100001', ben: '+15550100002', cai: '+15550100003' } as const;

export const dayPolicy = (given: string): string =>
	peoplePolicy(`reviewers:
${Object.entries(people)
	.map(
		([id, phone]) =>
			`  ${id}: { name: ${id.charAt(0).toUpperCase()}${id.slice(1)}, email: ${id}@shop.example, phone: "${phone}", time_zone: Europe/Berlin }`,
	)
	.join('\n')}
${given}`).replace('notify_digest: false\n', '');

/** Numbers that look random and are the same in every run. */
function randomFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

type Kind = keyof DayPlan;

function proposalOf(kind: Kind, random: () => number) {
	const cents = (from: number, to: number): string => (from + random() * (to - from)).toFixed(2);
	switch (kind) {
		case 'auto':
			return refund(cents(5, 200));
		case 'notify':
			return refund(cents(5, 200), { confidence: 0.96 });
		case 'approval':
			return refund(cents(20, 450), { confidence: 0.85 });
		case 'large':
			return refund(cents(1001, 4500));
		case 'unsure':
			return refund(cents(20, 450), { confidence: 0.5 });
		case 'legal':
			return refund(cents(20, 450), { conversation: [{ role: 'user', text: 'my lawyer will call you' }] });
	}
}

/** Plays the day in steps. Whoever gets a message comes two to eight minutes later, and does whatever waits in the inbox by then. */
export async function playDay(
	redis: TestRedis,
	policy: string,
	{ plan, stepMinutes }: { plan: DayPlan; stepMinutes: number },
): Promise<DayResult> {
	const shop = await openPeople(redis, policy);
	const random = randomFrom(20270111);
	const kinds = Object.entries(plan).flatMap(([kind, count]) => Array.from({ length: count }, () => kind as Kind));
	const arrivals = kinds.map((kind) => ({ kind, at: begin + random() * dayMs })).sort((a, b) => a.at - b.at);
	const counts = counter(shop);
	const comesAt = new Map<string, number>();
	const waits: number[] = [];
	const ids: string[] = [];
	await shop.clockTo(new Date(begin).toISOString());
	// An hour more than the day, for what is still open.
	for (let now = begin; now < begin + dayMs + 60 * minute; now += stepMinutes * minute) {
		const came: string[] = [];
		while (arrivals[0] !== undefined && arrivals[0].at < now + stepMinutes * minute)
			came.push(await shop.propose(proposalOf((arrivals.shift() as { kind: Kind }).kind, random)));
		for (const id of came) await shop.until(id, 'executed', 'in_review', 'escalated');
		ids.push(...came);
		await shop.settled();
		for (const reviewer of counts.read()) if (!comesAt.has(reviewer)) comesAt.set(reviewer, now + (2 + random() * 6) * minute);
		for (const [reviewer, at] of comesAt) {
			if (at > now) continue;
			comesAt.delete(reviewer);
			waits.push(...(await emptyInbox(shop, reviewer, random)));
		}
		await shop.advance(stepMinutes * minute);
	}
	await shop.settled();
	counts.read();
	const ended = await Promise.all(ids.map((id) => shop.get(id)));
	const ends: Record<string, number> = {};
	for (const { state } of ended) ends[state] = (ends[state] ?? 0) + 1;
	return { interrupting: counts.interrupting, all: counts.all, onRecord: await shop.app.back.store.load.on(day), waits, ends };
}

/** Reads the mailbox and the phone; says who got something that asks. */
function counter(shop: PeopleShop) {
	const interrupting: Record<string, number> = { ana: 0, ben: 0, cai: 0 };
	const all: Record<string, number> = { ana: 0, ben: 0, cai: 0 };
	let lastMail = 0;
	let lastText = 0;
	return {
		interrupting,
		all,
		read(): Set<string> {
			const told = new Set<string>();
			const count = (who: string, asks: boolean): void => {
				all[who] = (all[who] ?? 0) + 1;
				if (!asks) return;
				interrupting[who] = (interrupting[who] ?? 0) + 1;
				told.add(who);
			};
			for (const { id, recipients, subject } of shop.mailbox.messages()) {
				if (Number(id) <= lastMail) continue;
				lastMail = Number(id);
				count(recipients[0]?.split('@')[0] ?? '', !subject.startsWith('[For information]'));
			}
			const texts = shop.phone.texts();
			for (const { to } of texts.slice(lastText))
				count(Object.entries(people).find(([, phone]) => phone === to)?.[0] ?? '', true);
			lastText = texts.length;
			return told;
		},
	};
}

/** Does everything that waits; gives back how long each had waited, in minutes. */
async function emptyInbox(shop: PeopleShop, reviewer: string, random: () => number): Promise<number[]> {
	const { store } = shop.app.back;
	const waits: number[] = [];
	const waiting: Action[] = [];
	for (const state of ['in_review', 'escalated'] as const)
		waiting.push(...(await store.actions.list({ tenant: 'default', state, limit: 200 })).actions);
	const now = await store.now();
	for (const action of waiting) {
		if (action.state === 'in_review') await shop.answer(action.id, reviewer, random() < 0.9 ? 'approve' : 'reject');
		else {
			await shop.answer(action.id, reviewer, 'own');
			await shop.answer(action.id, reviewer, 'resolve_by_hand');
		}
		waits.push((now - action.createdAt) / minute);
	}
	return waits;
}
