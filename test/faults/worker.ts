/** A process to be killed: loads everything and says `warm`; works and answers from `go` on, and never stops by itself. */
import { flushCompileCache } from 'node:module';
import { answerAt, type Request } from './door.ts';
import type { Faults } from './inject.ts';
import { openLedger } from './ledger.ts';
import { plantMail, plantRegistry } from './plant.ts';
import { openPlant, type Where } from './plant-app.ts';

/** What the harness says to a process. */
export type Order =
	| { readonly go: { readonly shiftMs: number } }
	| { readonly arm: { readonly point: string; readonly hits: number; readonly signal?: 'SIGTERM' } }
	| { readonly request: Request };

const { faults } = globalThis as unknown as { faults: Faults };
const where = JSON.parse(process.argv[2] ?? '{}') as Where;
const ledger = openLedger(where.folder);
const app = openPlant(where, { registry: plantRegistry(ledger, faults), channels: { email: plantMail(ledger) } });

const obey = async (order: Order): Promise<void> => {
	if ('go' in order) {
		faults.shift(order.go.shiftMs);
		await app.startWorkers();
		process.send?.('working');
	} else if ('arm' in order) faults.arm(order.arm.point, order.arm.hits, order.arm.signal);
	else process.send?.(await answerAt(app.front, order.request, faults.now));
};
process.on('message', (order: Order) => {
	obey(order).catch((error: unknown) => {
		// Redis was away before anybody could answer: nobody did.
		if ('request' in order) process.send?.({ ask: order.request.ask, calls: [] });
		else process.send?.(`failed: ${error instanceof Error ? error.stack : error}`);
	});
});
// As the product's own processes do.
process.on('SIGTERM', () => {
	process.send?.('stopping');
	void app.close().then(() => process.exit(0));
});
// The harness is gone: nobody is left to kill this.
process.on('disconnect', () => process.exit());
// A killed process writes no cache at its end, and a thousand starts should not compile a thousand times.
flushCompileCache();
process.send?.('warm');
