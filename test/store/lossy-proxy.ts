/** A TCP proxy in front of Redis that can lose one reply on its way back, after the command has been carried out. */
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface LossyProxy {
	/** Leads to the same Redis, with the same password. */
	readonly url: string;
	/** The next reply is swallowed and its connection cut. */
	loseNextReply(): void;
	/** How many replies were lost. */
	readonly lost: number;
}

/** Starts a proxy; it closes after the test. */
export async function lossyProxy(redisUrl: string): Promise<LossyProxy> {
	const target = new URL(redisUrl);
	const sockets = new Set<Socket>();
	let losing = false;
	let lost = 0;
	const keep = (socket: Socket): Socket => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
		// Cut connections are what this is for.
		socket.on('error', () => undefined);
		return socket;
	};
	const server = createServer((inner) => {
		const outer = connect(Number(target.port), target.hostname);
		keep(inner).on('data', (chunk) => outer.write(chunk));
		keep(outer).on('data', (chunk) => {
			if (!losing) return void inner.write(chunk);
			losing = false;
			lost++;
			inner.destroy();
			outer.destroy();
		});
		inner.once('close', () => outer.destroy());
		outer.once('close', () => inner.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(async () => {
		for (const socket of sockets) socket.destroy();
		await new Promise((resolve) => server.close(resolve));
	});
	const url = new URL(redisUrl);
	const address = server.address();
	url.port = String(typeof address === 'object' && address !== null ? address.port : 0);
	return {
		url: url.href,
		loseNextReply() {
			losing = true;
		},
		get lost() {
			return lost;
		},
	};
}
