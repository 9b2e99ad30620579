import { createServer } from 'node:net';

/** A port on which nothing listens on the loopback address at this moment. Somebody may still take it first: check who answers. */
export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', reject);
		probe.listen(0, '127.0.0.1', () => {
			const address = probe.address();
			probe.close(() => {
				if (address === null || typeof address === 'string') reject(new Error('the probe has no port'));
				else resolve(address.port);
			});
		});
	});
}

/** Whether nothing listens on a loopback port at this moment. */
export function isFree(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const probe = createServer();
		probe.once('error', () => resolve(false));
		probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
	});
}
