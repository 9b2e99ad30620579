/**
 * A world of events under a clock that jumps from one to the next: processes that crash, jobs that come late, twice or never, people who
 * answer at any time. What runs in it is the product's own code, down to the store's one write.
 */
import type { Chance } from '../faults/seeded.ts';

export interface World {
	readonly chance: Chance;
	now(): number;
	/** Does something later; at the same instant in an order that the seed fixes. */
	at(instant: number, what: () => void): void;
	/** Runs until nothing is left, or until `until`. */
	run(until: number): Promise<void>;
	/** Time stands still until this has come to its end, outside of this world. */
	hold(outside: Promise<unknown>): void;
	readonly events: number;
}

interface Event {
	readonly at: number;
	readonly order: number;
	readonly what: () => void;
}

export function openWorld(chance: Chance): World {
	const heap: Event[] = [];
	let now = Date.UTC(2026, 0, 5);
	let events = 0;
	const held: Promise<unknown>[] = [];
	const earlier = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
	const push = (event: Event): void => {
		let i = heap.push(event) - 1;
		while (i > 0) {
			const parent = (i - 1) >> 1;
			if (!earlier(event, heap[parent] as Event)) break;
			heap[i] = heap[parent] as Event;
			i = parent;
		}
		heap[i] = event;
	};
	const pop = (): Event | undefined => {
		const first = heap[0];
		const last = heap.pop();
		if (first === undefined || last === undefined || heap.length === 0) return first;
		let i = 0;
		for (;;) {
			let child = 2 * i + 1;
			if (child >= heap.length) break;
			if (child + 1 < heap.length && earlier(heap[child + 1] as Event, heap[child] as Event)) child++;
			if (!earlier(heap[child] as Event, last)) break;
			heap[i] = heap[child] as Event;
			i = child;
		}
		heap[i] = last;
		return first;
	};
	const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
	return {
		chance,
		hold: (outside) => void held.push(outside),
		now: () => now,
		at(instant, what) {
			push({ at: Math.max(now, Math.round(instant)), order: chance(), what });
		},
		async run(until) {
			for (let event = pop(); event !== undefined && event.at <= until; event = pop()) {
				now = event.at;
				events++;
				event.what();
				// Whatever goes on from here without waiting for the world does so now.
				await turn();
				while (held.length > 0) {
					await Promise.all(held.splice(0));
					await turn();
				}
			}
		},
		get events() {
			return events;
		},
	};
}
