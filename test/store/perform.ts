/** Makes things happen in both worlds, through the doors that people, agents, timers and workers really use. */
import { expect } from 'vitest';
import type { Action } from '../../src/domain/action.ts';
import { fingerprintOf } from '../../src/domain/action.ts';
import { newId } from '../../src/domain/ids.ts';
import type { State } from '../../src/domain/lifecycle.ts';
import type { ExecutionResult } from '../../src/domain/outcome.ts';
import type { Route } from '../../src/domain/verdict.ts';
import { fallbackDone, fallbackFailed, reconciled, recorded } from '../../src/engine/endings.ts';
import { dueNow } from '../../src/engine/lookup.ts';
import * as moves from '../../src/engine/moves.ts';
import { type Answering, submit } from '../../src/reviews/submit.ts';
import { withdraw } from '../../src/reviews/withdraw.ts';
import { type Change, outboxText } from '../../src/store/transition.ts';
import type { Act } from './acts.ts';
import * as asks from './asks.ts';
import { verdict } from './desk.ts';
import type { Asked, Model } from './model.ts';
import * as spec from './model.ts';
import type { Subject, World } from './world.ts';

const executor = {
	kind: 'handler',
	url: null,
	timeoutMs: 30_000,
	lapseMs: spec.times.lapseMs,
	writeOffMs: spec.times.writeOffMs,
} as const;

export async function create(world: World, subject: Subject, route: Route): Promise<void> {
	const { store } = world.engine;
	const { proposal, id } = subject;
	const judged = verdict(route, { executor, ...((route === 'approval' || route === 'escalation') && { plan: world.plan }) });
	const { step: routed, ...moved } = moves.routed(proposal, judged, { id, facts: store.facts, digestKey: store.keys.digest });
	const result = await world.engine.commit({
		...moved,
		id,
		tenant: proposal.tenant,
		create: { proposal, fingerprint: fingerprintOf(proposal) },
		steps: [{ event: 'received', by: proposal.agent }, routed],
	});
	if (subject.model !== null)
		return void expect(result).toMatchObject({
			ok: false,
			why: 'exists',
			state: subject.model.state,
			version: subject.model.version,
		});
	expect(result).toMatchObject({ ok: true, version: 2 });
	world.moved(subject, spec.after(unborn, asks.routing(route, world.plan, subject.quiet), result.at));
}

const unborn: Model = {
	state: 'received',
	version: 1,
	revision: 1,
	plan: null,
	arm: null,
	token: null,
	dueAt: null,
	deadlineAt: null,
	approvedUntil: null,
	tier: 0,
	owner: null,
	replies: [],
	fallbacks: 0,
	decision: null,
	edit: null,
	bound: false,
	starts: 0,
	deferrals: 0,
};

async function reroute(world: World, subject: Subject, given: { route: Route; seen: number }): Promise<void> {
	const seen = subject.seen[given.seen];
	if (seen === undefined || seen.action.state !== 'received') return;
	const { store } = world.engine;
	const { route } = given;
	const judged = verdict(route, { executor, ...((route === 'approval' || route === 'escalation') && { plan: world.plan }) });
	const { step: routed, ...moved } = moves.routed(seen.action.proposal, judged, {
		id: subject.id,
		facts: store.facts,
		digestKey: store.keys.digest,
	});
	const result = await world.engine.commit(
		{ ...moved, id: subject.id, tenant: 'default', version: seen.action.version, steps: [routed] },
		seen.action,
	);
	await world.agree(subject, { ...asks.routing(route, world.plan, subject.quiet), version: seen.model.version }, result);
}

async function answer(
	world: World,
	subject: Subject,
	given: { readonly reviewer: string; readonly answer: Answering['answer']; readonly seen: number },
): Promise<void> {
	const seen = subject.seen[given.seen];
	const { model } = subject;
	if (seen === undefined || model === null) return;
	const { revision, payloadDigest } = seen.action;
	const edit = given.answer === 'edit' ? { edit: { arguments: { changed: newId('exe') } } } : {};
	const before = await world.engine.store.now();
	const result = await submit(world.engine, {
		actionId: subject.id,
		revision,
		payloadDigest,
		reviewer: given.reviewer,
		answer: given.answer,
		channel: 'inbox',
		...edit,
	});
	const asked = asks.answering(model, { ...given, revision, casePlan: world.casePlan(subject), quiet: subject.quiet });
	if (asked === null || spec.refusal(model, asked, before) !== null) {
		expect(result, `${given.answer} by ${given.reviewer} in ${model.state}`).toMatchObject({ ok: false });
		if (!result.ok && result.winner !== null && asked === null)
			expect([model.decision, model.edit]).toContainEqual({ event: result.winner.event, by: result.winner.by });
		return;
	}
	expect(result, `${given.answer} by ${given.reviewer} in ${model.state}`).toMatchObject({ ok: true, event: asked.events[0] });
	if (result.ok) world.moved(subject, spec.after(model, asked, result.action.updatedAt));
}

async function takeBack(world: World, subject: Subject): Promise<void> {
	const { model, proposal } = subject;
	if (model === null) return;
	const before = await world.engine.store.now();
	const result = await withdraw(world.engine, subject.id, proposal);
	if (model.state === 'withdrawn') return void expect(result).toMatchObject({ ok: true });
	const asked = asks.withdrawing(model, proposal.agent, subject.quiet);
	const refused = spec.refusal(model, asked, before);
	expect(result.ok).toBe(refused === null);
	if (result.ok) world.moved(subject, spec.after(model, asked, result.action.updatedAt));
	else expect(result.winner?.event ?? null).toBe(refused === 'too_late' ? 'deadline_passed' : (model.decision?.event ?? null));
}

