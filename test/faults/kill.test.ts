/**
 * Worker processes are killed at random, at least thirty times, while actions of every kind go through them. In the end every
 * acknowledged action has ended, none ran twice, each that ran had a decision bound to what ran, and every outcome that a kill
 * made unknown is accounted for. `FAULT_SEED` repeats a run's choices; their timing stays the machine's.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Action } from '../../src/domain/action.ts';
import { isEnd } from '../../src/domain/lifecycle.ts';
import { createClient } from '../../src/producers/client.ts';
import type { HistoryEntry } from '../../src/store/actions.ts';
import { goneAfterMs } from '../../src/store/workers.ts';
import { sweep } from '../../src/workers/sweeper.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testRedis } from '../support/redis.ts';
import { startFleet } from './fleet.ts';
import { type Entry, readLedgers } from './ledger.ts';
import { openPlant } from './plant-app.ts';
import { isLookedUp, peopleLook, plots, proposing } from './traffic.ts';

const redis = testRedis();
const kills = 32;
const working = 2;
const proposeEveryMs = 15;

/** What one action came to. */
interface Story {
	readonly action: Action;
	readonly history: readonly HistoryEntry[];
	readonly effects: readonly Entry[];
	readonly fallbacks: readonly Entry[];
}

test('thirty kills under load: nothing lost, nothing run twice, every unknown outcome accounted for', {
	timeout: 240_000,
}, async () => {
	const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
	const random = seeded(seed);
	const folder = await temporaryFolder();
	const where = { redisUrl: redis.url, prefix: redis.prefix, folder };
	const app = openPlant(where, { operations: {}, fallbacks: {} });
	onTestFinished(() => app.close(0));
	const client = createClient({ redis: redis.connect(), prefix: redis.prefix, timeoutMs: 20_000 });
	onTestFinished(() => client.close());
	const fleet = await startFleet(where, working);
	onTestFinished(() => fleet.close());
	const { front, back, deps } = app;

	const people = standIns(() => peopleLook(front, folder));
	const acknowledged = new Set<string>();
	const mark = seed.toString(36);
	const propose = async (n: number): Promise<void> => {
		const asked = proposing(n, plots[n % plots.length] ?? 'runs', mark);
		const { id } = await client.propose(asked);
		acknowledged.add(id);
		// An agent that is not sure asks again: the same key, the same action.
		if (n % 10 === 0) expect((await client.propose(asked)).id).toBe(id);
	};

	// Proposals keep coming, whatever the workers are doing.
	let n = 0;
	const proposals: Promise<void>[] = [];
	const traffic = setInterval(() => proposals.push(propose(n++)), proposeEveryMs);
	onTestFinished(() => clearInterval(traffic));
	while (fleet.kills < kills) {
		await wait(random() * 400);
		await fleet.killOne(random());
	}
	clearInterval(traffic);
	await Promise.all(proposals);

	// The workers that are left, the sweeper and the people bring everything to its end. A killed worker counts as gone after a
	// silence by Redis's own clock; what is looked at only every half minute is brought forward by ours.
	const ids = [...acknowledged];
	const pending = async (): Promise<Action[]> => (await back.store.actions.getAll(ids)).filter(({ state }) => !isEnd(state));
	await wait(goneAfterMs);
	await vi.waitFor(
		async () => {
			await back.store.advance(15_000);
			await sweep(deps);
			const left = (await pending()).filter(
				(action) => action.state !== 'outcome_unknown' || action.proposal.operation === 'refund' || isLookedUp(action),
			);
			expect(left.map(({ id, state }) => `${id} ${state}`)).toEqual([]);
		},
		{ timeout: 60_000, interval: 500 },
	);
	// Those that nobody looks up are written off when policy's time for it has passed.
	const forgotten = await pending();
	await back.store.advance(2 * 3_600_000);
	await vi.waitFor(
		async () => {
			await sweep(deps);
			expect(await pending()).toEqual([]);
		},
		{ timeout: 20_000, interval: 500 },
	);
	await people.stop();

	const stories = await storiesOf(ids, folder, app.back.store.actions);
	const table = account(stories);
	console.log(`seed ${seed}, ${redis.kind} redis, ${fleet.kills} kills of ${working} workers\n${tableText(table)}`);
	expect(fleet.kills).toBeGreaterThanOrEqual(30);

	// Nothing lost: every acknowledged action is there, and has ended.
	expect(stories.map(({ action }) => action.id).sort()).toEqual([...ids].sort());
	expect(stories.filter(({ action }) => !isEnd(action.state))).toEqual([]);
	expect(await back.store.outbox.size()).toBe(0);
	expect(await back.store.due.next()).toBeNull();
	// Nothing run twice: one effect per approved payload, and none of an action that nobody knows.
	const known = new Set(ids);
	const effects = readLedgers(folder).filter(({ kind }) => kind === 'effect');
	expect(effects.filter(({ actionId }) => !known.has(actionId))).toEqual([]);
	expect(new Set(effects.map(({ key }) => key)).size).toBe(effects.length);
	for (const story of stories) check(story);
	// Every unknown outcome: found out by the handler or a person, or written off; by each way at least one.
	expect(table['outcomes that a kill made unknown']).toBe(
		(table['... found out by their handler'] ?? 0) + (table['... found out by a person'] ?? 0) + (table['... written off'] ?? 0),
	);
	expect(table['... written off']).toBe(forgotten.length);
	expect(table['outcomes that a kill made unknown']).toBeGreaterThan(0);
	expect(await back.store.quarantine.size()).toBe(0);
});

