/** Started by the tests as a process of its own: opens a Redis, prints where it is, and waits to be told (or killed). */
import { openRedis } from '../../src/embedded/open-redis.ts';

const { FOLDER, KIND, PRODUCTION } = process.env;
const talk: string[] = [];
const log = {
	info: (message: string) => void talk.push(message),
	warn: (message: string) => void talk.push(`warning: ${message}`),
};
try {
	const kind = KIND === 'native' || KIND === 'wasm' ? KIND : 'auto';
	const redis = await openRedis({ kind, dataDir: FOLDER, production: PRODUCTION === 'yes', log });
	process.send?.({ ...redis, stop: undefined, talk });
	process.once('message', () => {
		void redis.stop().then(() => process.disconnect());
	});
} catch (error) {
	process.send?.({ error: String(error), code: (error as { code?: string }).code }, () => process.disconnect());
}
