/** Texts to one number that wait for each other for a moment, so that one message can stand for all of them. */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

export interface Gathering {
	/** Notes that a message waits. `text`: what whoever sends it needs to know. */
	add(phone: string, key: string, text: string): Promise<void>;
	/** What waits, by key. */
	waiting(phone: string): Promise<Readonly<Record<string, string>>>;
	remove(phone: string, keys: readonly string[]): Promise<void>;
	/** Lets one worker at a time send to a number; false while another one does. */
	hold(phone: string, holder: string): Promise<boolean>;
	release(phone: string, holder: string): Promise<void>;
}

/** Longer than a message takes to send: a worker that died holds nobody up for long, in ms. */
const holdMs = 45_000;
/** What waits is sent within seconds; whatever is left behind after this was sent by its own job. */
const waitMs = 3_600_000;

export function gatheringOn(redis: Redis, keys: Keys): Gathering {
	const list = (phone: string): string => keys.reply('gathering', phone);
	const lock = (phone: string): string => keys.reply('sending', phone);
	return {
		async add(phone, key, text) {
			await redis.multi().hset(list(phone), key, text).pexpire(list(phone), waitMs).exec();
		},
		waiting: (phone) => redis.hgetall(list(phone)),
		async remove(phone, gone) {
			if (gone.length > 0) await redis.hdel(list(phone), ...gone);
		},
		async hold(phone, holder) {
			return (await redis.set(lock(phone), holder, 'PX', holdMs, 'NX')) !== null;
		},
		async release(phone, holder) {
			// Read and deleted apart: in between it could only pass to another worker after `holdMs`, which is over by then.
			if ((await redis.get(lock(phone))) === holder) await redis.del(lock(phone));
		},
	};
}
