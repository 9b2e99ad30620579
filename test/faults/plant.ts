/** What runs while the faults come: a policy with every route, and handlers that take a moment and write down what they do. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ChannelPort } from '../../src/channels/channel.ts';
import { type Action, payloadDigest } from '../../src/domain/action.ts';
import type { Call, Handler, Registry } from '../../src/execution/registry.ts';
import type { Faults } from './inject.ts';
import type { Ledger } from './ledger.ts';

/** `refund` and `letter` can find out what became of them; `reply` cannot, so a person has to. `brief` has a second. */
export const plantPolicy = `
version: 1
currency: USD
deadlines: { min: 1s }
escalation:
  hard: { approvals_in_24h: false, rejections_in_a_row: false }
  soft: { low_confidences: false }
near_limit: false
checks: { repeat: off, prior_refusal: off }
interruptions: false
operations:
  refund: &plain
    risk_class: low_risk_write
    executor: { timeout: 30s, lapse: 1h, write_off: 2h }
    fallback: { handler: holding_reply, max_attempts: 10 }
  reply: *plain
  letter: *plain
  brief:
    risk_class: low_risk_write
    executor: { timeout: 1s, lapse: 1h, write_off: 2h }
    fallback: { handler: holding_reply, max_attempts: 10 }
  holding_reply: { risk_class: low_risk_write, fallback: { handler: null } }
reviewers:
  ana: { name: Ana, email: ana@shop.example }
  ben: { name: Ben, email: ben@shop.example }
  cai: { name: Cai, email: cai@shop.example }
  dee: { name: Dee, email: dee@shop.example }
  eve: { name: Eve, email: eve@shop.example }
  fay: { name: Fay, email: fay@shop.example }
  gil: { name: Gil, email: gil@shop.example }
groups: { support: [ana, ben, cai, dee, eve, fay, gil] }
on_call: support
plans:
  - { route: approval, operations: [letter], deadline: 30m, tiers: [{ after: 0s, to: [ana], channels: [email] }, { after: 1s, to: [support], channels: [inbox] }] }
  - { route: approval, deadline: 30m, tiers: [{ after: 0s, to: [support], channels: [inbox] }] }
  - { route: escalation, deadline: 24h, tiers: [{ after: 0s, to: [support], channels: [inbox] }] }
notify_digest: { to: [ana], every: 1h, channels: [inbox] }
`;

/** How long an effect takes at most, before and after it happens, in ms. */
const mostMs = 20;
const moment = (): Promise<unknown> => wait(Math.random() * mostMs);

const about = (action: Action): { id: string; digest: string } => ({ id: action.id, digest: payloadDigest(action.proposal) });

/** The handlers of one worker process. What becomes of a call stands in the action's own arguments. */
export function plantRegistry(ledger: Ledger, faults: Pick<Faults, 'point'>): Registry {
	const run = async (action: Action, { idempotencyKey: key, attempt, signal }: Call): ReturnType<Handler['run']> => {
		const plot = action.proposal.arguments.plot;
		await moment();
		if (plot === 'fails') return { status: 'failed', reason: 'the till is broken' };
		if (plot === 'defers' && attempt === 1) return { status: 'deferred', afterMs: 200, reason: 'the till is busy' };
		faults.point('effect about to happen');
		if (ledger.settle(key, 'effect', about(action)) === 'void') return { status: 'refused', reason: 'void by now' };
		ledger.write({ kind: 'effect', key, ...about(action) });
		faults.point('effect happened, handler not yet back');
		await moment();
		if (plot === 'hangs') await wait(60_000, undefined, { signal });
		return { status: 'done' };
	};
	const traceable: Handler = {
		run,
		async reconcile(action, { idempotencyKey }) {
			return { status: ledger.settle(idempotencyKey, 'void', about(action)) === 'effect' ? 'done' : 'not_done' };
		},
	};
	return {
		operations: { refund: traceable, letter: traceable, brief: traceable, reply: { run } },
		fallbacks: {
			async holding_reply(action, { idempotencyKey: key }) {
				await moment();
				faults.point('fallback about to happen');
				ledger.write({ kind: 'fallback', key, ...about(action) });
				return { status: 'done' };
			},
		},
	};
}

/** Mail that goes into the ledger. */
export const plantMail = (ledger: Ledger): ChannelPort => ({
	kind: 'email',
	async send({ deliveryId, thread }) {
		ledger.write({ kind: 'message', id: thread ?? '', key: deliveryId });
		return { ok: true, id: deliveryId };
	},
	async close() {},
});
