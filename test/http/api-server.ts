/** The real API on the test's Redis, without workers: actions stay where a test puts them. */
import type { Hono } from 'hono';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { type Proposal, payloadDigest } from '../../src/domain/action.ts';
import { actionId } from '../../src/domain/ids.ts';
import { parseProposal } from '../../src/domain/parse.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { type Engine, engineOf } from '../../src/engine/engine.ts';
import { routed } from '../../src/engine/moves.ts';
import { apiRoutes } from '../../src/http/api/routes.ts';
import { type Waiter, waiterOn } from '../../src/http/api/waiter.ts';
import { newApiKey } from '../../src/http/auth.ts';
import { openQueues } from '../../src/queues/queues.ts';
import { storeOn } from '../../src/store/store.ts';
import type { Change } from '../../src/store/transition.ts';
import type { TestRedis } from '../support/redis.ts';

export interface TestApi {
	readonly engine: Engine;
	readonly waiter: Waiter;
	/** The routes themselves, for requests that `send` cannot say. */
	readonly app: Pick<Hono, 'request'>;
	/** The token of `acme`'s `support-bot`; `others` are of another agent and of another tenant. */
	readonly token: string;
	readonly others: { readonly agent: string; readonly tenant: string };
	/** Sends a request with the token; an object is sent as JSON. */
	send(
		method: string,
		path: string,
		options?: { body?: unknown; headers?: Record<string, string>; token?: string; signal?: AbortSignal },
	): Promise<Answer>;
	/** Brings the action of a proposal into the state that a verdict gives it. */
	place(proposal: Record<string, unknown>, verdict: Partial<Verdict> & Pick<Verdict, 'route'>): Promise<string>;
}

export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
	readonly body: any;
}

const caller = { tenant: 'acme', agent: 'support-bot' };

/** Opens the API; it is closed after the test. */
export function testApi(redis: TestRedis): TestApi {
	const store = storeOn(redis.connect({ enableAutoPipelining: true }), { prefix: redis.prefix, keepMs: 60_000, devClock: true });
	const queues = openQueues({ connection: redis.connect(), prefix: redis.prefix, onError: () => undefined });
	const engine = engineOf({
		store,
		queues,
		log: pino({ level: 'silent' }),
		worker: 'test',
		policy: () => {
			throw new Error('the API judges nothing');
		},
	});
	const waiter = waiterOn(() => redis.connect(), store.keys.changes);
	const [own, agent, tenant] = [caller, { ...caller, agent: 'other-bot' }, { tenant: 'rival', agent: 'support-bot' }].map(
		(each) => newApiKey(each),
	) as [Key, Key, Key];
	const app = apiRoutes({ engine, waiter, apiKeys: [own.key, agent.key, tenant.key] });
	onTestFinished(async () => {
		waiter.close();
		await queues.close();
	});
	return {
		engine,
		waiter,
		app,
		token: own.token,
		others: { agent: agent.token, tenant: tenant.token },
		async send(method, path, { body, headers = {}, token = own.token, signal } = {}) {
			const init: RequestInit = { method, headers: { authorization: `Bearer ${token}`, ...headers }, ...(signal && { signal }) };
			if (body !== undefined) {
				init.body = typeof body === 'string' ? body : JSON.stringify(body);
				init.headers = { 'content-type': 'application/json', ...init.headers };
			}
			const response = await app.request(path, init);
			const text = await response.text();
			return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
		},
		async place(input, given) {
			const parsed = parseProposal({
				version: 1,
				idempotencyKey: `k-${Math.random()}`,
				operation: 'refund',
				...caller,
				...input,
			});
			if (!parsed.ok) throw new Error(parsed.problem.message);
			const { proposal } = parsed;
			const id = actionId(proposal.tenant, proposal.agent, proposal.idempotencyKey);
			await engine.store.transition(created(engine, { id, proposal, verdict: { ...plainVerdict, ...given } }));
			return id;
		},
	};
}

type Key = ReturnType<typeof newApiKey>;

const plainVerdict: Verdict = {
	route: 'approval',
	riskClass: 'financial',
	reportedConfidence: 0.9,
	confidence: 0.9,
	priority: 'normal',
	reasons: [{ rule: 'threshold.financial', route: 'approval', text: { en: 'below the limit', 'zh-CN': '低于阈值' } }],
	policyDigest: '0'.repeat(64),
	plan: {
		reviewers: ['ann'],
		quorum: 1,
		tiers: [{ afterMs: 0, to: ['ann'], channels: ['inbox'] }],
		deadlineMs: 60_000,
		fallback: { handler: null, maxAttempts: 1 },
	},
	executor: { kind: 'handler', url: null, timeoutMs: 1000, lapseMs: 60_000, writeOffMs: 60_000 },
};

function created({ store }: Engine, { id, proposal, verdict }: { id: string; proposal: Proposal; verdict: Verdict }): Change {
	const { step, ...moved } = routed(proposal, verdict, { id, facts: store.facts, digestKey: store.keys.digest });
	return {
		...moved,
		id,
		tenant: proposal.tenant,
		steps: [{ event: 'received', by: proposal.agent }, step],
		create: { proposal, fingerprint: payloadDigest(proposal) },
	};
}
