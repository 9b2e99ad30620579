/** One call of something that may take long or hang: bounded by time, and every answer outside the closed set is unknown. */
import type { ExecutionResult } from '../domain/outcome.ts';

/** What came of a call: its answer, or that nobody can tell. */
export type Attempted<T> = { readonly known: true; readonly answer: T } | { readonly known: false; readonly reason: string };

/** What Node's timers can count, in ms; beyond it they fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Calls with a signal that aborts after `timeoutMs` or with `stop`. */
export async function attempt<T>(
	call: (signal: AbortSignal) => Promise<T>,
	{ timeoutMs, stop }: { timeoutMs: number; stop: AbortSignal },
): Promise<Attempted<T>> {
	const controller = new AbortController();
	const { promise: gaveUp, reject } = Promise.withResolvers<never>();
	// Nobody may be listening by the time it is given up.
	gaveUp.catch(() => undefined);
	const giveUp = (why: string): void => {
		const error = new Error(why);
		reject(error);
		controller.abort(error);
	};
	const onStop = (): void => giveUp('the worker stopped');
	// A timer that ends with the call: signals that time out by themselves outlive it, by the ten thousand under load.
	const timer = setTimeout(() => giveUp(`no answer within ${timeoutMs} ms`), Math.min(timeoutMs, longestTimerMs));
	timer.unref();
	if (stop.aborted) onStop();
	else stop.addEventListener('abort', onStop, { once: true });
	try {
		return { known: true, answer: await Promise.race([call(controller.signal), gaveUp]) };
	} catch (error) {
		return { known: false, reason: error instanceof Error ? error.message : String(error) };
	} finally {
		clearTimeout(timer);
		stop.removeEventListener('abort', onStop);
	}
}

const mostReasonChars = 2000;

const reasonOf = (given: unknown): string =>
	typeof given === 'string' && given !== '' ? given.slice(0, mostReasonChars) : 'no reason was given';

/** The result as JSON can say it; what it cannot say (a cycle, a bigint) is left out: the action was done all the same. */
function plain(result: unknown): { readonly result?: unknown } {
	try {
		const text = JSON.stringify(result);
		return text === undefined ? {} : { result: JSON.parse(text) };
	} catch {
		return {};
	}
}

/** A handler's answer, where it is one of the closed set; one of another shape must not count as success, or as anything. */
export function executionResult(answer: unknown): ExecutionResult | null {
	if (typeof answer !== 'object' || answer === null) return null;
	const { status, result, reason, afterMs } = answer as Record<string, unknown>;
	switch (status) {
		case 'done':
			return { status, ...plain(result) };
		case 'refused':
		case 'failed':
			return { status, reason: reasonOf(reason) };
		case 'partial': {
			// Without what was done, nobody could go on from it: then nobody can tell what happened.
			const done = plain(result);
			return done.result === undefined ? null : { status, reason: reasonOf(reason), result: done.result };
		}
		case 'deferred':
			return typeof afterMs === 'number' && Number.isFinite(afterMs)
				? { status, afterMs: Math.ceil(afterMs), reason: reasonOf(reason) }
				: null;
		default:
			return null;
	}
}
