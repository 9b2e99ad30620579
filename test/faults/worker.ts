/** A worker process to be killed: loads everything and says `warm`; works from `go` on, says `working`, and never stops by itself. */
import { flushCompileCache } from 'node:module';
import { openLedger } from './ledger.ts';
import { plantRegistry } from './plant.ts';
import { openPlant } from './plant-app.ts';

const [redisUrl = '', prefix = '', folder = ''] = process.argv.slice(2);
const app = openPlant({ redisUrl, prefix }, plantRegistry(openLedger(folder), folder));
process.on('message', () => {
	void app.startWorkers().then(() => process.send?.('working'));
});
// The test is gone: nobody is left to kill this.
process.on('disconnect', () => process.exit());
// A killed process writes no cache at its end, and thirty starts should not compile thirty times.
flushCompileCache();
process.send?.('warm');
