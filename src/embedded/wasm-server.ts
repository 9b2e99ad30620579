import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Fault } from '../domain/errors.ts';
import { freePort } from './free-port.ts';
import type { StartedServer } from './native-server.ts';
import { askServer, onConnection } from './server-info.ts';
import type { ThreadReport } from './wasm-thread.ts';

const portTries = 5;
const stopMs = 5_000;

/** Starts Valkey as WebAssembly in a thread of this process, on a free loopback port. Everything in it is lost with the thread. */
export async function startWasm(password: string): Promise<StartedServer> {
	for (let attempt = 1; ; attempt++) {
		const port = await freePort();
		const thread = new Worker(
			new URL(`./wasm-thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url),
			{
				workerData: { port },
				execArgv: ['--disable-warning=ExperimentalWarning'], // WASI is experimental in Node; the pin and the tests answer for it.
				name: 'valkey',
			},
		);
		const gone = once(thread, 'exit').then(
			([code]) => `its thread ended with code ${code}`,
			(error: Error) => error.message,
		);
		const report = await Promise.race([gone, once(thread, 'message').then(([said]) => said as ThreadReport)]);
		if (typeof report !== 'string' && report.started) return await protect({ thread, port, gone }, password);
		await thread.terminate();
		const why = typeof report === 'string' ? report : report.started || report.why;
		if (attempt === portTries || !String(why).includes('EADDRINUSE')) {
			throw new Fault('storage_unavailable', `Valkey as WebAssembly did not start: ${why}`);
		}
	}
}

interface Started {
	readonly thread: Worker;
	readonly port: number;
	readonly gone: Promise<string>;
}

/** Sets the password; from then on, an answer to it proves that the server is ours. */
async function protect({ thread, port, gone }: Started, password: string): Promise<StartedServer> {
	await onConnection(`redis://127.0.0.1:${port}`, 10_000, (client) => client.config('SET', 'requirepass', password));
	const url = `redis://default:${password}@127.0.0.1:${port}`;
	const info = await askServer(url, 10_000);
	if (info === null) {
		await thread.terminate();
		throw new Fault('storage_unavailable', 'Valkey as WebAssembly started, but something else answers on its port');
	}
	let asked = false;
	thread.unref();
	return {
		url,
		info,
		pid: null,
		onLost: (listener) => void gone.then((why) => asked || listener(why)),
		async stop() {
			asked = true;
			thread.ref();
			thread.postMessage('stop');
			// A script that never ends would keep the thread from reading the message.
			const late = setTimeout(() => void thread.terminate(), stopMs);
			await gone;
			clearTimeout(late);
		},
	};
}
