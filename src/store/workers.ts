/** Which worker processes show themselves: an execution whose process does not is of unknown outcome. */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** A process shows itself this often, and counts as gone after `goneAfterMs` of silence. */
export const beatEveryMs = 3_000;
export const goneAfterMs = 10_000;

export interface WorkerRegister {
	/** Shows that `worker` is there. */
	beat(worker: string): Promise<void>;
	/** Takes it off the register at a clean stop. */
	leave(worker: string): Promise<void>;
	alive(worker: string): Promise<boolean>;
	/** Whether this process is the one of all that does a chore now; for `forMs` nobody else is told so. */
	takeTurn(chore: string, forMs: number): Promise<boolean>;
}

export function workersOn(redis: Redis, keys: Keys): WorkerRegister {
	return {
		async beat(worker) {
			await redis.set(keys.worker(worker), '1', 'PX', goneAfterMs);
		},
		async leave(worker) {
			await redis.del(keys.worker(worker));
		},
		async alive(worker) {
			return (await redis.exists(keys.worker(worker))) === 1;
		},
		async takeTurn(chore, forMs) {
			return (await redis.set(keys.worker(`turn/${chore}`), '1', 'PX', forMs, 'NX')) === 'OK';
		},
	};
}
