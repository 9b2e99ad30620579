/** Whoever answers: hears of every change, asks a door to answer by the plot, and looks again at what was forgotten or lost on the way. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Call } from '../../src/audit/recorded.ts';
import { sentAt } from '../../src/cli/redrive.ts';
import { isEnd, type State } from '../../src/domain/lifecycle.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Contender, Request } from './door.ts';
import type { Fleet } from './fleet.ts';
import type { Ledger } from './ledger.ts';
import type { Chance } from './seeded.ts';
import { answersTo, answersToCase, type Planned } from './traffic.ts';

export interface People {
	/** Who is going to answer this one. */
	expect(id: string, planned: Planned): void;
	/** It never came in, and nobody was told that it did. */
	forget(id: string): void;
	/** Actions that are not known to have ended. */
	readonly open: ReadonlySet<string>;
	/** Every call that was made. */
	readonly calls: readonly Call[];
	/** Proposals that were set aside as poison, and driven again. */
	readonly redriven: number;
	stop(): Promise<void>;
}

export interface PeopleParts {
	readonly engine: Engine;
	readonly fleet: Fleet;
	readonly ledger: Ledger;
	readonly chance: Chance;
	/** A connection of its own. */
	readonly subscriber: Redis;
	readonly redis: Redis;
}

/** How long an answer may take before somebody asks again, in ms. */
const patienceMs = 5_000;
const lookEveryMs = 1_500;
const letterMs = 80;

export async function openPeople({ engine, fleet, ledger, chance, subscriber, redis }: PeopleParts): Promise<People> {
	const { keys } = engine.store;
	const plan = new Map<string, Planned>();
	const open = new Set<string>();
	/** What was asked for an action, by its state, and when. */
	const asked = new Map<string, { readonly state: string; readonly at: number; readonly times: number }>();
	const calls: Call[] = [];
	const busy = new Set<Promise<void>>();
	let asks = 0;
	let stopped = false;
	let redriven = 0;

	const ask = async (request: Omit<Request, 'ask'>): Promise<void> => {
		const at = Date.now();
		const answered = await fleet.ask(chance(), { ask: asks++, ...request });
		const none = request.contenders.map((): Call => ({ kind: 'call', id: request.id, at, until: null, told: null }));
		calls.push(...(answered?.calls.filter((call) => call !== null) ?? none));
	};
	const review = async (id: string, planned: Planned, again: boolean): Promise<void> => {
		const { plot, deadlineAt } = planned;
		const { together, contenders } = answersTo(plot, again);
		if (contenders.length === 0) return;
		if (plot === 'tampered' && !again) await tamper(redis, keys.action(id));
		// Whoever is written to answers what they have read; sooner, and nothing would be sent any more.
		if (plot === 'letter' && !again) await wait(letterMs);
		const left = deadlineAt === null ? 0 : deadlineAt - Date.now();
		// Some a little before, some a little after.
		const delayMs =
			plot === 'race_deadline'
				? Math.max(0, left - 8 + 12 * chance())
				: plot === 'late'
					? Math.max(0, left - 1 + 3 * chance())
					: 0;
		// The contenders of a race stand at two doors.
		const halves =
			together && contenders.length > 1 ? [0, 1].map((side) => contenders.filter((_, i) => i % 2 === side)) : [contenders];
		await Promise.all(halves.map((half) => ask({ id, together: together || plot === 'late', contenders: half, delayMs })));
	};
	/** What nothing but a person can find out about. Every fourth is left until it is written off. */
	const lookUp = async (id: string, { n }: Planned): Promise<void> => {
		const [action, history] = await Promise.all([engine.store.actions.get(id), engine.store.actions.history(id)]);
		if (action?.state !== 'outcome_unknown' || !history.some(({ event }) => event === 'reconcile_failed') || n % 16 === 3) return;
		const key = `${id}.${action.revision}`;
		const happened = ledger.settle(key, 'void', { id, digest: action.payloadDigest }) === 'effect';
		const contender: Contender = { reviewer: 'ana', answer: happened ? 'confirm_done' : 'confirm_not_done' };
		await ask({ id, together: false, contenders: [contender], delayMs: 0 });
	};
	const act = async (id: string, state: string, again: boolean): Promise<void> => {
		const planned = plan.get(id);
		if (planned === undefined) return;
		if (state === 'in_review') await review(id, planned, again);
		else if (state === 'escalated') await ask({ id, together: false, contenders: answersToCase(planned.n), delayMs: 0 });
		else if (state === 'outcome_unknown') await lookUp(id, planned);
	};
	const see = (id: string, state: string, fresh: boolean): void => {
		if (isEnd(state as State)) {
			open.delete(id);
			asked.delete(id);
			return;
		}
		if (stopped || !plan.has(id) || !['in_review', 'escalated', 'outcome_unknown'].includes(state)) return;
		const before = asked.get(id);
		if (!fresh && before?.state === state && Date.now() - before.at < patienceMs) return;
		asked.set(id, { state, at: Date.now(), times: (before?.times ?? 0) + 1 });
		const acting = act(id, state, (before?.times ?? 0) > 0).catch(() => undefined);
		busy.add(acting);
		void acting.finally(() => busy.delete(acting));
	};
	const lookAround = async (): Promise<void> => {
		for (const state of ['in_review', 'escalated', 'outcome_unknown'])
			for (const id of await redis.zrange(keys.index('default') + state, '0', '-1')) see(id, state, false);
		// A proposal that was in the hands of two processes when they were killed is set aside: an operator drives it again.
		for (const record of await engine.store.quarantine.list(200)) {
			if (record.problem.code !== 'poison_job' || record.queue !== 'actions') continue;
			const proposal: unknown = JSON.parse(record.raw);
			await engine.queues.propose(`redrive.${record.id}`, proposal, sentAt(record, proposal));
			await engine.store.quarantine.remove(record.id);
			redriven++;
		}
		// Whoever's end was told while Redis was away.
		const ids = [...open];
		const pipeline = redis.pipeline(ids.map((id) => ['hget', keys.action(id), 'state']));
		for (const [i, [, state]] of ((await pipeline.exec()) ?? []).entries())
			if (typeof state === 'string' && isEnd(state as State)) see(ids[i] as string, state, false);
	};

	subscriber.on('message', (_channel, text: string) => {
		const [id = '', state = '', version] = text.split('/');
		see(id, state, state === 'outcome_unknown' || version === '2' || asked.get(id)?.state !== state || state === 'in_review');
	});
	await subscriber.subscribe(keys.changes);
	const looking = (async () => {
		while (!stopped) {
			await lookAround().catch(() => undefined);
			await wait(lookEveryMs);
		}
	})();
	return {
		expect(id, planned) {
			plan.set(id, planned);
			open.add(id);
		},
		forget: (id) => void open.delete(id),
		open,
		calls,
		get redriven() {
			return redriven;
		},
		async stop() {
			stopped = true;
			await looking;
			await Promise.all(busy);
		},
	};
}

/** Somebody with access to Redis changes what would run. */
async function tamper(redis: Redis, key: string): Promise<void> {
	const text = await redis.hget(key, 'body');
	if (text === null) return;
	const body = JSON.parse(text) as { proposal: { arguments: Record<string, unknown> } };
	body.proposal.arguments.to = 'somebody else';
	await redis.hset(key, 'body', JSON.stringify(body));
}
