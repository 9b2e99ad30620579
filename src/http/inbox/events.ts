/** Live updates: a stream of what changed, gathered so that a burst is one message. Following is no sign of a person. */
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { viewsOf } from './views.ts';
import type { InboxDeps } from './visit.ts';

/** How long changes are gathered before they are told, in ms. */
const gatherMs = 250;
/** How often the stream shows that it is alive, and looks whether its reader is still signed in, in ms. */
const beatMs = 20_000;
/** Ids in one message; beyond, the reader looks anyway. */
const mostIds = 100;

/** Streams of this process that are open, so that they can be ended. */
export type Streams = Set<AbortController>;

/** Follows the board for one reviewer until they leave, sign out or the server stops. */
export function eventStream(
	context: Context,
	{ engine, board }: InboxDeps,
	about: { sessionId: string; reviewer: string; streams: Streams },
): Response {
	const stop = new AbortController();
	about.streams.add(stop);
	context.header('Cache-Control', 'no-store');
	context.header('X-Accel-Buffering', 'no');
	return streamSSE(context, async (stream) => {
		const changed = new Set<string>();
		let wake: () => void = () => undefined;
		const unfollow = board.follow((id) => {
			if (changed.size < mostIds) changed.add(id);
			wake();
		});
		stream.onAbort(() => stop.abort());
		const pause = (ms: number): Promise<void> =>
			new Promise((resolve) => {
				const timer = setTimeout(resolve, ms);
				wake = () => {
					clearTimeout(timer);
					resolve();
				};
				stop.signal.addEventListener('abort', wake, { once: true });
			});
		try {
			// What changed between the page and this stream is in neither: the page compares.
			await stream.writeSSE({ event: 'from', data: String(board.revision) });
			let lookedAt = Date.now();
			while (!stop.signal.aborted) {
				if (changed.size === 0) await pause(beatMs);
				if (stop.signal.aborted) break;
				if (Date.now() - lookedAt >= beatMs) {
					lookedAt = Date.now();
					if ((await engine.store.sessions.peek(about.sessionId)) === null) break;
					await stream.write(': here\n\n');
				}
				if (changed.size === 0) continue;
				wake = () => undefined;
				await new Promise((resolve) => setTimeout(resolve, gatherMs));
				if (stop.signal.aborted) break;
				const ids = [...changed];
				changed.clear();
				const now = await engine.store.now();
				const waiting = viewsOf(board.entries(now), about.reviewer).mine.length;
				const versions = ids.map((id) => board.find(id)?.version ?? 0);
				await stream.writeSSE({ data: JSON.stringify({ waiting, ids, versions }) });
			}
		} finally {
			unfollow();
			about.streams.delete(stop);
		}
	});
}
