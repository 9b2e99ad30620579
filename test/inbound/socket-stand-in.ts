/** As much of a WebSocket server as Socket Mode needs: short text frames, pings answered, one client at a time. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface SocketStandIn {
	readonly url: string;
	/** Resolves when somebody is connected. */
	readonly connected: Promise<void>;
	send(message: unknown): void;
	/** What the client has sent, oldest first. */
	received(): readonly Record<string, unknown>[];
	close(): Promise<void>;
}

/** A frame of the server: not masked. */
function frame(opcode: number, payload: Buffer): Buffer {
	const { length } = payload;
	const head = length < 126 ? Buffer.from([0x80 | opcode, length]) : Buffer.from([0x80 | opcode, 126, length >> 8, length & 255]);
	return Buffer.concat([head, payload]);
}

/** Takes whole frames off the front of `bytes`; gives back what is left. */
function take(bytes: Buffer, each: (opcode: number, payload: Buffer) => void): Buffer {
	let rest = bytes;
	for (;;) {
		if (rest.length < 6) return rest;
		const short = (rest[1] ?? 0) & 127;
		const start = short === 126 ? 4 : 2;
		const length = short === 126 ? rest.readUInt16BE(2) : short;
		const end = start + 4 + length;
		if (rest.length < end) return rest;
		const mask = rest.subarray(start, start + 4);
		const payload = Buffer.from(rest.subarray(start + 4, end).map((byte, i) => byte ^ (mask[i % 4] ?? 0)));
		each((rest[0] ?? 0) & 15, payload);
		rest = rest.subarray(end);
	}
}

export async function startSocket(): Promise<SocketStandIn> {
	const received: Record<string, unknown>[] = [];
	let client: Socket | null = null;
	let arrived = (): void => undefined;
	const connected = new Promise<void>((resolve) => {
		arrived = resolve;
	});
	const server = createServer();
	server.on('upgrade', (request, socket: Socket) => {
		const key = createHash('sha1')
			.update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
			.digest('base64');
		socket.write(
			`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${key}\r\n\r\n`,
		);
		client = socket;
		let rest: Buffer = Buffer.alloc(0);
		socket.on('error', () => undefined);
		socket.on('data', (bytes) => {
			rest = take(Buffer.concat([rest, bytes]), (opcode, payload) => {
				if (opcode === 1) received.push(JSON.parse(payload.toString('utf8')) as Record<string, unknown>);
				if (opcode === 9) socket.write(frame(10, payload));
				if (opcode === 8) socket.end(frame(8, payload));
			});
		});
		arrived();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/link`,
		connected,
		send: (message) => void client?.write(frame(1, Buffer.from(JSON.stringify(message)))),
		received: () => received,
		close: () =>
			new Promise((resolve) => {
				client?.destroy();
				server.close(() => resolve());
			}),
	};
}