async function start(world: World, subject: Subject, at: number): Promise<void> {
	const seen = subject.seen[at];
	if (seen === undefined || seen.action.state !== 'approved') return;
	const number = subject.attempts.length;
	const attempt = { token: newId('exe'), worker: 'worker', number: number + 1 };
	const result = await world.engine.commit(moves.started(seen.action, attempt), seen.action);
	await world.agree(subject, asks.starting(seen.model, number), result);
	if (result.ok) subject.attempts.push({ action: seen.action, attempt, number, model: seen.model });
}

const answersOf: Readonly<Record<string, ExecutionResult | { status: 'unknown'; reason: string }>> = {
	done: { status: 'done', result: { ok: true } },
	refused: { status: 'refused', reason: 'the till said no' },
	failed: { status: 'failed', reason: 'the till is broken' },
	deferred: { status: 'deferred', afterMs: 1_000, reason: 'the till is busy' },
	unknown: { status: 'unknown', reason: 'the line was cut' },
};

async function finish(world: World, subject: Subject, given: { readonly which: number; readonly status: string }): Promise<void> {
	const ran = subject.attempts.at(-1 - given.which);
	if (ran === undefined) return;
	const { now, late } = recorded(ran.action, ran.attempt, answersOf[given.status] as ExecutionResult);
	const { quiet } = subject;
	const approvedUntil = ran.model.deadlineAt;
	const result = await world.engine.commit(now, ran.action);
	await world.agree(subject, asks.finishing(ran.number, given.status, { approvedUntil, quiet }), result);
	const asked = asks.finishingLate(ran.number, given.status, quiet);
	expect(late === null).toBe(asked === null);
	if (result.ok || result.state !== 'outcome_unknown' || late === null || asked === null) return;
	await world.agree(subject, asked, await world.engine.commit(late, ran.action));
}

async function commitSeen(
	world: World,
	subject: Subject,
	given: { seen: number; in: State; change: (action: Action) => Change; asked: (model: Model) => Asked },
): Promise<void> {
	const seen = subject.seen[given.seen];
	if (seen === undefined || seen.action.state !== given.in) return;
	await world.agree(subject, given.asked(seen.model), await world.engine.commit(given.change(seen.action), seen.action));
}

/** A timer looks at what it saw, perhaps with a clock that is ahead of Redis's. */
async function look(world: World, subject: Subject, given: { seen: number; alive: boolean; ahead: number }): Promise<void> {
	const seen = subject.seen[given.seen];
	if (seen === undefined) return;
	const at = (await world.engine.store.now()) + given.ahead;
	const due = dueNow(seen.action, at, given.alive);
	const asked = asks.needing(seen.model, at, { alive: given.alive, quiet: subject.quiet });
	expect(due.kind === 'change').toBe(asked !== null);
	if (due.kind === 'change' && asked !== null)
		await world.agree(subject, asked, await world.engine.commit(due.change, seen.action));
}

export async function sweepOutbox(world: World): Promise<void> {
	const { store, queues } = world.desk.engine;
	const { entries, unreadable } = await store.outbox.leftovers(0, 1000);
	expect(unreadable).toEqual([]);
	expect(new Set(entries.map(outboxText))).toEqual(world.outbox);
	await queues.add(entries);
	await store.outbox.acknowledge(entries);
	world.outbox.clear();
}

export async function perform(world: World, subject: Subject, { act: given, at }: { act: Act; at: number }): Promise<void> {
	const { quiet } = subject;
	switch (given.kind) {
		case 'create':
			return create(world, subject, given.route);
		case 'route':
			return reroute(world, subject, { seen: at, route: given.route });
		case 'answer':
			return answer(world, subject, { seen: at, ...given });
		case 'withdraw':
			return takeBack(world, subject);
		case 'start':
			return start(world, subject, at);
		case 'finish':
			return finish(world, subject, given);
		case 'reconcile': {
			const asked = (model: Model): Asked => asks.reconciling(model, given.found, quiet);
			return commitSeen(world, subject, {
				seen: at,
				in: 'outcome_unknown',
				change: (action) => reconciled(action, 'worker', { status: given.found }),
				asked,
			});
		}
		case 'fall_back': {
			const about = { casePlan: world.casePlan(subject), quiet };
			const failed = (action: Action): Change => fallbackFailed(action, 'worker', { reason: 'no line', plan: about.casePlan });
			const change = (action: Action): Change => (given.done ? fallbackDone(action, 'worker', 'told') : failed(action));
			return commitSeen(world, subject, {
				seen: at,
				in: 'falling_back',
				change,
				asked: (model) => asks.fallingBack(model, given.done, about),
			});
		}
		case 'unreachable': {
			const to = world.casePlan(subject);
			return commitSeen(world, subject, {
				seen: at,
				in: 'in_review',
				change: (action) => moves.unreachable(action, to),
				asked: (model) => asks.unreached(model, to),
			});
		}
		case 'look':
			return look(world, subject, { seen: at, ...given });
		case 'advance':
			return void (await world.engine.store.advance(given.ms));
		case 'sweep':
			return sweepOutbox(world);
	}
}
