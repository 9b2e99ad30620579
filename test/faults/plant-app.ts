/** The application that the plant runs in: in the worker processes with handlers, in the test's own process without. */
import { pino } from 'pino';
import { type App, openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Registry } from '../../src/execution/registry.ts';
import { parsePolicy } from '../../src/policy/load.ts';
import { plantPolicy } from './plant.ts';

export interface Where {
	readonly redisUrl: string;
	readonly prefix: string;
	/** Where the ledgers are. */
	readonly folder: string;
}

export function openPlant({ redisUrl, prefix }: Omit<Where, 'folder'>, registry: Registry): App {
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
		registry,
		channels: {},
		publicUrl: 'http://127.0.0.1:4400',
		log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
		devClock: true,
		recovery: { lockMs: 1_000, stallCheckMs: 500 },
	});
}
