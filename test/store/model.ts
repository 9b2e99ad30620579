/**
 * A small model of an action's life, written from the lifecycle table and the design, without Redis and without the code that it
 * is held against. Instants in ms since the epoch.
 */
import { accepts, type Effect, type Event, isEnd, row, type State } from '../../src/domain/lifecycle.ts';
import type { Plan } from '../../src/domain/verdict.ts';
import type { Refusal } from '../../src/store/transition.ts';

export interface Model {
	readonly state: State;
	readonly version: number;
	readonly revision: number;
	readonly plan: Plan | null;
	/** Counts the arms: another number is another fence; null where no timer is armed. */
	readonly arm: number | null;
	/** Which attempt holds the token. */
	readonly token: number | null;
	readonly dueAt: number | null;
	readonly deadlineAt: number | null;
	/** Until when the approval of the running attempt is good. */
	readonly approvedUntil: number | null;
	readonly tier: number;
	readonly owner: string | null;
	readonly replies: readonly { readonly reviewer: string; readonly answer: string }[];
	readonly fallbacks: number;
	readonly decision: Winner | null;
	readonly edit: Winner | null;
	/** Whether a decision binds the payload that is stored now. */
	readonly bound: boolean;
	readonly starts: number;
	readonly deferrals: number;
}

export interface Winner {
	readonly event: string;
	readonly by: string;
}

/** Times of the executor and of the checks, as the design gives them. */
export const times = {
	recheckMs: 30_000,
	checkMs: 5_000,
	lapseMs: 60.5 * 60_000,
	runMs: 35_000,
	writeOffMs: 24.5 * 3_600_000,
} as const;

/** What a change asks for: its events, its fences, and what it sets. */
export interface Asked {
	readonly events: readonly [Event, ...Event[]];
	readonly version?: number;
	readonly arm?: number | null;
	readonly token?: number | null;
	readonly revision?: number;
	readonly deadline?: 'before' | 'after';
	readonly bound?: boolean;
	readonly set?: Partial<Model> | ((now: number, from: Model) => Partial<Model>);
	readonly decision?: Winner;
	/** Effects that need no job. */
	readonly without?: readonly Effect[];
}

/** Why a change must be refused, in the order in which the reasons are told; null where it must be made. */
export function refusal(model: Model | null, asked: Asked, now: number): Refusal | null {
	if (model === null) return 'missing';
	if (asked.revision !== undefined && asked.revision !== model.revision) return 'revision';
	if (!accepts(model.state, asked.events[0])) return 'state';
	if (asked.arm !== undefined && asked.arm !== null && asked.arm !== model.arm) return 'arm';
	if (asked.token !== undefined && asked.token !== null && asked.token !== model.token) return 'token';
	if (model.deadlineAt !== null && asked.deadline === 'before' && now >= model.deadlineAt) return 'too_late';
	if (model.deadlineAt !== null && asked.deadline === 'after' && now < model.deadlineAt) return 'too_early';
	if (asked.version !== undefined && asked.version !== model.version) return 'version';
	return asked.bound && !model.bound ? 'unbound' : null;
}

/** The model after a change that was made at `now`, and what has to follow. */
export function after(model: Model, asked: Asked, now: number): { readonly model: Model; readonly outbox: readonly string[] } {
	const last = row(asked.events.at(-1) as Event);
	const set = typeof asked.set === 'function' ? asked.set(now, model) : asked.set;
	const moved: Model = {
		...model,
		...set,
		state: last.to,
		version: model.version + asked.events.length,
		decision: asked.decision ?? (set && 'decision' in set ? (set.decision ?? null) : model.decision),
		starts: model.starts + asked.events.filter((event) => event === 'execution_started').length,
		deferrals: model.deferrals + asked.events.filter((event) => event === 'execution_deferred').length,
	};
	const due = moved.dueAt !== null && moved.deadlineAt !== null && set?.dueAt !== undefined && set.deadlineAt !== undefined;
	const clipped = due ? { ...moved, dueAt: Math.min(moved.dueAt as number, moved.deadlineAt as number) } : moved;
	const ended = isEnd(clipped.state) ? { ...clipped, dueAt: null, deadlineAt: null, arm: null } : clipped;
	const wanted = (last.effects as readonly Effect[]).filter((effect) => !asked.without?.includes(effect));
	return { model: ended, outbox: wanted.map((effect) => `${last.event}/${effect}`) };
}
