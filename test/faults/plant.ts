/** What runs while workers are killed: a policy with every route, and handlers that take a moment and write down what they do. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Action, payloadDigest } from '../../src/domain/action.ts';
import type { Call, Handler, Registry } from '../../src/execution/registry.ts';
import { type Entry, type Ledger, readLedgers } from './ledger.ts';

/** `refund` can find out what became of it; `reply` cannot, so a person has to. */
export const plantPolicy = `
version: 1
currency: USD
deadlines: { min: 1s }
operations:
  refund:
    risk_class: low_risk_write
    executor: { timeout: 30s, lapse: 1h, write_off: 2h }
    fallback: { handler: holding_reply, max_attempts: 10 }
  reply:
    risk_class: low_risk_write
    executor: { timeout: 30s, lapse: 1h, write_off: 2h }
    fallback: { handler: holding_reply, max_attempts: 10 }
  holding_reply: { risk_class: low_risk_write, fallback: { handler: null } }
reviewers:
  ana: { name: Ana, email: ana@shop.example }
  ben: { name: Ben, email: ben@shop.example }
groups: { support: [ana, ben] }
on_call: support
plans:
  - { route: approval, deadline: 30m, tiers: [{ after: 0s, to: [support], channels: [inbox] }] }
  - { route: escalation, deadline: 24h, tiers: [{ after: 0s, to: [support], channels: [inbox] }] }
notify_digest: { to: [ana], every: 1h, channels: [inbox] }
`;

/** How long an effect takes at most, before and after it is written down, in ms. */
const mostMs = 60;
const moment = (): Promise<void> => wait(Math.random() * mostMs);

const entry = (kind: Entry['kind'], action: Action, call: Call): Omit<Entry, 'pid'> => ({
	kind,
	key: call.idempotencyKey,
	actionId: action.id,
	payloadDigest: payloadDigest(action.proposal),
});

/** The handlers of one worker process. */
export function plantRegistry(ledger: Ledger, folder: string): Registry {
	const run: Handler['run'] = async (action, call) => {
		await moment();
		ledger.write(entry('effect', action, call));
		await moment();
		return { status: 'done' };
	};
	return {
		operations: {
			refund: {
				run,
				async reconcile(_action, { idempotencyKey }) {
					const happened = readLedgers(folder).some(({ kind, key }) => kind === 'effect' && key === idempotencyKey);
					return { status: happened ? 'done' : 'not_done' };
				},
			},
			reply: { run },
		},
		fallbacks: {
			async holding_reply(action, call) {
				await moment();
				ledger.write(entry('fallback', action, call));
				return { status: 'done' };
			},
		},
	};
}
