/** The product's worker process: every kind of worker there is, the sweeper among them, with its journal on the disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../src/journal/journal.ts';
import type { StartWorker } from '../rig/side.ts';
import { benchPrefix, openOurApp } from './app.ts';

/** What the workers say they did, in the words of the benchmark. */
const words = { classified: 'parked', deadline_passed: 'passed', executed: 'done', fallback: 'done' } as const;

export const startOurWorker: StartWorker = async (redisUrl, tell) => {
	const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-journal-'));
	const place = new URL(redisUrl).host;
	const journal = openJournal({ folder, prefix: benchPrefix, place, writer: 'bench', keepMs: 86_400_000 });
	const app = await openOurApp(redisUrl, {
		journal,
		signal(what, id) {
			if (Object.hasOwn(words, what)) tell(words[what as keyof typeof words], id);
		},
	});
	await app.startWorkers();
	return async () => {
		await app.close();
		await journal.close();
		await rm(folder, { recursive: true, force: true });
	};
};
