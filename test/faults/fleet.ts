/** Processes that are killed and replaced at once: some are always warm, so that a kill costs no start. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Answered, Request } from './door.ts';
import type { Edit } from './edits.ts';
import type { Where } from './plant-app.ts';
import type { Order } from './worker.ts';

/** A job that a killed process was working on. */
export interface InHand {
	readonly queue: string;
	/** Of the action, where the job is about one. */
	readonly id: string;
}

export interface Kill {
	readonly at: number;
	/** Where it died by its own hand; null at no particular place. */
	readonly point: string | null;
	readonly inHand: readonly InHand[];
}

/** A process that was told to stop (SIGTERM). */
export interface Stopped {
	/** Where it was; null where it did not pass by the point in time. */
	readonly point: string | null;
	/** How it ended: 0, and for how long it went on, in ms. */
	readonly code: number | null;
	readonly ms: number;
}

export interface FleetOptions {
	readonly size: number;
	readonly edits: readonly Edit[];
	/** Where the n-th process finds Redis. */
	readonly urlOf: (n: number) => string;
	/** How wrong the clock of the n-th process is, in ms. */
	readonly shiftOf: (n: number) => number;
}

export interface Fleet {
	readonly kills: readonly Kill[];
	readonly stopped: readonly Stopped[];
	readonly stops: number;
	/** Processes that were ever put to work. */
	readonly started: number;
	/** Kills a working process (`pick`, 0 to 1), at a point where it passes by in time, and puts a warm one in its place. */
	kill(pick: number, at: { readonly point: string; readonly hits: number } | null): Promise<void>;
	/** Tells a working process to stop when it next passes by a point, and puts a warm one in its place. */
	terminate(pick: number, point: string): Promise<void>;
	/** Stops one for so long; another one takes its place, and in the end it goes on where it was. */
	stop(pick: number, ms: number): Promise<void>;
	/** Asks a working process; null where it dies, or does not answer, before it has. */
	ask(pick: number, request: Request): Promise<Answered | null>;
	close(): Promise<void>;
}

/** How long a process may take to pass the point at which it is to die, in ms. */
const passMs = 400;
const answerMs = 40_000;
/** How long a process that is to stop at a point may take to come by, in ms. */
const comesByMs = 10_000;
/** How long a process may take to start: one whose connection is cut in the middle of it may wait for ever. */
const startMs = 15_000;

