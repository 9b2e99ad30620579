import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Queue } from 'bullmq';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ErrorCode, Fault } from '../../src/domain/errors.ts';
import { actionId } from '../../src/domain/ids.ts';
import { type Client, type ClientOptions, createClient } from '../../src/producers/client.ts';
import { guard } from '../../src/producers/guard.ts';
import { badProposals, changed, goodProposal } from '../domain/proposal-cases.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

function client(options: Partial<ClientOptions> = {}): Client {
	const opened = createClient({ url: redis.url, prefix: redis.prefix, ...options });
	onTestFinished(() => opened.close());
	return opened;
}

/** The jobs that wait in the queue, as any BullMQ client sees them. */
async function waiting() {
	const queue = new Queue('actions', { connection: redis.connect(), prefix: redis.prefix });
	onTestFinished(() => queue.close());
	return queue.getWaiting();
}

const codeOf = async (work: Promise<unknown>): Promise<ErrorCode | 'nothing thrown'> =>
	work.then(
		() => 'nothing thrown' as const,
		(error: Fault) => error.code,
	);

const minimal = { agent: 'bot', operation: 'refund', idempotencyKey: 'k-1' };

describe('proposing', () => {
	test('puts the wire form on the queue, under a name that any client can use', async () => {
		const proposing = { ...minimal, amount: { value: '240.00', currency: 'USD' }, payee: undefined };
		const sent = await client({ tenant: 'acme' }).propose(proposing);
		expect(sent.id).toBe(actionId('acme', 'bot', 'k-1'));
		const [job, ...more] = await waiting();
		expect(more).toEqual([]);
		expect(job).toMatchObject({
			name: 'propose',
			id: sent.jobId,
			opts: { attempts: expect.any(Number), removeOnComplete: true },
		});
		expect(job?.data).toEqual({ version: 1, tenant: 'acme', ...minimal, amount: { value: '240.00', currency: 'USD' } });
	});

	test('the same twice is one job; another payload under the key is another, so that it can be refused aloud', async () => {
		const bot = client();
		const [first, again, other] = await Promise.all([
			bot.propose(minimal),
			bot.propose(minimal),
			bot.propose({ ...minimal, confidence: 1 }),
		]);
		expect(again).toEqual(first);
		expect(other.id).toBe(first.id);
		expect(other.jobId).not.toBe(first.jobId);
		expect(await waiting()).toHaveLength(2);
	});

	test('a thousand in bulk keep their order', async () => {
		const sent = await client().proposeBulk(Array.from({ length: 1201 }, (_, i) => ({ ...minimal, idempotencyKey: `k-${i}` })));
		expect(sent.map(({ id }) => id)).toEqual(Array.from({ length: 1201 }, (_, i) => actionId('default', 'bot', `k-${i}`)));
		expect(await waiting()).toHaveLength(1201);
	});

	test('what does not parse is never sent, alone or among others', async () => {
		const bot = client();
		const wrong: string[] = [];
		for (const { name, change, code } of badProposals) {
			// The version is the client's to fill in.
			if ('version' in change && change.version === undefined) continue;
			const said = await codeOf(bot.propose(changed(change) as never));
			if (said !== code) wrong.push(`${name}: ${said}, not ${code}`);
		}
		expect(wrong).toEqual([]);
		await expect(bot.proposeBulk([minimal, { ...minimal, confidence: 7 }])).rejects.toMatchObject({
			code: 'confidence_range',
			message: expect.stringMatching(/^proposals\[1\]: `confidence`/),
		});
		expect(await codeOf(bot.propose({ operation: 'x', idempotencyKey: 'k' }))).toBe('field_required');
		expect(await codeOf(bot.propose({ ...minimal, deadlineAt: 5 }))).toBe('deadline_too_short');
		expect(await waiting()).toEqual([]);
	});

	test('a connection of the caller is left open', async () => {
		const own = redis.connect();
		const bot = createClient({ redis: own, prefix: redis.prefix });
		await bot.propose(minimal);
		await bot.close();
		expect(await own.ping()).toBe('PONG');
	});
});

describe('a Redis that is away', () => {
	async function portOf(onConnection: (socket: Socket) => void): Promise<number> {
		const sockets = new Set<Socket>();
		const server = createServer((socket) => {
			sockets.add(socket.on('error', () => undefined));
			onConnection(socket);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		onTestFinished(async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		});
		return (server.address() as { port: number }).port;
	}

	test.each([
		['refuses', (socket: Socket) => socket.destroy()],
		['hangs', () => undefined],
	])('%s: the proposal fails soon, and says to send it again', async (_, behave) => {
		const bot = client({ url: `redis://127.0.0.1:${await portOf(behave)}`, timeoutMs: 500 });
		const started = performance.now();
		await expect(bot.propose(minimal)).rejects.toMatchObject({ code: 'storage_unavailable', retryable: true });
		expect(performance.now() - started).toBeLessThan(1500);
	});

	test('once it is back, only what is proposed then is sent', async () => {
		const own = redis.connect({ maxRetriesPerRequest: 1, enableOfflineQueue: false, retryStrategy: () => 800 });
		const bot = createClient({ redis: own, prefix: redis.prefix, timeoutMs: 300 });
		onTestFinished(() => bot.close());
		await bot.propose(minimal);
		const closed = once(own, 'close');
		own.disconnect(true);
		await closed;
		expect(await codeOf(bot.propose({ ...minimal, idempotencyKey: 'k-2' }))).toBe('storage_unavailable');
		await vi.waitFor(() => expect(own.status).toBe('ready'), { timeout: 3000 });
		await bot.propose({ ...minimal, idempotencyKey: 'k-3' });
		expect((await waiting()).map((job) => job.data.idempotencyKey).sort()).toEqual(['k-1', 'k-3']);
	});
});

test('a guarded tool proposes and runs nothing', async () => {
	const refund = guard(client({ agent: 'bot' }), {
		operation: 'refund',
		key: (args: { order: string; cents: number }) => `run-1:${args.order}`,
		describe: ({ cents }) => ({
			amount: { value: (cents / 100).toFixed(2), currency: 'USD' },
			confidence: 0.9,
			user: goodProposal.user,
		}),
	});
	const answer = await refund({ order: '1881', cents: 24000 });
	expect(answer).toMatchObject({
		status: 'proposed',
		id: actionId('default', 'bot', 'run-1:1881'),
		message: expect.stringContaining('has not run yet'),
	});
	expect((await waiting())[0]?.data).toMatchObject({
		operation: 'refund',
		arguments: { order: '1881', cents: 24000 },
		amount: { value: '240.00' },
	});
});
