/** A worker process whose fallback handler ends it for one order. Told where Redis is; says `working`. */
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { parsePolicy } from '../../src/policy/load.ts';

const { url, prefix, policyText } = JSON.parse(process.argv[2] ?? '{}') as Record<'url' | 'prefix' | 'policyText', string>;
const read = parsePolicy(policyText, 'shop');
if (!read.ok) throw new Error('the policy does not validate');
const { policy } = read;
const app = openApp({
	config: readConfig({ NODE_ENV: 'test', COUNTERSIGN_PREFIX: prefix }),
	redisUrl: url,
	policy: {
		current: () => policy,
		text: () => policyText,
		problem: () => null,
		reload: async () => false,
		follow: () => undefined,
		close: () => undefined,
	},
	registry: {
		operations: {},
		fallbacks: {
			send_holding_reply: async (action) => {
				if (action.proposal.arguments.order_id === 'poison') process.kill(process.pid, 'SIGKILL');
				await wait(100);
				return { status: 'done' };
			},
		},
	},
	channels: {},
	publicUrl: 'http://127.0.0.1:4400',
	log: pino({ level: 'silent' }),
	devClock: true,
	recovery: { lockMs: 600, stallCheckMs: 300 },
});
process.on('disconnect', () => process.exit());
await app.startWorkers(['auto']);
process.send?.('working');
