/** What one round of one side runs on: a fresh Redis, a fresh worker process, and the driver's end in this process. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { openFloor } from '../floor/driver.ts';
import { openOurs } from '../ours/driver.ts';
import { listener, type Notices } from './notices.ts';
import { type Server, startServer } from './server.ts';
import type { Side, SideName } from './side.ts';

/** CPU used, in ms. */
export interface Cpu {
	readonly store: number;
	readonly worker: number;
	readonly driver: number;
}

export interface Bed {
	readonly name: SideName;
	readonly side: Side;
	readonly server: Server;
	/** CPU used until now. */
	cpu(): Promise<Cpu>;
	close(): Promise<void>;
}

/** Options of Node for the worker process, for those who profile it: `BENCH_WORKER_OPTIONS="--cpu-prof"`. */
const workerOptions = (): string[] => (process.env.BENCH_WORKER_OPTIONS ?? '').split(' ').filter(Boolean);

/** Makes a bed; everything in it is gone after `close`. */
export async function makeBed(name: SideName): Promise<Bed> {
	const server = await startServer();
	const worker = fork(new URL('./worker.ts', import.meta.url), [name, server.url], {
		execArgv: [...process.execArgv, ...workerOptions()],
	});
	const heard = listener();
	worker.on('message', (message) => {
		if (Array.isArray(message)) heard.hear(message as Notices);
	});
	const gone = once(worker, 'exit').then(([code, signal]) => {
		throw new Error(`the worker process of ${name} ended with ${signal ?? `code ${code}`}`);
	});
	gone.catch(() => undefined);
	await Promise.race([heard.expect('ready', ''), gone]);
	const side = await (name === 'floor' ? openFloor : openOurs)(server.url, (what, id) =>
		Promise.race([heard.expect(what, id), gone]),
	);
	return {
		name,
		side,
		server,
		async cpu() {
			const { user, system } = process.cpuUsage();
			return { store: await server.cpuMs(), worker: await workerCpu(worker), driver: (user + system) / 1000 };
		},
		async close() {
			await side.close();
			worker.send('stop');
			await gone.catch(() => undefined);
			await server.stop();
		},
	};
}

async function workerCpu(worker: ChildProcess): Promise<number> {
	const answered = new Promise<number>((resolve) => {
		const onMessage = (message: unknown): void => {
			if (typeof message !== 'object' || message === null || !('cpuMs' in message)) return;
			worker.off('message', onMessage);
			resolve(Number(message.cpuMs));
		};
		worker.on('message', onMessage);
	});
	worker.send('cpu');
	return await answered;
}
