/** One simulated company: its agents, people, processes and accidents, for some days. */
import { pino } from 'pino';
import type { Call, Deed, RecordedAction } from '../../src/audit/recorded.ts';
import { type Action, fingerprintOf, payloadDigest } from '../../src/domain/action.ts';
import { type Engine, engineOf } from '../../src/engine/engine.ts';
import { routed } from '../../src/engine/moves.ts';
import { execute } from '../../src/execution/execute.ts';
import { runFallback } from '../../src/execution/fallback.ts';
import { reconcile } from '../../src/execution/reconcile.ts';
import type { Registry } from '../../src/execution/registry.ts';
import type { FollowUp } from '../../src/queues/queues.ts';
import { type Answering, submit } from '../../src/reviews/submit.ts';
import { withdraw } from '../../src/reviews/withdraw.ts';
import type { Store } from '../../src/store/store.ts';
import type { Change } from '../../src/store/transition.ts';
import type { WorkerDeps } from '../../src/workers/deps.ts';
import { lookAtDue } from '../../src/workers/look-at-due.ts';
import { oneOf, seeded } from '../faults/seeded.ts';
import { refund, shopPolicy } from '../flows/shop.ts';
import { hour, idOf, minute, parsed, plan, verdict } from '../store/desk.ts';
import { fixedPolicy } from '../support/app.ts';
import { type Memory, memoryStore } from './memory-store.ts';
import { openWorld, type World } from './world.ts';

/** What a run is made of; fast-check makes each smaller when it shrinks. */
export interface Setting {
	readonly seed: number;
	readonly actions: number;
	/** How many answers people give to each action, in tenths. */
	readonly answers: number;
	/** Of a hundred jobs, so many are lost, come twice, or come late. */
	readonly lost: number;
	readonly twice: number;
	readonly late: number;
	/** Of ten thousand steps of a process, at so many it dies. */
	readonly deadly: number;
}

export interface Simulated {
	readonly actions: readonly RecordedAction[];
	readonly calls: readonly Call[];
	readonly deeds: readonly Deed[];
	readonly now: number;
	readonly days: number;
	readonly events: number;
	readonly deaths: number;
}

export interface SimulationParts {
	readonly memory?: Memory;
	/** Makes each change somewhere else as well, and compares. */
	readonly beside?: (change: Change, now: number) => Promise<void>;
}

const policy = fixedPolicy(shopPolicy).current();
const goneAfterMs = 10_000;
const people = ['ana', 'ben', 'cai', 'dee'] as const;
const answers = [
	'approve',
	'approve',
	'reject',
	'take_over',
	'edit',
	'own',
	'own',
	'release',
	'dismiss',
	'resolve_by_hand',
	'revoke',
] as const;
const log = pino({ level: 'silent' });

/** Facts do not bear on the lifecycle: whatever is asked of them answers with no writes. */
const nothing: unknown = new Proxy(() => undefined, {
	get: (_target, name) => (name === Symbol.iterator ? [][Symbol.iterator] : nothing),
	apply: () => [],
});

interface Process {
	readonly name: string;
	alive: boolean;
	diedAt: number;
}

export async function simulate(setting: Setting, { memory = memoryStore(), beside }: SimulationParts = {}): Promise<Simulated> {
	const chance = seeded(setting.seed);
	const world = openWorld(chance);
	const begun = world.now();
	const company = openCompany(setting, { world, memory, beside });
	const ids: string[] = [];
	for (let n = 0; n < setting.actions; n++) {
		const proposal = parsed({ ...refund('600.00'), idempotencyKey: `k-${n}`, agent: `agent-${n % 3}` });
		ids.push(idOf(proposal));
		world.at(begun + chance() * 24 * hour, () => company.propose(proposal));
	}
	// Long enough for reviews, cases, lapses and write-offs to come to their end by themselves.
	await world.run(begun + 14 * 24 * hour);
	const { calls, deeds, deaths } = company;
	const days = (world.now() - begun) / (24 * hour);
	return { actions: memory.recorded(), calls, deeds, now: world.now(), days, events: world.events, deaths: deaths() };
}

