/** What an operator on the machine reaches Redis through: the store alone, or a whole application without workers. */
import type { Redis } from 'ioredis';
import type { App } from '../app.ts';
import type { Config } from '../config.ts';
import type { Store } from '../store/store.ts';

export interface Operator {
	readonly config: Config;
	readonly store: Store;
	/** Of Redis, with its password. */
	readonly url: string;
	/** A connection of one's own, closed at the end. */
	connect(): Redis;
}

const quiet = { info: () => undefined, warn: () => undefined };

/** Opens the store, does the work, closes. Needs no policy. */
export async function withStore<T>(work: (operator: Operator) => Promise<T>): Promise<T> {
	const [{ Redis }, { readConfig }, { openRedis }, { storeOn }] = await Promise.all([
		import('ioredis'),
		import('../config.ts'),
		import('../embedded/open-redis.ts'),
		import('../store/store.ts'),
	]);
	const config = readConfig(process.env);
	const server = await openRedis({
		url: config.redisUrl ?? undefined,
		dataDir: `${config.dataFolder}/redis`,
		production: config.production,
		log: quiet,
	});
	const connections: Redis[] = [];
	const connect = (): Redis => {
		const redis = new Redis(server.url, { maxRetriesPerRequest: 2, commandTimeout: 10_000 });
		redis.on('error', () => undefined);
		connections.push(redis);
		return redis;
	};
	try {
		const store = storeOn(connect(), { prefix: config.prefix, keepMs: config.keepMs, devClock: movable(config) });
		return await work({ config, store, url: server.url, connect });
	} finally {
		for (const redis of connections) redis.disconnect();
		await server.stop();
	}
}

/** Opens an application that works on nothing, does the work, closes. */
export async function withApp<T>(work: (app: App) => Promise<T>): Promise<T> {
	const [{ pino }, { boot }, { readConfig }] = await Promise.all([import('pino'), import('../boot.ts'), import('../config.ts')]);
	const booted = await boot(process.env, {
		registry: { operations: {}, fallbacks: {} },
		channels: {},
		log: pino({ level: 'error' }, pino.destination(2)),
		devClock: movable(readConfig(process.env)),
	});
	try {
		return await work(booted.app);
	} finally {
		await booted.close(0);
	}
}

/** The Redis that comes along is the development console's, whose clock can be moved; whoever joins it must read the same clock. */
const movable = (config: Config): boolean => config.redisUrl === null && !config.production;
