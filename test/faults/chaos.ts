/** The faults of a run: which, in what order and at what share of the traffic, fixed by the seed. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { queueNames } from '../../src/queues/catalog.ts';
import { pointNames, stopPoints } from './edits.ts';
import type { Fleet } from './fleet.ts';
import type { LossyProxy } from './proxy.ts';
import type { RedisServer } from './redis-server.ts';
import { type Chance, oneOf } from './seeded.ts';

export type FaultKind =
	| 'kill'
	| 'terminate'
	| 'redisKill'
	| 'stop'
	| 'scriptFlush'
	| 'dropReply'
	| 'deleteJob'
	| 'forgeJob'
	| 'fullMemory';

export interface Chaos {
	/** Does what is due by then. `share`: how much of the traffic has come, 0 to 1. */
	reach(share: number): void;
	/** Faults that are under way or overdue: the traffic waits for them, so that they meet it. */
	readonly waiting: number;
	/** Resolves when all that was due has been done. */
	settled(): Promise<void>;
	/** How often each was done. */
	readonly done: Readonly<Record<FaultKind, number>>;
	/** For how long Redis was away each time, in ms. */
	readonly outages: readonly number[];
}

export interface ChaosParts {
	readonly counts: Readonly<Partial<Record<FaultKind, number>>>;
	readonly chance: Chance;
	readonly fleet: Fleet;
	readonly redis: Redis;
	readonly prefix: string;
	/** Absent: not ours to kill. */
	readonly server: RedisServer | null;
	readonly proxy: LossyProxy;
	/** How long a stopped process stands still: longer than the lock of its jobs, in ms. */
	readonly stopMs: number;
	/** Where processes are killed; anywhere where absent. */
	readonly point: string | undefined;
}

/** A fault that meets another one, such as a Redis that is away, is tried again. */
async function untilDone(fault: () => Promise<void>): Promise<void> {
	for (let tries = 1; ; tries++) {
		try {
			return await fault();
		} catch (error) {
			if (tries === 20) throw error;
			await wait(200);
		}
	}
}

interface Due {
	readonly share: number;
	readonly kind: FaultKind;
}

export function openChaos(parts: ChaosParts): Chaos {
	const { chance, counts, fleet, redis, prefix, server, proxy } = parts;
	const done = {
		kill: 0,
		terminate: 0,
		redisKill: 0,
		stop: 0,
		scriptFlush: 0,
		dropReply: 0,
		deleteJob: 0,
		forgeJob: 0,
		fullMemory: 0,
	};
	const outages: number[] = [];
	const schedule: Due[] = (Object.entries(counts) as [FaultKind, number][])
		.flatMap(([kind, count]) => Array.from({ length: count }, (_, i): Due => ({ kind, share: (i + chance()) / count })))
		.sort((a, b) => a.share - b.share);
	const running = new Set<Promise<void>>();
	/** One of a kind after another; the kinds beside one another. */
	const lanes = new Map<string, Promise<void>>();
	let next = 0;

	const perform: Record<FaultKind, () => Promise<void>> = {
		async kill() {
			const anywhere = parts.point === undefined && chance() < 0.35;
			const point = parts.point ?? oneOf(chance, pointNames);
			await fleet.kill(chance(), anywhere ? null : { point, hits: 1 + Math.floor(chance() * 4) });
		},
		async terminate() {
			// Each point in turn, in another process each time.
			await fleet.terminate(chance(), stopPoints[done.terminate % stopPoints.length] as string);
		},
		async redisKill() {
			if (server !== null) outages.push(await server.killAndRestart());
		},
		async stop() {
			// Nobody waits for it to wake up: the run goes on around it.
			track(fleet.stop(chance(), parts.stopMs));
		},
		async scriptFlush() {
			await redis.script('FLUSH');
		},
		async dropReply() {
			proxy.loseReplies(1 + Math.floor(chance() * 3));
		},
		async deleteJob() {
			// A wake-up vanishes; a proposal is left alone, since nothing else holds it yet.
			for (const queue of ['auto', 'notify', 'deadlines', 'approval', 'outcomes']) {
				const [id] = [
					...(await redis.lrange(`${prefix}:${queue}:wait`, 0, 0)),
					...(await redis.zrange(`${prefix}:${queue}:delayed`, '0', '0')),
				];
				if (id === undefined) continue;
				await redis.del(`${prefix}:${queue}:${id}`);
				return;
			}
		},
		async forgeJob() {
			const queue = oneOf(chance, queueNames);
			const id = `forged-${Math.floor(chance() * 1e9)}`;
			const lies = ['{"id":"act_0000000000000000000000000","version":2}', 'no JSON', '{"id":7}', ''];
			await redis.hset(`${prefix}:${queue}:${id}`, { name: 'execute', data: oneOf(chance, lies), opts: '{}', timestamp: '1' });
			await redis.lpush(`${prefix}:${queue}:wait`, id);
		},
		async fullMemory() {
			const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1] ?? 0);
			await redis.config('SET', 'maxmemory', String(used + 4_096));
			await wait(400);
			await redis.config('SET', 'maxmemory', '0');
		},
	};
	const track = (work: Promise<void>): void => {
		const tracked = work.catch((error: unknown) => console.error('a fault failed', error));
		running.add(tracked);
		void tracked.finally(() => running.delete(tracked));
	};
	const laneOf = (kind: FaultKind): string =>
		kind === 'redisKill' || kind === 'fullMemory' ? 'server' : kind === 'kill' || kind === 'terminate' ? 'kill' : 'other';
	let lagging = 0;
	return {
		reach(share) {
			for (let due = schedule[next]; due !== undefined && due.share <= share; due = schedule[++next]) {
				const { kind } = due;
				lagging++;
				const work = (lanes.get(laneOf(kind)) ?? Promise.resolve()).then(async () => {
					try {
						await (kind === 'kill' || kind === 'terminate' || kind === 'stop' ? perform[kind]() : untilDone(perform[kind]));
						done[kind]++;
					} finally {
						lagging--;
					}
				});
				lanes.set(
					laneOf(kind),
					work.catch(() => undefined),
				);
				track(work);
			}
		},
		get waiting() {
			return lagging;
		},
		async settled() {
			while (running.size > 0) await Promise.all(running);
		},
		done,
		outages,
	};
}