function openCompany(setting: Setting, { world, memory, beside }: { world: World; memory: Memory } & SimulationParts) {
	const { chance } = world;
	const calls: Call[] = [];
	const deeds: Deed[] = [];
	const settled = new Map<string, 'effect' | 'void'>();
	const processes: Process[] = [];
	let deaths = 0;
	const start = (): Process => {
		const process = { name: `p${processes.length}`, alive: true, diedAt: 0 };
		processes.push(process);
		return process;
	};
	for (let i = 0; i < 3; i++) start();
	const somebody = (): Process => oneOf(chance, processes.filter(({ alive }) => alive).slice(-4));
	const percent = (of: number): boolean => chance() * 100 < of;

	/** One step of a process: takes a moment, and may be its last. What a dead process waits for never comes. */
	const step = <T>(process: Process, what: () => T | Promise<T>): Promise<T> =>
		new Promise((resolve, reject) => {
			const dies = chance() * 10_000 < setting.deadly;
			const before = chance() < 0.5;
			const go = (): void => {
				if (!process.alive) return;
				if (dies && before) {
					die(process);
					return;
				}
				let result: T | Promise<T>;
				try {
					result = what();
				} catch (error) {
					reject(error instanceof Error ? error : new Error(String(error)));
					return;
				}
				if (dies) die(process);
				else if (!(result instanceof Promise)) world.at(world.now() + 2 * chance(), () => process.alive && resolve(result));
				else result.then((value) => world.at(world.now() + 2 * chance(), () => process.alive && resolve(value)), reject);
			};
			world.at(world.now() + 3 * chance(), go);
		});
	const die = (process: Process): void => {
		process.alive = false;
		process.diedAt = world.now();
		deaths++;
		start();
	};

	const engineIn = (process: Process): Engine => {
		const store = {
			keys: { digest: 'digest' },
			facts: nothing,
			learning: nothing,
			backlog: nothing,
			now: () => step(process, () => world.now()),
			transition: (change: Change) =>
				step(process, () => {
					const result = memory.transition(change, world.now());
					awake();
					if (beside !== undefined) world.hold(beside(change, world.now()));
					return result;
				}),
			actions: {
				get: (id: string) => step(process, () => memory.get(id)),
				history: (id: string) => step(process, () => memory.historyOf(id).map((entry) => JSON.parse(entry))),
			},
			due: {
				take: (limit: number, leaseMs: number) =>
					step(process, () => {
						const now = world.now();
						const ids = [...memory.due].filter(([, at]) => at <= now).slice(0, limit);
						for (const [id] of ids) memory.due.set(id, now + leaseMs);
						return { now, ids: ids.map(([id]) => id) };
					}),
				putBack: (id: string, lease: number, at: number) =>
					step(process, () => {
						if (memory.due.get(id) === lease) memory.due.set(id, Math.ceil(at));
						awake();
					}),
				remove: (id: string) => step(process, () => void memory.due.delete(id)),
				next: () => step(process, () => (memory.due.size === 0 ? null : Math.min(...memory.due.values()))),
			},
			outbox: {
				acknowledge: (entries: readonly FollowUp[]) =>
					step(process, () => {
						for (const entry of entries) memory.outbox.delete(JSON.stringify(entry));
					}),
			},
			workers: {
				alive: (name: string) =>
					step(process, () =>
						processes.some((each) => each.name === name && (each.alive || world.now() - each.diedAt < goneAfterMs)),
					),
			},
			mark: { check: async () => ({ liftedAt: null }) },
		} as unknown as Store;
		const queues = {
			add: (followUps: readonly FollowUp[]) => step(process, () => followUps.forEach(enqueue)),
			wake: async (at: number) => {
				if (!percent(setting.lost)) world.at(at + 50 * chance(), () => background((deps) => lookAtDue(deps)));
			},
		} as unknown as Engine['queues'];
		return engineOf({ store, queues, log, worker: process.name, policy: () => policy });
	};
	const registry = (process: Process): Registry => {
		const effect = (kind: Deed['kind'], action: Action, key: string): void => {
			deeds.push({ kind, id: action.id, key, digest: payloadDigest(action.proposal) });
		};
		return {
			operations: {
				refund: {
					run: (action, { idempotencyKey: key }) =>
						step(process, () => {
							const luck = chance();
							if (luck < 0.05) return { status: 'failed', reason: 'no' } as const;
							if (luck < 0.1) return { status: 'deferred', afterMs: 1_000 * chance(), reason: 'busy' } as const;
							if (settled.get(key) === 'void') return { status: 'refused', reason: 'void' } as const;
							settled.set(key, 'effect');
							effect('effect', action, key);
							// The line is cut, after it has happened.
							if (luck < 0.2) throw new Error('no answer');
							return { status: 'done' } as const;
						}),
					reconcile: (_action, { idempotencyKey: key }) =>
						step(process, () => {
							if (chance() < 0.3) return { status: 'unknown' } as const;
							if (!settled.has(key)) settled.set(key, 'void');
							return { status: settled.get(key) === 'effect' ? 'done' : 'not_done' } as const;
						}),
				},
			},
			fallbacks: {
				send_holding_reply: (action, { idempotencyKey: key }) =>
					step(process, () => {
						if (chance() < 0.2) return { status: 'failed', reason: 'no line' } as const;
						effect('fallback', action, key);
						return { status: 'done' } as const;
					}),
			},
		};
	};
	const never = new AbortController().signal;
	const depsIn = (process: Process): WorkerDeps =>
		({
			engine: engineIn(process),
			registry: registry(process),
			webhook: null,
			channels: {},
			publicUrl: '',
			replyDomain: null,
			gatherMs: 0,
			stop: never,
			signal: () => undefined,
		}) as unknown as WorkerDeps;
	const background = (work: (deps: WorkerDeps) => Promise<unknown>): void => {
		work(depsIn(somebody())).catch(() => undefined);
	};

	/** The sweeper, at the instant at which it would find something. */
	let sweepAt = Number.POSITIVE_INFINITY;
	const awake = (): void => {
		const next = Math.min(...memory.due.values(), ...[...memory.outbox.values()].map(({ at }) => at + 5_000));
		if (next >= sweepAt && sweepAt > world.now()) return;
		if (!Number.isFinite(next)) return;
		sweepAt = Math.max(next, world.now()) + 5_000 * chance();
		world.at(sweepAt, () => {
			sweepAt = Number.POSITIVE_INFINITY;
			for (const [text, { entry, at }] of [...memory.outbox]) {
				if (at + 5_000 > world.now()) continue;
				enqueue(entry);
				memory.outbox.delete(text);
			}
			background(async (deps) => {
				await lookAtDue(deps);
			});
			world.at(world.now() + 5_000, awake);
		});
	};

	function enqueue({ effect, id }: FollowUp): void {
		const work = jobs[effect];
		if (work === undefined || percent(setting.lost)) return;
		for (let times = percent(setting.twice) ? 2 : 1; times > 0; times--) {
			const delay = percent(setting.late) ? 10 * minute * chance() : 20 * chance();
			world.at(world.now() + delay, () => background((deps) => work(deps, id)));
		}
	}
	const jobs: Partial<Record<FollowUp['effect'], (deps: WorkerDeps, id: string) => Promise<unknown>>> = {
		execute: (deps, id) => execute(deps, id, never),
		run_fallback: (deps, id) => runFallback(deps, id, never),
		reconcile: (deps, id) => reconcile(deps, id, never),
		classify: async ({ engine }, id) => {
			const action = await engine.store.actions.get(id);
			if (action?.state === 'received')
				await engine.commit({ ...judged(action.proposal, engine), id, tenant: action.tenant, version: action.version });
		},
	};
	const judged = (proposal: Action['proposal'], { store }: Engine): Omit<Change, 'id' | 'tenant'> => {
		const route = oneOf(chance, ['auto', 'notify', 'approval', 'approval', 'approval', 'escalation', 'block'] as const);
		const frozen = plan({ deadlineMs: oneOf(chance, [minute, 30 * minute, 20 * hour]), quorum: oneOf(chance, [1, 1, 2]) });
		const executor = { kind: 'handler', url: null, timeoutMs: 30_000, lapseMs: hour, writeOffMs: 20 * hour } as const;
		const found = verdict(route, { executor, ...((route === 'approval' || route === 'escalation') && { plan: frozen }) });
		const { step: last, ...moved } = routed(proposal, found, {
			id: idOf(proposal),
			facts: store.facts,
			digestKey: 'digest',
		} as never);
		return { ...moved, steps: [last], facts: [] };
	};

	return {
		calls,
		deeds,
		deaths: () => deaths,
		propose(proposal: Action['proposal']): void {
			const id = idOf(proposal);
			const engine = engineIn(somebody());
			const { steps, ...moved } = judged(proposal, engine);
			const create = { proposal, fingerprint: fingerprintOf(proposal) };
			const change: Change = {
				...moved,
				id,
				tenant: 'default',
				create,
				steps: [{ event: 'received', by: proposal.agent }, ...steps],
			};
			// Its job comes again until somebody has done it.
			const tell = (): void => {
				if (memory.get(id) !== null) return;
				engineIn(somebody())
					.commit(change)
					.catch(() => undefined);
				world.at(world.now() + 15_000, tell);
			};
			tell();
			for (let n = 0; n < Math.round((setting.answers / 10) * 2 * chance()); n++)
				world.at(world.now() + oneOf(chance, [minute, hour, 24 * hour]) * chance(), () => void answer(id));
		},
	};

	/** Somebody answers what they see; what they are told is kept. */
	async function answer(id: string): Promise<void> {
		const seen = memory.get(id);
		if (seen === null) return;
		const engine = engineIn(somebody());
		const index = calls.push({ kind: 'call', id, at: world.now(), until: null, told: null }) - 1;
		const { revision, payloadDigest: digest, owner } = seen;
		const given: Answering['answer'] =
			seen.state === 'outcome_unknown'
				? settled.get(`${id}.${revision}`) === 'effect'
					? 'confirm_done'
					: 'confirm_not_done'
				: oneOf(chance, answers);
		if (given === 'confirm_not_done') settled.set(`${id}.${revision}`, 'void');
		const by = (['release', 'dismiss', 'resolve_by_hand'] as readonly string[]).includes(given)
			? (owner ?? 'ana')
			: oneOf(chance, people);
		const told =
			chance() < 0.1
				? await takeBack(engine, seen)
				: await reply(engine, {
						actionId: id,
						revision,
						payloadDigest: digest,
						reviewer: by,
						answer: given,
						channel: 'inbox',
						...(given === 'edit' && { edit: { arguments: { changed: chance() } } }),
					});
		calls[index] = { kind: 'call', id, at: (calls[index] as Call).at, until: world.now(), told };
	}
}

async function takeBack(engine: Engine, seen: Action): Promise<Call['told']> {
	const result = await withdraw(engine, seen.id, seen);
	// Withdrawn before: once more is the same once.
	if (result.ok) return seen.state === 'withdrawn' ? null : { what: 'won', event: 'withdrawn', by: seen.agent };
	return { what: 'lost', code: result.problem.code, winner: result.winner };
}

async function reply(engine: Engine, answering: Answering): Promise<Call['told']> {
	const result = await submit(engine, answering);
	if (result.ok) return { what: 'won', event: result.event, by: answering.reviewer };
	return { what: 'lost', code: result.problem.code, winner: result.winner };
}
