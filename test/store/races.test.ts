/**
 * INVARIANT I3: exactly one decision wins. Eight contenders have read the same version of one action and answer at once,
 * through the doors that people, agents and timers really use; the deadline passes in the midst of them.
 */
import { expect, test } from 'vitest';
import type { Action } from '../../src/domain/action.ts';
import type { Decision } from '../../src/domain/review.ts';
import type { Plan } from '../../src/domain/verdict.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { dueNow } from '../../src/engine/lookup.ts';
import { type Answering, submit } from '../../src/reviews/submit.ts';
import { withdraw } from '../../src/reviews/withdraw.ts';
import { refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { type Desk, hour, minute, openDesk, plan, verdict } from './desk.ts';

const redis = testRedis();

/** By whom and by which event an action was decided. */
type Winner = Pick<Decision, 'by' | 'event'>;
/** What a contender was told: that it won, that it was counted without ending the review, or who won. */
type Told = { readonly won: Winner } | { readonly counted: true } | { readonly lostTo: Winner | null };

interface Race {
	readonly action: Action;
	/** Opened when all have read the action. */
	readonly start: Promise<void>;
	/** Opened when the clock has moved and everybody else has answered. */
	readonly end: Promise<void>;
}

/** The engine of one contender: its first look at the action ends when all others have looked as well. */
function behind(engine: Engine, arrive: () => Promise<void>): Engine {
	let arrived = false;
	const { actions } = engine.store;
	const get = async (id: string): Promise<Action | null> => {
		const action = await actions.get(id);
		if (!arrived) {
			arrived = true;
			await arrive();
		}
		return action;
	};
	return { ...engine, store: { ...engine.store, actions: { ...actions, get } } };
}

const named = (winner: Decision | null): Winner | null => winner && { by: winner.by, event: winner.event };

const answers =
	(reviewer: string, answer: Answering['answer']) =>
	async (engine: Engine, { action }: Race): Promise<Told> => {
		const { id: actionId, revision, payloadDigest } = action;
		const edit = answer === 'edit' ? { edit: { arguments: { changed: true } } } : {};
		const result = await submit(engine, { actionId, revision, payloadDigest, reviewer, answer, channel: 'inbox', ...edit });
		if (!result.ok) return { lostTo: named(result.winner) };
		return result.event === 'reply_recorded' ? { counted: true } : { won: { by: reviewer, event: result.event } };
	};

async function withdraws(engine: Engine, { action }: Race): Promise<Told> {
	const result = await withdraw(engine, action.id, action);
	return result.ok ? { won: { by: action.agent, event: 'withdrawn' } } : { lostTo: named(result.winner) };
}

/** A timer on a worker whose clock is ahead: it believes that the deadline has passed, and only Redis time can tell it otherwise. */
async function passesDeadline(engine: Engine, { action, end }: Race): Promise<Told> {
	const seen = (await engine.store.actions.get(action.id)) as Action;
	for (let tries = 0; ; tries++) {
		const due = dueNow(seen, (seen.deadlineAt as number) + 1, false);
		if (due.kind !== 'change') throw new Error(`a deadline that has passed asks for a change, not \`${due.kind}\``);
		const result = await engine.commit(due.change);
		if (result.ok) return { won: { by: 'deadline', event: 'deadline_passed' } };
		if (result.why !== 'too_early' || tries > 0) return { lostTo: named(result.winner) };
		await end;
	}
}

const contenders = [
	answers('ana', 'approve'),
	answers('ben', 'approve'),
	answers('cai', 'approve'),
	answers('dee', 'reject'),
	answers('ben', 'take_over'),
	answers('cai', 'edit'),
	withdraws,
	passesDeadline,
] as const;

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
	const { promise, resolve } = Promise.withResolvers<void>();
	return { opened: promise, open: resolve };
}

/** A small generator, so that a failing order can be run again. */
function random(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}

