/**
 * The whole loop, live: people decide; what they decided sets a threshold; the new policy runs in shadow, then for a part of the
 * traffic, then for all of it; more runs by itself; a bad day, and people are asked again until one of them says otherwise.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evidenceOf } from '../../src/engine/rollout-evidence.ts';
import * as moves from '../../src/engine/rollout-moves.ts';
import { answerCheck } from '../../src/reviews/spot-check.ts';
import { demote } from '../../src/workers/demote.ts';
import { sweep } from '../../src/workers/sweeper.ts';
import { countersign, type Ended } from '../cli/countersign.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testRedis } from '../support/redis.ts';
import { fresh, openShop, refund, type Shop, shopPolicy } from './shop.ts';

const redis = testRedis();
const hour = 3_600_000;
const policy = `${shopPolicy}
spot_checks: { share: 1, to: [support] }
rollout: { stages: [0.5, 1], stay: 1h, at_least: 20, max_error: 0.2, confidence: 0.9 }
demotion: { max_error: 0.1, max_reports: 50, window: 7d }
`;
/** Of the rows of examples, what an agent would have sent, and what people made of it. */
const map = `
version: 1
proposal:
  idempotencyKey: id
  agent: agent
  operation: operation
  user: user
  confidence: confidence
  amount: { value: amount.value, currency: amount.currency }
label: { cel: 'row.label == "approved"' }
knownAfterwards: [label, source, labelledAt, people, comment, route]
`;

/** Refunds of a sure agent, one for each user: sent one after the other, answered by two people in turn. */
async function work(shop: Shop, count: number, given: { answer?: 'approve'; right?: boolean }) {
	const ended = { ran: 0, asked: 0 };
	for (let i = 0; i < count; i++) {
		const id = await shop.propose(refund('20.00', { agent: 'refunder', confidence: 0.94, user: fresh('user') }));
		const action = await shop.until(id, 'in_review', 'executed');
		const person = i % 2 === 0 ? 'ana' : 'ben';
		if (action.state === 'in_review') {
			ended.asked += 1;
			if (given.answer !== undefined) await shop.answer(id, person, given.answer);
			continue;
		}
		ended.ran += 1;
		if (given.right === undefined) continue;
		await sweep(shop.app.deps);
		await answerCheck(shop.app.front, { action, reviewer: person }, given.right);
	}
	await sweep(shop.app.deps);
	return ended;
}

test('shadow, labels, calibrate, promote, more runs by itself, a bad day, demotion', { timeout: 60_000 }, async () => {
	const folder = await temporaryFolder();
	const live = join(folder, 'policy.yaml');
	await writeFile(live, policy);
	await writeFile(join(folder, 'map.yaml'), map);
	const shop = await openShop(redis, { policy, channels: false });
	const env = { REDIS_URL: redis.url, COUNTERSIGN_PREFIX: redis.prefix, COUNTERSIGN_POLICY: live };
	const run = (...args: string[]): Promise<Ended> => countersign(args, env);
	// By the store's own clock, which the test moves; the command line of another process does not know of that.
	const { store } = shop.app.front;
	const rolling = () => ({ store, live: shop.app.front.policy(), by: 'dee' });
	const evidence = async () => {
		const rollout = await store.learning.rollout.read();
		return rollout.candidate === null ? null : evidenceOf(store, rollout, rollout.candidate);
	};
	const promoted = () => moves.promote(rolling());

	// People are asked about everything, and say yes.
	expect(await work(shop, 60, { answer: 'approve' })).toEqual({ ran: 0, asked: 60 });
	const examples = await run('examples', 'export');
	await writeFile(join(folder, 'history.jsonl'), examples.stdout);

	// What they said sets the threshold, as a proposal beside the policy that holds.
	const proposal = join(folder, 'proposal');
	const calibrated = await run(
		...['calibrate', join(folder, 'history.jsonl'), '--map', join(folder, 'map.yaml'), '--cluster', 'user'],
		...['--target', '0.9', '--confidence', '0.9', '--policy', live, '--out', proposal, '--json'],
	);
	expect(calibrated.stderr).toBe('');
	expect(calibrated.code).toBe(0);
	const candidate = join(proposal, 'policy.yaml');
	expect(await readFile(candidate, 'utf8')).not.toBe(policy);

	// In shadow it judges everything and decides nothing.
	expect((await run('policy', 'shadow', candidate, '--by', 'dee')).code).toBe(0);
	// The first one tells this process that there is a candidate.
	expect(await work(shop, 11, { answer: 'approve' })).toEqual({ ran: 0, asked: 11 });
	const early = await run('policy', 'promote', '--json');
	expect(early.code).toBe(6);
	expect(early.stderr).toContain('must stay for 1 h');
	await shop.advance(2 * hour);
	expect(await promoted()).toMatchObject({ ok: false, guard: { why: 'not_enough_evidence', needs: 10 } });
	expect(await work(shop, 12, { answer: 'approve' })).toEqual({ ran: 0, asked: 12 });
	expect((await evidence())?.differences).toMatchObject({ judged: 22, answered: 22, rejected: 0 });
	expect((await evidence())?.differences.routes[0]).toMatchObject({ live: 'approval', count: 22 });
	expect((await run('policy', 'rollout')).stdout).toContain('in shadow: judges and decides nothing');

	// By stages: a half, then all.
	expect(await promoted()).toMatchObject({ ok: true, rollout: { candidate: { share: 0.5 } } });
	const half = await work(shop, 40, { answer: 'approve', right: true });
	expect(half.ran).toBeGreaterThan(8);
	expect(half.asked).toBeGreaterThan(8);
	await shop.advance(2 * hour);
	expect(await promoted()).toMatchObject({ ok: true, rollout: { candidate: { share: 1 } } });
	expect(await work(shop, 15, { right: true })).toEqual({ ran: 15, asked: 0 });
	expect(await promoted()).toMatchObject({ guard: { why: 'complete' } });

	// A bad day: spot checks say so, and nobody has to notice. The candidate is in shadow again, the operation asks.
	const bad = await work(shop, 40, { right: false });
	expect(bad.ran).toBeLessThan(30);
	const after = await store.learning.rollout.read();
	expect(after.demoted.refund).toMatchObject({ route: 'approval' });
	expect(after.candidate?.share).toBe(0);
	expect(
		(await shop.until(await shop.propose(refund('20.00', { confidence: 1 })), 'in_review')).verdict?.reasons[0],
	).toMatchObject({ rule: 'demotion.refund', route: 'approval' });
	expect(await promoted()).toMatchObject({
		guard: { why: 'guarded', lacks: expect.arrayContaining([expect.stringContaining('demoted: refund')]) },
	});

	// Only a person loosens it again, and what they have looked at is not held against it.
	await shop.advance(24 * hour);
	await demote(shop.app.deps);
	expect((await store.learning.rollout.read()).demoted.refund).toBeDefined();
	expect(await moves.restore(rolling(), 'refund')).toMatchObject({ ok: true });
	const again = await shop.propose(refund('20.00', { confidence: 1 }));
	expect((await shop.until(again, 'executed')).verdict?.route).toBe('auto');
	await demote(shop.app.deps);
	expect((await store.learning.rollout.read()).demoted).toEqual({});
	expect((await store.learning.rollout.history(10)).map(({ event, by }) => `${event} by ${by}`)).toEqual([
		'restored by dee',
		'demoted by policy',
		'promoted by dee',
		'promoted by dee',
		'shadowed by dee',
	]);
	expect((await run('policy', 'drop', '--by', 'dee')).stdout).toContain('no candidate');
});
