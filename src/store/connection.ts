/** The connection to Redis. */
import { Redis, type RedisOptions } from 'ioredis';

/** Replies in the form that ioredis always gave. */
export type ConnectionOptions = RedisOptions & { readonly replyMapping?: 'legacy' };

/**
 * Opens a connection that waits for Redis as long as it takes, unless `options` say otherwise. Every command goes out as it is
 * asked for: gathered into one write for each turn of the event loop, they would have this process and Redis wait for each
 * other in turn, and a worker would get a third less done.
 */
export function connectTo(url: string, options: ConnectionOptions = {}): Redis {
	const redis = new Redis(url, { maxRetriesPerRequest: null, ...options });
	// Every queue and every worker of a process listens on it: more than ten, and no leak.
	redis.setMaxListeners(50);
	return redis;
}
