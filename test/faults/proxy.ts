/** A TCP proxy in front of Redis that loses replies on their way back, after the commands have been carried out. */
import { connect, createServer, type Socket } from 'node:net';

export interface LossyProxy {
	readonly url: string;
	/** The next reply to each of so many connections is swallowed, and the connection cut. */
	loseReplies(connections: number): void;
	readonly lost: number;
	close(): Promise<void>;
}

/** Starts one in front of a Redis on a loopback port. */
export async function startProxy(redisPort: number): Promise<LossyProxy> {
	const sockets = new Set<Socket>();
	let toLose = 0;
	let lost = 0;
	const keep = (socket: Socket): Socket => {
		sockets.add(socket);
		socket.setNoDelay(true);
		socket.once('close', () => sockets.delete(socket));
		// Cut connections are what this is for.
		socket.on('error', () => undefined);
		return socket;
	};
	const server = createServer((inner) => {
		const outer = keep(connect(redisPort, '127.0.0.1'));
		keep(inner).on('data', (chunk) => outer.write(chunk));
		outer.on('data', (chunk) => {
			if (toLose === 0) return void inner.write(chunk);
			toLose--;
			lost++;
			inner.destroy();
			outer.destroy();
		});
		inner.once('close', () => outer.destroy());
		outer.once('close', () => inner.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	return {
		url: `redis://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
		loseReplies(connections) {
			toLose += connections;
		},
		get lost() {
			return lost;
		},
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
