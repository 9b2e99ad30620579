/** The application that the plant runs in: in the worker processes with handlers, in the harness's own process without. */
import { pino } from 'pino';
import { type App, type AppParts, openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { parsePolicy } from '../../src/policy/load.ts';
import { plantPolicy } from './plant.ts';

export interface Where {
	readonly redisUrl: string;
	readonly prefix: string;
	/** Where the ledgers are. */
	readonly folder: string;
	/** Locks of a second instead of the product's own, for runs that have no minutes. */
	readonly quick: boolean;
}

export function openPlant(
	{ redisUrl, prefix, quick }: Omit<Where, 'folder'>,
	parts: Pick<AppParts, 'registry' | 'channels'>,
): App {
	const read = parsePolicy(plantPolicy, 'plant');
	if (!read.ok) throw new Error(JSON.stringify(read.problems));
	const { policy } = read;
	return openApp({
		config: readConfig({ NODE_ENV: 'test', COUNTERSIGN_PREFIX: prefix }),
		redisUrl,
		policy: {
			current: () => policy,
			text: () => plantPolicy,
			problem: () => null,
			reload: async () => false,
			follow: () => undefined,
			close: () => undefined,
		},
		...parts,
		publicUrl: 'http://127.0.0.1:4400',
		log: pino({ level: process.env.TEST_LOG ?? 'silent' }, pino.destination(2)),
		devClock: true,
		...(quick && { recovery: { lockMs: 1_000, stallCheckMs: 500 } }),
	});
}
