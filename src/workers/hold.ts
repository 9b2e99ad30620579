/** Holds a message back: it goes out with whatever else waits for the same person by then. */
import type { Action } from '../domain/action.ts';
import { heldKey } from '../store/deliveries.ts';
import type { Box, HeldMessage } from '../store/held-messages.ts';
import { deliveryKey } from './delivery-key.ts';
import type { WorkerDeps } from './deps.ts';

/** Puts a message into its person's box; `at`: when it goes out at the latest. */
export async function hold(
	deps: WorkerDeps,
	action: Action,
	message: HeldMessage & Box & { readonly at: number },
): Promise<void> {
	const { store, queues } = deps.engine;
	const { reviewer, channel, at, ...held } = message;
	await store.held.hold({ reviewer, channel }, held, at);
	// Beside the entry of the message itself, which is still to be sent.
	const key = heldKey(deliveryKey(action, message));
	await store.deliveries.record(action.id, { key, reviewer, channel, at, state: 'held', receipt: '' }, store.settings.keepMs);
	await queues.wake(at, await store.now());
	deps.signal('held', action.id);
}
