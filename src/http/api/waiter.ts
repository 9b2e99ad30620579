/**
 * Waiting for actions to change: one subscription for all long polls of the process. Messages only wake; what happened is
 * read from the record, because pub/sub loses what is said while a connection is down.
 */
import type { Redis } from 'ioredis';

/** Attention to one action, from before its state is read until `stop`. */
export interface Listening {
	/** Resolves at the next change of the action (or one missed since the last call), at a reconnect, or after `ms`. */
	changed(ms: number, signal: AbortSignal): Promise<void>;
	stop(): void;
}

export interface Waiter {
	/** Starts to listen; resolves once no later change can be missed. */
	listen(id: string): Promise<Listening>;
	/** How many listen. */
	readonly size: number;
	/** Whether it was closed: whoever still waits should answer with what is known. */
	readonly closed: boolean;
	/** Wakes everybody and closes the subscription. */
	close(): void;
}

/** A waiter on the channel that every transition is published to (`id/state/version`). Connects when somebody first waits. */
export function waiterOn(connect: () => Redis, channel: string): Waiter {
	const listeners = new Map<string, Set<() => void>>();
	let closed = false;
	let subscription: { redis: Redis; subscribed: Promise<unknown> } | null = null;
	const wakeAll = (): void => {
		for (const wakes of listeners.values()) for (const wake of wakes) wake();
	};
	const open = (): Promise<unknown> => {
		if (subscription === null) {
			const redis = connect();
			redis.on('message', (_channel: string, message: string) => {
				for (const wake of listeners.get(message.slice(0, message.indexOf('/'))) ?? []) wake();
			});
			// What was published while the connection was down is lost: everybody looks for themselves.
			redis.on('ready', wakeAll);
			subscription = { redis, subscribed: redis.subscribe(channel) };
			subscription.subscribed.catch(() => {
				redis.disconnect();
				subscription = null;
			});
		}
		return subscription.subscribed;
	};
	return {
		async listen(id) {
			let stale = false;
			let resume: (() => void) | null = null;
			const wake = (): void => {
				stale = true;
				resume?.();
			};
			const stop = (): void => {
				const wakes = listeners.get(id);
				wakes?.delete(wake);
				if (wakes?.size === 0) listeners.delete(id);
			};
			listeners.set(id, (listeners.get(id) ?? new Set()).add(wake));
			try {
				if (!closed) await open();
			} catch (error) {
				stop();
				throw error;
			}
			return {
				stop,
				async changed(ms, signal) {
					if (!stale && !signal.aborted) {
						await new Promise<void>((resolve) => {
							const done = (): void => {
								clearTimeout(timer);
								signal.removeEventListener('abort', done);
								resolve();
							};
							const timer = setTimeout(done, ms);
							resume = done;
							signal.addEventListener('abort', done, { once: true });
						});
						resume = null;
					}
					stale = false;
				},
			};
		},
		get size() {
			return [...listeners.values()].reduce((sum, wakes) => sum + wakes.size, 0);
		},
		get closed() {
			return closed;
		},
		close() {
			closed = true;
			wakeAll();
			listeners.clear();
			subscription?.redis.disconnect();
			subscription = null;
		},
	};
}
