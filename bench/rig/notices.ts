/** What the worker process tells the driver: what happened to which action, and when. Gathered, so that telling costs little. */
import { monotonicMs } from './clock.ts';

/** `done`: run and recorded, or its fallback was. `parked`: it waits for a person and has its deadline. `passed`: the deadline has won. */
export type What = 'parked' | 'passed' | 'done' | 'ready';

/** One message between the processes: what, which and when (monotonic ms), flat. */
export type Notices = readonly (string | number)[];

/** The worker's end. Everything that is told in one turn of the event loop goes out as one message. */
export function teller(): (what: What, id: string) => void {
	let gathered: (string | number)[] = [];
	return (what, id) => {
		if (gathered.length === 0) {
			setImmediate(() => {
				process.send?.(gathered);
				gathered = [];
			});
		}
		gathered.push(what, id, monotonicMs());
	};
}

/** The driver's end: waits for one thing to happen to one action. What comes before anybody waits is kept. */
export function listener(): { hear(notices: Notices): void; expect(what: What, id: string): Promise<number> } {
	const came = new Map<string, number>();
	const waiting = new Map<string, (at: number) => void>();
	return {
		hear(notices) {
			for (let i = 0; i + 2 < notices.length; i += 3) {
				const key = `${notices[i]} ${notices[i + 1]}`;
				const at = Number(notices[i + 2]);
				const resolve = waiting.get(key);
				if (resolve === undefined) came.set(key, at);
				else {
					waiting.delete(key);
					resolve(at);
				}
			}
		},
		expect(what, id) {
			const key = `${what} ${id}`;
			const at = came.get(key);
			if (at !== undefined) {
				came.delete(key);
				return Promise.resolve(at);
			}
			return new Promise((resolve) => waiting.set(key, resolve));
		},
	};
}
