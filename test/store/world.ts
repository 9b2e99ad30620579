/** The two worlds that are held against each other: Redis, through the code that really runs, and the model. */
import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { Action, Attempt } from '../../src/domain/action.ts';
import { type Effect, isEnd, row, type State, states } from '../../src/domain/lifecycle.ts';
import type { Plan } from '../../src/domain/verdict.ts';
import { type Engine, engineOf } from '../../src/engine/engine.ts';
import { casePlan } from '../../src/policy/plan.ts';
import type { TransitionResult } from '../../src/store/transition.ts';
import { refund } from '../flows/shop.ts';
import { people } from './acts.ts';
import { type Desk, idOf, minute, parsed, plan } from './desk.ts';
import type { Asked, Model } from './model.ts';
import * as spec from './model.ts';

const reviewed = plan({
	tiers: [
		{ afterMs: 0, to: [...people], channels: ['email'] },
		{ afterMs: 10.5 * minute, to: [...people], channels: ['inbox'] },
		{ afterMs: 20.5 * minute, to: ['dee'], channels: ['email', 'sms'] },
	],
	deadlineMs: 30.5 * minute,
});
/** One action under test: what was seen of it, oldest first, in both worlds. */
export class Subject {
	readonly proposal;
	readonly id: string;
	readonly seen: { action: Action; model: Model }[] = [];
	readonly attempts: { action: Action; attempt: Attempt; number: number; model: Model }[] = [];
	readonly quiet: readonly Effect[];
	model: Model | null = null;
	constructor(callback: boolean) {
		this.proposal = parsed(refund('600.00', callback ? { callbackUrl: 'https://agent.example.com/outcome' } : {}));
		this.id = idOf(this.proposal);
		this.quiet = callback ? [] : ['publish_outcome'];
	}
	/** Number of the look that is so many looks old. */
	lookBack(age: number): number {
		return Math.max(0, this.seen.length - 1 - age);
	}
}

export class World {
	readonly desk: Desk;
	readonly engine: Engine;
	readonly plan: Plan;
	readonly outbox = new Set<string>();
	readonly client: Redis;
	crashing = false;
	constructor(desk: Desk, client: Redis, given: { quorum: number; fallback: string | null }) {
		this.desk = desk;
		this.client = client;
		this.plan = { ...reviewed, quorum: given.quorum, fallback: { handler: given.fallback, maxAttempts: 2 } };
		const { queues } = desk.engine;
		const add = async (...args: Parameters<typeof queues.add>): Promise<void> => {
			if (this.crashing) throw new Error('the writer crashed');
			await queues.add(...args);
		};
		const wake = async (): Promise<void> => undefined;
		this.engine = engineOf({ ...desk.engine, queues: { ...queues, add, wake } });
	}
	casePlan(subject: Subject): Plan {
		return casePlan(this.engine.policy(), subject.proposal);
	}
	/** What the model says of a change, against what became of it. */
	async agree(subject: Subject, asked: Asked, result: TransitionResult): Promise<void> {
		const { model } = subject;
		const refused = spec.refusal(model, asked, result.at);
		if (!result.ok || refused !== null || model === null) {
			expect({ why: result.ok ? null : result.why, state: result.ok ? null : result.state }).toEqual({
				why: refused,
				state: model?.state ?? null,
			});
			if (!result.ok && model !== null) this.toldOf(model, asked, result);
			return;
		}
		const next = spec.after(model, asked, result.at);
		this.moved(subject, next);
	}
	/** A loser is told who won; who came with an older revision, who made the newer one. */
	toldOf(model: Model, asked: Asked, result: Extract<TransitionResult, { ok: false }>): void {
		const expected = asked.revision !== undefined && asked.revision < model.revision ? model.edit : model.decision;
		expect(result.winner && { event: result.winner.event, by: result.winner.by }).toEqual(expected);
	}
	moved(subject: Subject, next: { model: Model; outbox: readonly string[] }): void {
		subject.model = next.model;
		// A writer that does not crash has added the jobs before it answers.
		if (this.crashing) for (const entry of next.outbox) this.outbox.add(`${entry}/${subject.id}/${next.model.version}`);
	}
}

/** Record, indexes, outbox and history say the same as the model. */
export async function compare(world: World, subject: Subject): Promise<void> {
	const { store } = world.engine;
	const { model, id } = subject;
	const { client } = world;
	const [action, due, outbox, ...indexed] = await Promise.all([
		store.actions.get(id),
		client.zscore(store.keys.due, id),
		client.zrange(store.keys.outbox, '0', '-1'),
		...states.map((state) => client.zscore(store.keys.index('default') + state, id)),
	]);
	expect(new Set(outbox)).toEqual(world.outbox);
	if (model === null) return void expect(action).toBeNull();
	if (action === null) return expect.fail(`${id} has no record`);
	expect({
		state: action.state,
		version: action.version,
		revision: action.revision,
		dueAt: action.dueAt,
		deadlineAt: action.deadlineAt,
		armed: action.armId !== null,
		tier: action.tier,
		owner: action.owner,
		replies: action.replies.map(({ reviewer, answer: given }) => ({ reviewer, answer: given })),
		fallbacks: action.fallbacks,
		decision: action.decision && { event: action.decision.event, by: action.decision.by },
		reviewers: action.plan?.reviewers ?? null,
		outcome: action.outcome?.state ?? null,
	}).toEqual({
		state: model.state,
		version: model.version,
		revision: model.revision,
		dueAt: model.dueAt,
		deadlineAt: model.deadlineAt,
		armed: model.arm !== null,
		tier: model.tier,
		owner: model.owner,
		replies: model.replies,
		fallbacks: model.fallbacks,
		decision: model.decision,
		reviewers: model.plan?.reviewers ?? null,
		outcome: isEnd(model.state) ? model.state : null,
	});
	expect(due === null ? null : Number(due)).toBe(model.dueAt);
	expect(states.filter((_, i) => indexed[i] !== null)).toEqual([model.state]);
	const last = subject.seen.at(-1);
	// INVARIANT: nothing leaves an end.
	if (last !== undefined && isEnd(last.model.state)) expect(action.version).toBe(last.action.version);
	if (last?.action.version !== action.version) subject.seen.push({ action, model });
}

/** The history has no gap, follows the table, and never starts twice what was approved once (INVARIANT I2). */
export async function audit(world: World, subject: Subject): Promise<void> {
	const entries = await world.engine.store.actions.history(subject.id);
	expect(entries.map(({ version }) => version)).toEqual(entries.map((_, i) => i + 1));
	let state: State | null = null;
	for (const { event, to } of entries) {
		if (event !== 'received') {
			expect(row(event).from).toContain(state);
			expect(row(event).to).toBe(to);
		}
		state = to;
	}
	const count = (wanted: string): number => entries.filter(({ event }) => event === wanted).length;
	expect(count('execution_started')).toBeLessThanOrEqual(1 + count('execution_deferred'));
}
