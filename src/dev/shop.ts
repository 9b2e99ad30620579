/** The shop behind the sample agent: handlers that do nothing but remember that they ran. */
import type { Registry } from '../execution/registry.ts';

/** One thing that happened in the shop. */
export interface Deed {
	readonly at: number;
	readonly what: string;
	readonly actionId: string;
}

export interface Shop {
	readonly registry: Registry;
	/** Everything that ran, oldest first. */
	deeds(): readonly Deed[];
}

/** Opens a shop whose handlers answer for these operations. */
export function openShop(operations: Iterable<string>, now: () => number): Shop {
	const deeds: Deed[] = [];
	const handlers = Object.fromEntries(
		[...operations].map((operation) => [
			operation,
			{
				run: async (action: { id: string }) => {
					deeds.push({ at: now(), what: operation, actionId: action.id });
					return { status: 'done', result: { shop: `${operation} done` } } as const;
				},
			},
		]),
	);
	return {
		deeds: () => deeds,
		registry: {
			operations: handlers,
			fallbacks: {
				send_holding_reply: async (action) => {
					deeds.push({ at: now(), what: 'send_holding_reply', actionId: action.id });
					return { status: 'done', note: 'send_holding_reply' };
				},
			},
		},
	};
}
