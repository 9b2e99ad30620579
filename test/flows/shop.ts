/** The shop that the stories are about: a small policy whose every route can be reached on purpose, its people, its agent. */
import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Action } from '../../src/domain/action.ts';
import { createClient, type Proposing } from '../../src/producers/client.ts';
import { type Answering, type SubmitResult, submit } from '../../src/reviews/submit.ts';
import type { Quarantined } from '../../src/store/quarantine.ts';
import { type WorkerKind, workerKinds } from '../../src/workers/kinds.ts';
import { type TestApp, type TestAppOptions, testApp } from '../support/app.ts';
import type { TestRedis } from '../support/redis.ts';

/**
 * Refunds up to 500 run by themselves with a confidence of 0.99, are reported from 0.95 on, and are asked about above 500;
 * above 2000 two people must agree, above 5000 a person takes over. Nobody answering sends a holding reply.
 */
export const shopPolicy = `
version: 1
currency: USD
operations:
  reply: { risk_class: low_risk_write, amount: forbidden }
  send_holding_reply: { risk_class: low_risk_write, amount: forbidden, fallback: { handler: null } }
  refund:
    risk_class: financial
    executor: { timeout: 30s, lapse: 1h, write_off: 24h }
    fallback: { handler: send_holding_reply, max_attempts: 2 }
  ship_parcel:
    risk_class: financial
    executor: { kind: claim, timeout: 30s, lapse: 1h, write_off: 24h }
    fallback: { handler: send_holding_reply }
  close_account: { risk_class: high_risk_write, at_least: approval, fallback: { handler: null } }
  wipe_database: { risk_class: high_risk_write, at_least: block }
amounts:
  - { above: "500.00", route: approval }
  - { above: "5000.00", route: escalation }
reviewers:
  ana: { name: Ana, email: ana@shop.example, phone: "+15550100001" }
  ben: { name: Ben, email: ben@shop.example, phone: "+15550100002" }
  cai: { name: Cai, email: cai@shop.example, phone: "+15550100003" }
  dee: { name: Dee, email: dee@shop.example, phone: "+15550100004" }
groups:
  support: [ana, ben, cai]
  leads: [dee]
on_call: leads
urgent_above: "100000.00"
plans:
  - { route: approval, deadline: 30m, ask: [support], next: [leads] }
  - { route: approval, above: "2000.00", quorum: 2, deadline: 30m, ask: [support], next: [leads] }
  - { route: escalation, deadline: 4h, ask: [leads], next: [support] }
notify_digest: { to: [ana], every: 1h }
`;

export const minute = 60_000;
export const hour = 60 * minute;

/** Something that no earlier story has used: stories must not find each other's traces in the facts. */
export const fresh = (word: string): string => `${word}-${randomBytes(4).toString('hex')}`;

/** A proposal of an agent and for a user of its own. */
export const proposing = (given: Partial<Proposing> & { readonly operation: string }): Proposing & { agent: string } => ({
	agent: fresh('agent'),
	idempotencyKey: fresh('key'),
	user: fresh('user'),
	confidence: 1,
	...given,
	arguments: { order_id: fresh('order'), ...given.arguments },
});

/** A refund, in the shop's currency. */
export const refund = (amount: string, given: Partial<Proposing> = {}): Proposing & { agent: string } =>
	proposing({ operation: 'refund', ...given, amount: { value: amount, currency: 'USD' } });

export interface Shop extends TestApp {
	/** The agent proposes through its queue; gives back the action's id. */
	propose(proposing: Proposing & { readonly agent: string }): Promise<string>;
	/** A person answers what is stored now, or what `shown` says they were shown. */
	answer(id: string, reviewer: string, given: Answer): Promise<SubmitResult>;
	get(id: string): Promise<Action>;
	/** The events of an action's life, in order. */
	events(id: string): Promise<string[]>;
	quarantined(): Promise<Quarantined[]>;
}

export type Answer =
	| Answering['answer']
	| (Pick<Answering, 'answer' | 'comment' | 'edit'> &
			Partial<Pick<Answering, 'channel' | 'assurance'>> & { readonly shown?: Pick<Action, 'revision' | 'payloadDigest'> });

/** Where there are no channels nobody works the messages: each would fail, and every review become a case at once. */
const withoutMessages = (Object.keys(workerKinds) as WorkerKind[]).filter((kind) => kind !== 'deliveries');

/** Opens the shop with all its workers; it closes after the test. */
export async function openShop(redis: TestRedis, options: Partial<TestAppOptions> = {}): Promise<Shop> {
	const opened = await testApp(redis, {
		policy: shopPolicy,
		...(options.channels === false && { workers: withoutMessages }),
		...options,
	});
	const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
	onTestFinished(() => client.close());
	const { store } = opened.app.back;
	const get = async (id: string): Promise<Action> => {
		const action = await store.actions.get(id);
		if (action === null) throw new Error(`${id} does not exist`);
		return action;
	};
	return {
		...opened,
		get,
		propose: async (proposing) => (await client.propose(proposing)).id,
		async answer(id, reviewer, given) {
			const { shown, ...answer } = typeof given === 'string' ? { answer: given } : given;
			const { revision, payloadDigest } = shown ?? (await get(id));
			return submit(opened.app.front, {
				actionId: id,
				revision,
				payloadDigest,
				reviewer,
				channel: 'inbox',
				...answer,
			});
		},
		events: async (id) => (await store.actions.history(id)).map(({ event }) => event),
		quarantined: () => store.quarantine.list(100),
	};
}
