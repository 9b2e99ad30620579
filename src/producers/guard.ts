/**
 * A tool that proposes instead of running. The agent calls it as before; what the tool did is done by the operation's handler
 * in the worker, once policy or a person has let it.
 */
import type { Client, Proposed, Proposing } from './client.ts';

/** How the call of a tool becomes a proposal. */
export interface Guarding<A extends object> {
	readonly operation: string;
	/** One key for one intended call: run id and call id. The same for every retry. */
	readonly key: (args: A) => string;
	/** What else the proposal should say: amount, confidence, reasoning, user, context. */
	readonly describe?: (args: A) => Omit<Partial<Proposing>, 'operation' | 'idempotencyKey' | 'arguments'>;
}

/** What the tool answers: text that a model can read, and the id to ask about. */
export interface Guarded extends Proposed {
	readonly status: 'proposed';
	readonly message: string;
}

/** Wraps a tool. The wrapper never runs anything itself; its errors are the client's. */
export function guard<A extends object>(client: Pick<Client, 'propose'>, guarding: Guarding<A>): (args: A) => Promise<Guarded> {
	return async (args) => {
		const sent = await client.propose({
			...guarding.describe?.(args),
			operation: guarding.operation,
			idempotencyKey: guarding.key(args),
			arguments: args as Proposing['arguments'],
		});
		return {
			...sent,
			status: 'proposed',
			message: `\`${guarding.operation}\` was proposed as ${sent.id} and has not run yet; policy or a person decides, and its outcome will tell`,
		};
	};
}
