/** Worker processes that are killed and replaced at once: one more is always warm, so that a kill costs no start. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Where } from './plant-app.ts';

export interface Fleet {
	/** Kills one of the working processes (`pick` of 0 to 1 says which) and puts the warm one in its place. */
	killOne(pick: number): Promise<void>;
	readonly kills: number;
	close(): Promise<void>;
}

/** Starts `size` working processes and a warm one. */
export async function startFleet(where: Where, size: number): Promise<Fleet> {
	const all = new Set<ChildProcess>();
	const working: ChildProcess[] = [];
	let kills = 0;

	const warm = async (): Promise<ChildProcess> => {
		const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), [where.redisUrl, where.prefix, where.folder], {
			execArgv: [],
			// Compiled once, for thirty starts.
			env: { ...process.env, NODE_COMPILE_CACHE: `${where.folder}/compiled` },
		});
		all.add(child);
		child.once('exit', () => all.delete(child));
		await said(child, 'warm');
		return child;
	};
	const put = async (child: ChildProcess): Promise<void> => {
		child.send('go');
		await said(child, 'working');
		working.push(child);
	};

	await Promise.all(Array.from({ length: size }, async () => put(await warm())));
	let next = warm();
	next.catch(() => undefined);
	return {
		get kills() {
			return kills;
		},
		async killOne(pick) {
			const replacement = await next;
			const [victim] = working.splice(Math.floor(pick * working.length), 1);
			if (victim === undefined) throw new Error('nobody is left to kill');
			const gone = once(victim, 'exit');
			victim.kill('SIGKILL');
			const [, signal] = (await gone) as [number | null, string];
			if (signal !== 'SIGKILL') throw new Error(`a worker ended by itself before it was killed`);
			kills += 1;
			next = warm();
			next.catch(() => undefined);
			await put(replacement);
		},
		async close() {
			await next.catch(() => undefined);
			const gone = [...all].map((child) => once(child, 'exit'));
			for (const child of all) child.kill('SIGKILL');
			await Promise.all(gone);
		},
	};
}

/** Resolves when a process has said a word; rejects when it ends before. */
function said(child: ChildProcess, word: string): Promise<void> {
	return new Promise((resolve, reject) => {
		const onMessage = (message: unknown): void => {
			if (message === word) end(resolve);
		};
		const onExit = (code: number | null): void =>
			end(() => reject(new Error(`a worker ended with code ${code} before it was ${word}`)));
		const end = (then: () => void): void => {
			child.off('message', onMessage);
			child.off('exit', onExit);
			then();
		};
		child.on('message', onMessage);
		child.on('exit', onExit);
	});
}
