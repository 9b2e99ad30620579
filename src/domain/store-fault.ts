/** What Redis and its client throw, as faults with codes that a caller can branch on. */
import { Fault } from './errors.ts';

/** A refused connection, a dropped one, a timeout, and a Redis that loads, fails over or cannot persist. */
const unavailable =
	/ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|Connection is closed|Command timed out|MaxRetriesPerRequest|Stream isn't writeable|\b(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|MISCONF|NOREPLICAS|BUSY|UNBLOCKED)\b/;

/** The fault behind anything thrown on the way to the store: `storage_full`, `storage_unavailable`, else `internal`. */
export function faultOf(error: unknown): Fault {
	if (error instanceof Fault) return error;
	const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
	if (message.includes('OOM command not allowed')) {
		return new Fault('storage_full', 'the store is full; send the same request again later', { cause: error, retryable: true });
	}
	if (unavailable.test(message)) return new Fault('storage_unavailable', silence, { cause: error, retryable: true });
	return new Fault('internal', 'the server failed; its log says why', { cause: error });
}

/** A timeout says nothing about what happened: only the same request, sent again, finds out. */
const silence = 'the store did not answer; send the same request again';

/** Rejects with `storage_unavailable` when `work` takes longer than `ms`; what it was doing may still happen. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Fault('storage_unavailable', silence, { retryable: true })), ms);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
