/** A list that grows, and a way to wait for what is not in it yet. The mailbox and the phone are both made of it. */

export interface Arrivals<T> {
	/** Everything that arrived, oldest first. */
	all(): readonly T[];
	/** The first arrival, past or future, that `wanted` accepts. Rejects after `timeoutMs`, saying how many there were. */
	waitFor(wanted: (item: T) => boolean, timeoutMs?: number): Promise<T>;
	add(item: T): void;
}

/** An empty list that keeps at most `keep` items. */
export function arrivals<T>(name: string, keep = 500): Arrivals<T> {
	const items: T[] = [];
	const waiting = new Set<(item: T) => void>();
	return {
		all: () => items,
		add(item) {
			items.push(item);
			if (items.length > keep) items.shift();
			for (const notice of waiting) notice(item);
		},
		waitFor(wanted, timeoutMs = 10_000) {
			const past = items.find(wanted);
			if (past !== undefined) return Promise.resolve(past);
			return new Promise((resolve, reject) => {
				const done = () => {
					waiting.delete(notice);
					clearTimeout(timer);
				};
				const notice = (item: T) => {
					if (!wanted(item)) return;
					done();
					resolve(item);
				};
				const timer = setTimeout(() => {
					done();
					reject(new Error(`no such ${name} within ${timeoutMs} ms; ${items.length} arrived`));
				}, timeoutMs);
				waiting.add(notice);
			});
		},
	};
}
