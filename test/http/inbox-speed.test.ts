/** The list with 10,000 pending records: the first byte comes within 100 ms and the page stays below 150 kB. */
import { expect, test } from 'vitest';
import { fingerprintOf, type Proposal } from '../../src/domain/action.ts';
import { noFacts } from '../../src/domain/facts.ts';
import { actionId } from '../../src/domain/ids.ts';
import { parseProposal } from '../../src/domain/parse.ts';
import { routed } from '../../src/engine/moves.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { submit } from '../../src/reviews/submit.ts';
import { refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { openInbox } from './inbox-desk.ts';

const redis = testRedis();
const pending = 10_000;

test(`${pending} pending`, { timeout: 60_000 }, async () => {
	const desk = await openInbox(redis, { workers: [] });
	const engine = desk.shop.app.back;
	const policy = engine.policy();
	const now = await engine.store.now();
	const read = parseProposal({ version: 1, ...refund('501.00', { reasoning: 'The parcel never arrived. '.repeat(20) }) });
	if (!read.ok) throw new Error(read.problem.message);
	const add = async (i: number): Promise<void> => {
		const agent = `agent-${i % 7}`;
		const amount = { minor: 50_100 + (i % 1400) * 100, currency: 'USD' };
		const proposal: Proposal = { ...read.proposal, agent, amount, user: `user-${i}`, idempotencyKey: `key-${i}` };
		const id = actionId(proposal.tenant, proposal.agent, proposal.idempotencyKey);
		const { step, ...moved } = routed(proposal, evaluate(proposal, noFacts(now), policy, now), {
			id,
			facts: engine.store.facts,
			digestKey: engine.store.keys.digest,
		});
		const made = await engine.store.transition({
			...moved,
			id,
			tenant: proposal.tenant,
			create: { proposal, fingerprint: fingerprintOf(proposal) },
			steps: [{ event: 'received', by: proposal.agent }, step],
		});
		if (!made.ok) throw new Error(made.why);
	};
	for (let i = 0; i < pending; i += 500) await Promise.all(Array.from({ length: 500 }, (_, k) => add(i + k)));

	const ana = await desk.seat('ana');
	const look = async (path: string): Promise<{ firstByteMs: number; bytes: number; text: string }> => {
		const began = performance.now();
		const answer = await ana.get(path);
		const firstByteMs = performance.now() - began;
		const text = await answer.text();
		expect(answer.status).toBe(200);
		return { firstByteMs, bytes: Buffer.byteLength(text), text };
	};
	await expect.poll(async () => (await look('/inbox')).text.includes(`${pending} wait for you`), { timeout: 20_000 }).toBe(true);
	const times: number[] = [];
	for (let i = 0; i < 20; i++) {
		const { firstByteMs, bytes } = await look(`/inbox${i % 2 === 0 ? '' : '?view=everyone&page=100'}`);
		times.push(firstByteMs);
		expect(bytes).toBeLessThan(150_000);
	}
	times.sort((a, b) => a - b);
	const found = await look('/inbox');
	console.info(
		`${pending} pending: first byte ${times[10]?.toFixed(0)} ms median, ${times.at(-1)?.toFixed(0)} ms at most; ${found.bytes} bytes`,
	);
	expect(times[10]).toBeLessThan(100);
	expect(found.text.match(/class="open"/g)).toHaveLength(50);
});

test('what is decided elsewhere leaves an open inbox within five seconds', { timeout: 60_000 }, async () => {
	const desk = await openInbox(redis);
	const ana = await desk.seat('ana');
	const ids: string[] = [];
	for (let i = 0; i < 60; i++) ids.push(await desk.propose(refund('600.00')));
	await expect.poll(async () => (await ana.page('/inbox')).includes('60 wait for you'), { timeout: 20_000 }).toBe(true);
	const stop = new AbortController();
	const stream = await fetch(`${desk.url}/inbox/events`, { headers: { cookie: ana.cookie }, signal: stop.signal });
	const gone = new Map<string, number>();
	const following = (async () => {
		let text = '';
		for await (const part of stream.body ?? []) {
			text += Buffer.from(part).toString();
			const lines = text.split('\n');
			text = lines.pop() ?? '';
			for (const line of lines) {
				if (!line.startsWith('data: {')) continue;
				const { ids: changed, versions } = JSON.parse(line.slice(6)) as { ids: string[]; versions: number[] };
				for (const [i, id] of changed.entries()) if (versions[i] === 0 && !gone.has(id)) gone.set(id, performance.now());
			}
			if (gone.size === ids.length) return;
		}
	})();
	const decidedAt = new Map<string, number>();
	for (const id of ids) {
		const { revision, payloadDigest } = (await desk.shop.app.front.store.actions.get(id)) ?? { revision: 0, payloadDigest: '' };
		const told = await submit(desk.shop.app.front, {
			actionId: id,
			revision,
			payloadDigest,
			reviewer: 'ben',
			answer: 'reject',
			channel: 'sms',
		});
		expect(told.ok).toBe(true);
		decidedAt.set(id, performance.now());
	}
	await following;
	stop.abort();
	const times = ids.map((id) => (gone.get(id) ?? Number.NaN) - (decidedAt.get(id) ?? 0)).sort((a, b) => a - b);
	console.info(`decision to open inbox, ${times.length}: p50 ${times[30]?.toFixed(0)} ms, p99 ${times.at(-1)?.toFixed(0)} ms`);
	expect(times.at(-1)).toBeLessThan(5000);
});
