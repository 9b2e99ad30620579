/** The door at which people and agents answer, in a process that may die under them: what each was told, and when. */
import type { Call } from '../../src/audit/recorded.ts';
import type { Action } from '../../src/domain/action.ts';
import type { Decision } from '../../src/domain/review.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { type Answering, submit } from '../../src/reviews/submit.ts';
import { withdraw } from '../../src/reviews/withdraw.ts';

/** One contender: a reviewer's answer, one to the revision before (`stale`), or the agent that takes its action back. */
export type Contender =
	| { readonly reviewer: string; readonly answer: Answering['answer']; readonly stale?: true }
	| { readonly withdraws: true };

export interface Request {
	readonly ask: number;
	readonly id: string;
	/** All answer at once what they have all read before; or, one after the other, what each reads. */
	readonly together: boolean;
	readonly contenders: readonly Contender[];
	/** How long to wait before, in ms. */
	readonly delayMs: number;
}

export interface Answered {
	readonly ask: number;
	/** One for each contender; null where it found nothing to answer. */
	readonly calls: readonly (Call | null)[];
}

/** Answers a request. `now`: the machine's time. */
export async function answerAt(engine: Engine, request: Request, now: () => number): Promise<Answered> {
	const { ask, id, contenders, together } = request;
	const look = (): Promise<Action | null> => engine.store.actions.get(id);
	const calls: (Call | null)[] = [];
	if (together) {
		const seen = await look();
		if (request.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, request.delayMs));
		const each = contenders.map(async (contender, i) => {
			// Not all in the order in which they are named.
			for (let turns = (i * 5 + ask) % 8; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
			return seen === null ? null : callOf(engine, seen, { contender, now });
		});
		calls.push(...(await Promise.all(each)));
	} else
		for (const contender of contenders) {
			const seen = await look();
			calls.push(seen === null ? null : await callOf(engine, seen, { contender, now }));
		}
	return { ask, calls };
}

interface Calling {
	readonly contender: Contender;
	readonly now: () => number;
}

async function callOf(engine: Engine, seen: Action, { contender, now }: Calling): Promise<Call> {
	const at = now();
	const call = { kind: 'call', id: seen.id, at } as const;
	try {
		const answered = 'withdraws' in contender ? await withdraws(engine, seen) : await answers(engine, seen, contender);
		return { ...call, until: now(), ...answered };
	} catch {
		// A failure of Redis in between: nobody knows.
		return { ...call, until: null, told: null };
	}
}

type Told = Pick<Call, 'told'> & { readonly digest?: string };

async function withdraws(engine: Engine, seen: Action): Promise<Told> {
	const result = await withdraw(engine, seen.id, seen);
	if (result.ok) return { told: { what: 'won', event: 'withdrawn', by: seen.agent } };
	return { told: { what: 'lost', code: result.problem.code, winner: named(result.winner) } };
}

async function answers(engine: Engine, seen: Action, given: Extract<Contender, { reviewer: string }>): Promise<Told> {
	const { id: actionId, proposal } = seen;
	const shown = given.stale === true ? await before(engine, seen) : seen;
	const edit = given.answer === 'edit' ? { edit: { arguments: { ...proposal.arguments, edited: seen.revision } } } : {};
	const { revision, payloadDigest } = shown;
	const result = await submit(engine, {
		actionId,
		revision,
		payloadDigest,
		reviewer: given.reviewer,
		answer: given.answer,
		channel: 'inbox',
		...edit,
	});
	const digest = payloadDigest;
	if (result.ok) return { digest, told: { what: 'won', event: result.event, by: given.reviewer } };
	return { digest, told: { what: 'lost', code: result.problem.code, winner: named(result.winner) } };
}

/** What the card said before the last edit. */
async function before(engine: Engine, seen: Action): Promise<Pick<Action, 'revision' | 'payloadDigest'>> {
	const history = await engine.store.actions.history(seen.id);
	const detail = history.findLast(({ event }) => event === 'edited')?.detail as { from?: string } | undefined;
	return { revision: Math.max(1, seen.revision - 1), payloadDigest: detail?.from ?? seen.payloadDigest };
}

const named = (winner: Decision | null): Pick<Decision, 'event' | 'by' | 'at'> | null =>
	winner && { event: winner.event, by: winner.by, at: winner.at };
