/** The worker process of one side: `node bench/worker.ts floor|ours REDIS_URL`. */
import { startFloorWorker } from '../floor/worker.ts';
import { startOurWorker } from '../ours/worker.ts';
import { teller } from './notices.ts';

const [side, redisUrl = ''] = process.argv.slice(2);
const tell = teller();
const stop = await (side === 'floor' ? startFloorWorker : startOurWorker)(redisUrl, tell);
process.on('message', (asked) => {
	if (asked === 'cpu') {
		const { user, system } = process.cpuUsage();
		process.send?.({ cpuMs: (user + system) / 1000 });
	}
	if (asked === 'stop') void stop().then(() => process.exit());
});
// The driver is gone: nobody is left to work for.
process.on('disconnect', () => process.exit());
tell('ready', '');
