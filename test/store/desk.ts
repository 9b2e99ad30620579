/** A store and an engine without workers: what the tests of the one write stand on. */
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Action, Proposal } from '../../src/domain/action.ts';
import { fingerprintOf } from '../../src/domain/action.ts';
import { actionId } from '../../src/domain/ids.ts';
import { parseProposal } from '../../src/domain/parse.ts';
import type { Plan, Route, Verdict } from '../../src/domain/verdict.ts';
import { type Engine, engineOf } from '../../src/engine/engine.ts';
import { routed } from '../../src/engine/moves.ts';
import type { Proposing } from '../../src/producers/client.ts';
import { openQueues } from '../../src/queues/queues.ts';
import { type Store, storeOn } from '../../src/store/store.ts';
import { shopPolicy } from '../flows/shop.ts';
import { fixedPolicy } from '../support/app.ts';
import type { TestRedis } from '../support/redis.ts';

export interface Desk {
	readonly store: Store;
	readonly engine: Engine;
	/** Creates an action where a verdict of this route puts it. */
	created(proposing: Proposing & { agent: string }, verdict?: Partial<Verdict>): Promise<Action>;
}

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A review by any of three people, with a fallback. */
export const plan = (given: Partial<Plan> = {}): Plan => ({
	reviewers: ['ana', 'ben', 'cai', 'dee'],
	quorum: 1,
	tiers: [{ afterMs: 0, to: ['ana', 'ben', 'cai', 'dee'], channels: ['inbox'] }],
	deadlineMs: 30 * minute,
	fallback: { handler: 'send_holding_reply', maxAttempts: 2 },
	...given,
});

/** The policy of every desk; one that became stricter since would have its say in every answer. */
const policy = fixedPolicy(shopPolicy).current();

/** A verdict as policy would give it. */
export function verdict(route: Route, given: Partial<Verdict> = {}): Verdict {
	return {
		route,
		riskClass: 'financial',
		reportedConfidence: 1,
		confidence: 1,
		priority: 'normal',
		reasons: [{ rule: 'test', route, text: { en: 'the test says so', 'zh-CN': '测试' } }],
		policyDigest: policy.digest,
		plan: route === 'approval' || route === 'escalation' ? plan() : null,
		executor: { kind: 'handler', url: null, timeoutMs: 30_000, lapseMs: hour, writeOffMs: day },
		...given,
	};
}

/** Parses what a producer would send. */
export function parsed(proposing: Proposing & { agent: string }): Proposal {
	const read = parseProposal({ version: 1, ...proposing });
	if (!read.ok) throw new Error(`${read.problem.field}: ${read.problem.message}`);
	return read.proposal;
}

/** The id that a proposal's action has. */
export const idOf = (proposing: { tenant?: string | undefined; agent: string; idempotencyKey: string }): string =>
	actionId(proposing.tenant ?? 'default', proposing.agent, proposing.idempotencyKey);

/** Opens a desk; it is closed after the test. */
export function openDesk(redis: TestRedis): Desk {
	const store = storeOn(redis.connect({ enableAutoPipelining: true }), { prefix: redis.prefix, keepMs: day, devClock: true });
	const queues = openQueues({ connection: redis.connect(), prefix: redis.prefix, onError: () => undefined });
	onTestFinished(() => queues.close());
	const engine = engineOf({ store, queues, log: pino({ level: 'silent' }), worker: 'desk', policy: () => policy });
	return {
		store,
		engine,
		async created(proposing, given = {}) {
			const proposal = parsed(proposing);
			const id = idOf(proposal);
			const judged = verdict(given.route ?? 'approval', given);
			const { step, ...moved } = routed(proposal, judged, { id, facts: store.facts, digestKey: store.keys.digest });
			const result = await engine.commit({
				...moved,
				id,
				tenant: proposal.tenant,
				create: { proposal, fingerprint: fingerprintOf(proposal) },
				steps: [{ event: 'received', by: proposal.agent }, step],
			});
			if (!result.ok) throw new Error(`not created: ${result.why}`);
			return (await store.actions.get(id)) as Action;
		},
	};
}