const turns = async (count: number): Promise<void> => {
	for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

interface Setting {
	readonly desks: readonly Desk[];
	readonly chance: () => number;
	readonly plan?: Partial<Plan>;
}

/** Many races at once under one clock, which passes the deadline of every second one somewhere between their answers. */
async function batch({ desks, chance, plan: given }: Setting, size: number): Promise<{ action: Action; told: Told[] }[]> {
	const [desk] = desks as [Desk];
	const started = gate();
	const ended = gate();
	let waiting = size * contenders.length;
	const most = 8;
	const races = await Promise.all(
		Array.from({ length: size }, async (_, i) => {
			const frozen = plan({ ...given, deadlineMs: i % 2 === 0 ? 10 * minute : 10 * hour });
			const action = await desk.created(refund('600.00'), verdict('approval', { plan: frozen }));
			return { action, start: started.opened, end: ended.opened } satisfies Race;
		}),
	);
	let answering = size * (contenders.length - 1);
	const told = races.map((race) =>
		Promise.all(
			contenders.map(async (contend, i) => {
				const turn = Math.floor(chance() * most);
				const arrive = async (): Promise<void> => {
					waiting--;
					if (waiting === 0) started.open();
					await race.start;
					await turns(turn);
				};
				// Two connections: what leaves this process in one order may reach Redis in another.
				const { engine } = desks[i % desks.length] as Desk;
				const answer = await contend(behind(engine, arrive), race);
				if (contend !== passesDeadline) answering--;
				if (answering === 0) ended.open();
				return answer;
			}),
		),
	);
	await started.opened;
	await turns(Math.floor(chance() * most));
	await desk.store.advance(10 * minute);
	return Promise.all(told.map(async (each, i) => ({ action: (races[i] as Race).action, told: await each })));
}

const deciding = ['approved_by_reviewers', 'rejected_by_reviewer', 'taken_over', 'edited', 'withdrawn', 'deadline_passed'];

/** Holds one race to the invariant; gives back the event that won. */
async function judge({ store }: Desk, { action, told }: { action: Action; told: Told[] }): Promise<string> {
	const [history, now] = await Promise.all([store.actions.history(action.id), store.actions.get(action.id)]);
	const won = told.flatMap((each) => ('won' in each ? [each.won] : []));
	const [winner] = won;
	const decisions = history.filter(({ event }) => deciding.includes(event));
	const counted = told.filter((each) => 'counted' in each).length;
	const fair =
		winner !== undefined &&
		won.length === 1 &&
		told.every((each) => !('lostTo' in each) || same(each.lostTo, winner)) &&
		decisions.length === 1 &&
		decisions[0]?.event === winner.event &&
		decisions[0].version === action.version + counted + 1 &&
		history.every(({ version }, i) => version === i + 1) &&
		same(now?.decision ?? null, winner);
	// Only what failed is written out: 5,000 times eight answers would take longer to describe than to give.
	if (!fair)
		expect.fail(`${action.id} was not decided once: ${JSON.stringify({ told, decision: now?.decision, history }, null, 1)}`);
	return (winner as Winner).event;
}

const same = (one: Winner | null, other: Winner): boolean => one !== null && one.by === other.by && one.event === other.event;

async function raced(setting: Setting, count: number): Promise<Record<string, number>> {
	const wins: Record<string, number> = {};
	const size = 250;
	for (let done = 0; done < count; done += size) {
		const races = await batch(setting, Math.min(size, count - done));
		for (const event of await Promise.all(races.map((race) => judge(setting.desks[0] as Desk, race)))) {
			wins[event] = (wins[event] ?? 0) + 1;
		}
	}
	return wins;
}

test('5,000 races of eight contenders have one winner each, and every loser names it', { timeout: 120_000 }, async () => {
	const wins = await raced({ desks: [openDesk(redis), openDesk(redis)], chance: random(1) }, 5_000);
	// Nobody is given the race: where one of them could never win, the races would prove nothing about it.
	for (const event of deciding) expect(wins[event], `${event}: ${JSON.stringify(wins)}`).toBeGreaterThan(100);
});

test('with a quorum of two, replies that only count decide nothing, and one decision still wins', {
	timeout: 60_000,
}, async () => {
	const wins = await raced({ desks: [openDesk(redis), openDesk(redis)], chance: random(2), plan: { quorum: 2 } }, 500);
	for (const event of deciding) expect(wins[event], `${event}: ${JSON.stringify(wins)}`).toBeGreaterThan(5);
});
