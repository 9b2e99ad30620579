// Handlers for the operations of policies/support.yaml, to begin with:
//   countersign worker --handlers examples/handlers.mjs
//
// A handler gets the approved action and says what came of it:
//   {status: 'done', result?}               it happened
//   {status: 'refused' | 'failed', reason}  nothing (more) happened
//   {status: 'partial', reason, result}     some of it happened, and `result` says what; the rest is a new action
//   {status: 'deferred', afterMs, reason}   nothing happened, and trying again later is safe
// An exception, or no answer in time, is an unknown outcome: it is never tried again, `reconcile` or a person finds out.
//
// Pass `idempotencyKey` on to what you call: it is the same for every attempt at one approved payload.

/** What this example "calls": a real one talks to a payment provider, with the key as its own idempotency key. */
const refunds = new Map();

export const operations = {
	lookup_order: {
		async run(action) {
			return { status: 'done', result: { order_id: action.proposal.arguments.order_id, status: 'delivered' } };
		},
	},
	refund: {
		async run(action, { idempotencyKey, signal }) {
			if (signal.aborted) return { status: 'deferred', afterMs: 1000, reason: 'the worker is stopping' };
			if (action.proposal.amount === undefined) return { status: 'refused', reason: 'a refund needs an amount' };
			if (!refunds.has(idempotencyKey)) refunds.set(idempotencyKey, { ...action.proposal.amount, at: Date.now() });
			return { status: 'done', result: { refund: idempotencyKey } };
		},
		// After a crash: did it happen?
		async reconcile(_action, { idempotencyKey }) {
			return refunds.has(idempotencyKey) ? { status: 'done' } : { status: 'not_done' };
		},
	},
};

export const fallbacks = {
	// When nobody answers in time, the customer hears that somebody will.
	async send_holding_reply() {
		return { status: 'done', note: 'the customer was told that an answer will follow' };
	},
};
