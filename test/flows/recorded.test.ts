/**
 * Real agents' recorded actions, all of them, through real queues and workers: each goes where `replay` says it would, a stand-in
 * of the reviewers answers some, the clock runs past every deadline, and at the end everything has ended and nothing ran unbound.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type FileRow, isBad, mapOf, rowsOf } from '../../src/cli/rows.ts';
import { type Action, payloadDigest } from '../../src/domain/action.ts';
import { ends, isEnd } from '../../src/domain/lifecycle.ts';
import type { Route } from '../../src/domain/verdict.ts';
import { replayWith } from '../../src/learning/replay.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { factsQuery } from '../../src/policy/facts-query.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Proposing } from '../../src/producers/client.ts';
import { fixedPolicy } from '../support/app.ts';
import { testRedis } from '../support/redis.ts';
import { hour, minute, openShop, type Shop } from './shop.ts';

const redis = testRedis();
const root = new URL('../../', import.meta.url);
const pathOf = (relative: string): string => fileURLToPath(new URL(relative, root));

async function rowsIn(path: string): Promise<FileRow[]> {
	const rows: FileRow[] = [];
	for await (const row of rowsOf(path, await mapOf(pathOf('examples/recorded-actions.map.yaml')))) {
		if (isBad(row)) throw new Error(`line ${row.line}: ${row.message}`);
		rows.push(row);
	}
	return rows;
}

/** Where each row would go, without running anything. */
function replayed(rows: readonly FileRow[], policy: Policy): Map<string, Route> {
	const replay = replayWith({
		factsQuery: (proposal) => factsQuery(policy, proposal),
		evaluate: (proposal, facts, now) => evaluate(proposal, facts, policy, now),
	});
	const at = Date.now();
	const routes = new Map<string, Route>();
	for (const { proposal, label } of rows) {
		const found = replay.next({ proposal, label, at });
		if (!found.repeated) routes.set(found.id, found.verdict.route);
	}
	return routes;
}

/** Proposes every row: those of one customer one after another, as they happened, and the customers side by side. */
async function proposeAll(shop: Shop, rows: readonly FileRow[]): Promise<string[]> {
	const customers = Map.groupBy(rows, ({ proposal }) => proposal.user);
	const ids: string[] = [];
	await Promise.all(
		[...customers.values()].map(async (each) => {
			for (const { input } of each) {
				const id = await shop.propose(input as Proposing & { agent: string });
				await shop.signalled('classified', id);
				ids.push(id);
			}
		}),
	);
	return ids;
}

/** The reviewers' stand-in: of the reviews and cases some are answered in each way, and some not at all. */
async function answerSome(shop: Shop, actions: readonly Action[]): Promise<void> {
	const waiting = actions.filter(({ state }) => state === 'in_review' || state === 'escalated');
	await Promise.all(
		waiting.map(async ({ id, state, plan }, i) => {
			const [reviewer] = plan?.reviewers ?? [];
			if (reviewer === undefined) throw new Error(`${id} has nobody to ask`);
			const ways =
				state === 'in_review'
					? (['approve', 'reject', 'take_over', null, 'approve', null] as const)
					: (['own', null, 'own', 'own', null] as const);
			const answer = ways[i % ways.length];
			if (answer === null || answer === undefined) return;
			const answered = await shop.answer(id, reviewer, answer);
			expect(answered, `${answer} of ${id}: ${answered.ok ? '' : answered.problem.message}`).toMatchObject({ ok: true });
			if (answer !== 'own' && answer !== 'take_over') return;
			const endings = ['release', 'dismiss', 'resolve_by_hand', null] as const;
			const ending = endings[i % endings.length];
			if (ending === null || ending === undefined) return;
			const ended = await shop.answer(id, reviewer, ending);
			expect(ended, `${ending} of ${id}: ${ended.ok ? '' : ended.problem.message}`).toMatchObject({ ok: true });
		}),
	);
}

const approving = ['routed_auto', 'routed_notify', 'approved_by_reviewers', 'released'];

test('every recorded action goes where replay says, and ends; nothing runs without a decision bound to it', {
	timeout: 90_000,
}, async () => {
	const path = pathOf('../shared/data/actions-dev.jsonl');
	if (!existsSync(path)) {
		console.warn(`NOT TESTED: the recorded actions are not at ${path}; nothing was sent through the system`);
		return;
	}
	const rows = await rowsIn(path);
	expect(rows.length).toBeGreaterThan(900);
	const text = await readFile(pathOf('policies/recorded-actions.yaml'), 'utf8');
	const expected = replayed(rows, fixedPolicy(text).current());
	const shop = await openShop(redis, { policy: text, channels: false });
	const { store } = shop.app.back;

	const ids = await proposeAll(shop, rows);
	expect(new Set(ids).size).toBe(expected.size);
	expect(await shop.quarantined()).toEqual([]);
	const all = async (): Promise<Action[]> => Promise.all([...expected.keys()].map(shop.get));
	const stored = new Map((await all()).map(({ id, verdict }) => [id, verdict?.route]));
	expect(stored).toEqual(expected);
	expect(new Set(expected.values()).size).toBeGreaterThanOrEqual(3);

	await answerSome(shop, await all());
	// What was approved runs before the clock does: an approval that nobody could run would lapse, which is another story.
	const moving = ['received', 'approved', 'executing'];
	await expect.poll(async () => (await all()).filter(({ state }) => moving.includes(state)), { timeout: 20_000 }).toEqual([]);
	for (const ms of [31 * minute, 5 * hour, 5 * hour]) await shop.advance(ms);
	await expect.poll(async () => (await all()).filter(({ state }) => !isEnd(state)), { timeout: 20_000 }).toEqual([]);
	const counts = await store.actions.counts('default');
	expect(ends.reduce((sum, end) => sum + counts[end], 0)).toBe(expected.size);
	expect(await store.due.next()).toBeNull();
	expect(await store.outbox.size()).toBe(0);

	// INVARIANTS I1, I2 and I4, action by action.
	const ran = new Map(Map.groupBy(shop.runs, ({ id }) => id));
	for (const action of await all()) {
		const { id, state, decision, proposal } = action;
		expect(ran.get(id)?.length ?? 0, `runs of ${id}, which is ${state}`).toBe(state === 'executed' ? 1 : 0);
		if (state === 'executed') {
			expect(approving).toContain(decision?.event);
			expect(decision?.payloadDigest).toBe(action.payloadDigest);
			expect(payloadDigest(proposal)).toBe(action.payloadDigest);
			expect(ran.get(id)?.[0]?.arguments).toEqual(proposal.arguments);
		}
		if (state === 'expired') expect(decision).toMatchObject({ event: 'deadline_passed', by: 'deadline' });
	}
	for (const state of ['executed', 'rejected', 'expired', 'resolved'] as const) expect(counts[state], state).toBeGreaterThan(0);
});
