/** The thread that Valkey as WebAssembly runs in: its own event loop, so that a slow script never stalls a worker's locks. */
import { parentPort, workerData } from 'node:worker_threads';
import { PatchedValkey } from './patched-valkey.ts';

/** What the thread says: that the port is ours, or why not. */
export type ThreadReport = { readonly started: true } | { readonly started: false; readonly why: string };

const server = new PatchedValkey({ port: (workerData as { port: number }).port });
const report = (said: ThreadReport): void => parentPort?.postMessage(said);

parentPort?.once('message', () => {
	void server.stop().then(() => process.exit(0)); // Ends the thread only. WASI still holds the log open; that goes with it.
});
server.start().then(
	() => report({ started: true }),
	(error: Error) => report({ started: false, why: error.message }),
);