/** Starts `size` working processes and a warm one. */
export async function startFleet(where: Where, { size, edits, urlOf, shiftOf }: FleetOptions): Promise<Fleet> {
	const all = new Set<ChildProcess>();
	const working: ChildProcess[] = [];
	const asked = new Map<number, (answer: Answered | null) => void>();
	const kills: Kill[] = [];
	const stopped: Stopped[] = [];
	let started = 0;
	let stops = 0;
	let closing = false;

	const warm = async (): Promise<ChildProcess> => {
		const n = started++;
		const child = fork(
			fileURLToPath(new URL('./worker.ts', import.meta.url)),
			[JSON.stringify({ ...where, redisUrl: urlOf(n) })],
			{
				execArgv: ['--import', new URL('./inject.ts', import.meta.url).href],
				env: {
					...process.env,
					FAULT_EDITS: JSON.stringify(edits),
					FAULT_FOLDER: where.folder,
					// Compiled once, for a thousand starts.
					NODE_COMPILE_CACHE: join(where.folder, 'compiled'),
				},
			},
		);
		all.add(child);
		child.setMaxListeners(0);
		child.once('exit', () => all.delete(child));
		child.on('message', (message) => {
			if (typeof message === 'object') asked.get((message as Answered).ask)?.(message as Answered);
			else if (String(message).startsWith('failed')) console.error(message);
		});
		await said(child, 'warm');
		return child;
	};
	const put = async (child: ChildProcess): Promise<void> => {
		tell(child, { go: { shiftMs: shiftOf(started) } });
		// What is killed here has nothing in its hands yet; whoever waits for it hears that it ended.
		const late = setTimeout(() => child.kill('SIGKILL'), startMs);
		try {
			await said(child, 'working');
		} finally {
			clearTimeout(late);
		}
		working.push(child);
	};

	await Promise.all(Array.from({ length: size }, async () => put(await warm())));
	let next = warm();
	next.catch(() => undefined);
	/** A process that could not start is said so, and another one is tried. */
	const replaceOne = async (): Promise<void> => {
		for (let tries = 1; !closing && working.length < size; tries++) {
			const coming = next;
			next = coming.then(warm, warm);
			next.catch(() => undefined);
			try {
				await put(await coming);
			} catch (error) {
				console.error('a process could not start', error);
				if (tries === 5) throw error;
			}
		}
	};
	// One after another: there is one warm process.
	let replacing = Promise.resolve();
	const replace = (): Promise<void> => {
		const done = replacing.then(replaceOne);
		replacing = done.catch(() => undefined);
		return done;
	};
	const take = (pick: number): ChildProcess | undefined => {
		const [taken] = working.splice(Math.floor(pick * working.length), 1);
		return taken === undefined || taken.exitCode !== null || taken.signalCode !== null ? undefined : taken;
	};
	return {
		kills,
		stopped,
		get stops() {
			return stops;
		},
		get started() {
			return started;
		},
		async kill(pick, at) {
			const victim = take(pick);
			if (victim === undefined) return;
			const gone = once(victim, 'exit') as Promise<[number | null, string]>;
			if (at !== null) {
				tell(victim, { arm: at });
				working.push(victim);
				const passed = await Promise.race([gone.then(() => true), wait(passMs, false)]);
				// It may have been stopped meanwhile.
				if (working.includes(victim)) working.splice(working.indexOf(victim), 1);
				if (!passed) victim.kill('SIGKILL');
				await ended(victim, { gone, point: passed ? at.point : null });
			} else {
				victim.kill('SIGKILL');
				await ended(victim, { gone, point: null });
			}
			await replace();
		},
		async terminate(pick, point) {
			const victim = working[Math.floor(pick * working.length)];
			if (victim === undefined || victim.exitCode !== null || victim.signalCode !== null) return;
			const gone = once(victim, 'exit') as Promise<[number | null, string]>;
			const passed = said(victim, 'stopping').then(
				() => true,
				() => false,
			);
			tell(victim, { arm: { point, hits: 1, signal: 'SIGTERM' } });
			const came = await Promise.race([passed, wait(comesByMs, false)]);
			const from = Date.now();
			if (!came) victim.kill('SIGTERM');
			// Whoever asks from now on asks another one.
			if (working.includes(victim)) working.splice(working.indexOf(victim), 1);
			const replaced = replace();
			const [code] = await gone;
			stopped.push({ point: came ? point : null, code, ms: Date.now() - from });
			await replaced;
		},
		async stop(pick, ms) {
			const victim = take(pick);
			if (victim === undefined) return;
			stops++;
			victim.kill('SIGSTOP');
			await replace();
			await wait(ms);
			victim.kill('SIGCONT');
			if (all.has(victim)) working.push(victim);
		},
		async ask(pick, request) {
			const child = working[Math.floor(pick * working.length)];
			if (child === undefined) return null;
			const { promise, resolve } = Promise.withResolvers<Answered | null>();
			const nobody = (): void => resolve(null);
			asked.set(request.ask, resolve);
			child.once('exit', nobody);
			const late = setTimeout(nobody, answerMs);
			tell(child, { request });
			const answer = await promise;
			clearTimeout(late);
			child.off('exit', nobody);
			asked.delete(request.ask);
			return answer;
		},
		async close() {
			closing = true;
			await next.catch(() => undefined);
			const gone = [...all].map((child) => once(child, 'exit'));
			for (const child of all) child.kill('SIGKILL');
			await Promise.all(gone);
		},
	};

	async function ended(
		victim: ChildProcess,
		{ gone, point }: { gone: Promise<[number | null, string]>; point: string | null },
	): Promise<void> {
		const [code, signal] = await gone;
		if (signal !== 'SIGKILL') throw new Error(`a process ended by itself (${code ?? signal}) before it was killed`);
		kills.push({ at: Date.now(), point, inHand: inHandOf(join(where.folder, `took-${victim.pid}`)) });
	}
}

function tell(child: ChildProcess, order: Order): void {
	// It may be dead by now; whoever waits for its answer hears of that.
	child.send(order, () => undefined);
}

/** What stands in a dead process's book as taken and not as done. */
function inHandOf(book: string): InHand[] {
	const held = new Map<string, InHand>();
	let text = '';
	try {
		text = readFileSync(book, 'utf8');
	} catch {
		return [];
	}
	for (const line of text.split('\n')) {
		const [job = '', queue = '', id = ''] = line.slice(1).split('\t');
		if (line.startsWith('+')) held.set(job, { queue, id });
		else held.delete(job);
	}
	rmSync(book);
	return [...held.values()];
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
