/** The product's worker process: every kind of worker there is, the sweeper among them. */

import type { StartWorker } from '../rig/side.ts';
import { openOurApp } from './app.ts';

/** What the workers say they did, in the words of the benchmark. */
const words = { classified: 'parked', deadline_passed: 'passed', executed: 'done', fallback: 'done' } as const;

export const startOurWorker: StartWorker = async (redisUrl, tell) => {
	const app = await openOurApp(redisUrl, (what, id) => {
		if (Object.hasOwn(words, what)) tell(words[what as keyof typeof words], id);
	});
	await app.startWorkers();
	return () => app.close();
};
