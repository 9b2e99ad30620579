/** The list with 10,000 pending records: the first byte comes within 100 ms and the page stays below 150 kB. */
import { expect, test } from 'vitest';
import { fingerprintOf, type Proposal } from '../../src/domain/action.ts';
import { noFacts } from '../../src/domain/facts.ts';
import { actionId } from '../../src/domain/ids.ts';
import { parseProposal } from '../../src/domain/parse.ts';
import { routed } from '../../src/engine/moves.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
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