/** Holds one action against what really happened. */
function check({ action, history, effects, fallbacks }: Story): void {
	const events = history.map(({ event }) => event);
	const said = `${action.id} ${events.join(' > ')}`;
	const starts = events.filter((event) => event === 'execution_started').length;
	expect(effects.length, said).toBeLessThanOrEqual(starts);
	expect(starts, said).toBeLessThanOrEqual(1);
	if (starts > 0) {
		// A decision that approves, bound to what ran, before it ran.
		expect(['routed_auto', 'routed_notify', 'approved_by_reviewers', 'released'], said).toContain(action.decision?.event);
		expect(action.decision?.payloadDigest, said).toBe(action.payloadDigest);
		expect(events.indexOf(action.decision?.event as never), said).toBeLessThan(events.indexOf('execution_started'));
	}
	for (const effect of effects) expect(effect.payloadDigest, said).toBe(action.payloadDigest);
	if (action.state === 'executed') expect(effects, said).toHaveLength(1);
	else if (action.state !== 'unaccounted') expect(effects, said).toHaveLength(0);
	// Nobody answering runs the fallback, and nothing else (INVARIANT I4).
	if (events.includes('deadline_passed')) expect([starts, action.state], said).toEqual([0, 'expired']);
	expect(fallbacks.length > 0, said).toBe(action.state === 'expired');
}

type Table = Record<string, number>;

function account(stories: readonly Story[]): Table {
	const table: Table = { 'actions acknowledged': stories.length };
	const count = (name: string, wanted: (story: Story) => boolean): void => {
		table[name] = stories.filter(wanted).length;
	};
	const had = ({ history }: Story, event: HistoryEntry['event']): boolean => history.some((entry) => entry.event === event);
	for (const state of new Set(stories.map(({ action }) => action.state).sort()))
		count(`ended as ${state}`, ({ action }) => action.state === state);
	table['effects in the ledgers'] = stories.reduce((sum, { effects }) => sum + effects.length, 0);
	count('run twice', ({ effects }) => effects.length > 1);
	count('outcomes that a kill made unknown', (story) => had(story, 'outcome_lost'));
	const found = (story: Story): boolean => had(story, 'reconciled_done') || had(story, 'reconciled_not_done');
	count('... found out by their handler', (story) => found(story) && !had(story, 'reconcile_failed'));
	count('... found out by a person', (story) => found(story) && had(story, 'reconcile_failed'));
	count('... written off', (story) => had(story, 'written_off'));
	count('fallbacks', ({ fallbacks }) => fallbacks.length > 0);
	count('fallbacks repeated after a kill', ({ fallbacks }) => fallbacks.length > 1);
	return table;
}

const tableText = (table: Table): string =>
	Object.entries(table)
		.map(([name, number]) => `  ${name.padEnd(40)}${String(number).padStart(6)}`)
		.join('\n');

async function storiesOf(
	ids: readonly string[],
	folder: string,
	store: { getAll(ids: readonly string[]): Promise<Action[]>; history(id: string): Promise<HistoryEntry[]> },
): Promise<Story[]> {
	const entries = Map.groupBy(readLedgers(folder), ({ actionId }) => actionId);
	const actions = await store.getAll(ids);
	return await Promise.all(
		actions.map(async (action): Promise<Story> => {
			const own = entries.get(action.id) ?? [];
			return {
				action,
				history: await store.history(action.id),
				effects: own.filter(({ kind }) => kind === 'effect'),
				fallbacks: own.filter(({ kind }) => kind === 'fallback'),
			};
		}),
	);
}

/** Calls `look` again and again until stopped. A look that fails is the next one's to make up for. */
function standIns(look: () => Promise<void>): { stop(): Promise<void> } {
	let stopped = false;
	const looking = (async () => {
		while (!stopped) {
			await look().catch(() => undefined);
			await wait(100);
		}
	})();
	return {
		async stop() {
			stopped = true;
			await looking;
		},
	};
}

/** Numbers from 0 to 1 that the seed fixes (mulberry32). */
function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
