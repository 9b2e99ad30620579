/** Labelled decisions: which actions people judged, and for the memory of similar cases who said what in each cell. */
import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import type { FactWrite } from './transition.ts';

/** One person's word about one conversation or end user. */
export interface KeptExample {
	readonly person: string;
	readonly agent: string;
	readonly cluster: string;
	readonly at: number;
}

export interface ExampleStore {
	/** The examples of a cell, newest first. */
	of(cell: string): Promise<{ readonly approved: readonly KeptExample[]; readonly rejected: readonly KeptExample[] }>;
	/** Adds a person's word to a cell, for a write with others. `fadesMs`: after this it weighs nothing any more. */
	added(cell: string, example: KeptExample & { readonly approved: boolean }, fadesMs: number): readonly FactWrite[];
	/** An action was judged by people, for a write with others. */
	labelled(tenant: string, actionId: string, at: number): readonly FactWrite[];
	/** Ids of a tenant's actions that people judged, oldest first, in pages; `after`: where the last page ended. */
	page(
		tenant: string,
		after: string | null,
		limit: number,
	): Promise<{ readonly ids: readonly string[]; readonly next: string | null }>;
}

/** Of each word in a cell, the newest so many are kept: approvals never push out rejections, nor the other way round. */
const mostInCell = 200;
/** No action is kept longer than this, in ms. */
const keepMs = 3650 * 86_400_000;

export function examplesOn(redis: Redis, keys: Keys): ExampleStore {
	const cellKey = (cell: string, approved: boolean): string => keys.learning('cell', cell, approved ? 'yes' : 'no');
	const labelled = (tenant: string): string => keys.learning('labelled', tenant);
	const read = async (cell: string, approved: boolean): Promise<KeptExample[]> => {
		const flat = await redis.zrevrange(cellKey(cell, approved), 0, mostInCell - 1, 'WITHSCORES');
		const found: KeptExample[] = [];
		for (let i = 0; i + 1 < flat.length; i += 2) {
			const [person, agent, cluster] = JSON.parse(flat[i] as string) as [string, string, string];
			found.push({ person, agent, cluster, at: Number(flat[i + 1]) });
		}
		return found;
	};
	return {
		async of(cell) {
			const [approved, rejected] = await Promise.all([read(cell, true), read(cell, false)]);
			return { approved, rejected };
		},
		added(cell, { approved, person, agent, cluster, at }, fadesMs) {
			const key = cellKey(cell, approved);
			// Whom an action concerns is personal data, and is needed only to be told apart.
			const member = JSON.stringify([person, agent, hash('sha256', cluster, 'base64url').slice(0, 16)]);
			return [
				['ZADD', key, at, member],
				['ZREMRANGEBYRANK', key, 0, -1 - mostInCell],
				['PEXPIRE', key, fadesMs],
			];
		},
		labelled: (tenant, actionId, at) => [
			['ZADD', labelled(tenant), at, actionId],
			['ZREMRANGEBYSCORE', labelled(tenant), '-inf', at - keepMs],
		],
		async page(tenant, after, limit) {
			const offset = Number(after ?? 0);
			const ids = await redis.zrange(labelled(tenant), String(offset), String(offset + limit - 1));
			return { ids, next: ids.length < limit ? null : String(offset + ids.length) };
		},
	};
}
