/** Listens to the announcements of transitions and asks for the messages of those actions to be brought up to date. */
import type { Redis } from 'ioredis';
import type { WorkerDeps } from './deps.ts';

export interface Following {
	close(): Promise<void>;
}

/** Announcements are gathered for this many ms: one look at the store answers for all of them. */
const gatherMs = 20;

/** Starts to listen on a connection of its own. What is missed meanwhile is the sweeper's. */
export async function followCopies({ engine }: WorkerDeps, subscriber: Redis): Promise<Following> {
	const { store, queues, log } = engine;
	const changed = new Map<string, number>();
	let timer: NodeJS.Timeout | null = null;
	let asking: Promise<void> = Promise.resolve();
	const ask = async (): Promise<void> => {
		const changes = [...changed].map(([id, version]) => ({ id, version }));
		changed.clear();
		try {
			for (const { id, version } of await store.copies.outdated(changes)) await queues.updateCopies(id, version);
		} catch (error) {
			log.warn({ err: error }, 'copies left to the sweeper');
		}
	};
	subscriber.on('message', (_channel, text: string) => {
		const [id = '', , version = ''] = text.split('/');
		changed.set(id, Math.max(changed.get(id) ?? 0, Number(version)));
		timer ??= setTimeout(() => {
			timer = null;
			asking = asking.then(ask);
		}, gatherMs);
	});
	await subscriber.subscribe(store.keys.changes);
	return {
		async close() {
			subscriber.removeAllListeners('message');
			if (timer !== null) clearTimeout(timer);
			await asking;
		},
	};
}
