/** The numbers at which reviewers are known: since when, and whether a code that was sent there came back. */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';

/** Instants in ms since the epoch by Redis time. */
export interface KnownPhone {
	readonly number: string;
	/** When it took the place of another one; 0 for the first that was ever known. */
	readonly since: number;
	/** When a code that was sent there was entered; null: never. */
	readonly verifiedAt: number | null;
}

export interface PhoneStore {
	/** Null for a reviewer whose number was never looked at. */
	find(reviewer: string): Promise<KnownPhone | null>;
	/** Keeps a number, the first or another one. */
	keep(reviewer: string, number: string): Promise<void>;
	/** A code that was sent to this number came back. The first time counts. */
	verified(reviewer: string, number: string): Promise<void>;
}

export function phonesOn(redis: Redis, keys: Keys, now: () => Promise<number>): PhoneStore {
	const key = (reviewer: string): string => keys.people('phone', reviewer);
	const find: PhoneStore['find'] = async (reviewer) => {
		const text = await redis.get(key(reviewer));
		return text === null ? null : (JSON.parse(text) as KnownPhone);
	};
	const write = async (reviewer: string, known: KnownPhone): Promise<void> => {
		await redis.set(key(reviewer), JSON.stringify(known));
	};
	return {
		find,
		async keep(reviewer, number) {
			const before = await find(reviewer);
			if (before?.number !== number)
				await write(reviewer, { number, since: before === null ? 0 : await now(), verifiedAt: null });
		},
		async verified(reviewer, number) {
			const known = (await find(reviewer)) ?? { number, since: 0, verifiedAt: null };
			if (known.number === number && known.verifiedAt === null) await write(reviewer, { ...known, verifiedAt: await now() });
		},
	};
}
