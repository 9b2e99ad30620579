/** One run: a plant is started, faults meet its traffic, everything is brought to its end, and all that was recorded is handed to the checker. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Audit } from '../../src/audit/audit.ts';
import type { Call } from '../../src/audit/recorded.ts';
import { actionId } from '../../src/domain/ids.ts';
import { createClient } from '../../src/producers/client.ts';
import { sweep } from '../../src/workers/sweeper.ts';
import { type FaultKind, openChaos } from './chaos.ts';
import { type Edit, points, quick, tracking } from './edits.ts';
import { type Kill, type Stopped, startFleet } from './fleet.ts';
import { openLedger } from './ledger.ts';
import { openPeople } from './people.ts';
import { openPlant } from './plant-app.ts';
import { startProxy } from './proxy.ts';
import { type Offset, reckon } from './reckoning.ts';
import { startRedis } from './redis-server.ts';
import { oneOf, seeded } from './seeded.ts';
import { mix, type Plot, planned } from './traffic.ts';

export interface CampaignOptions {
	readonly seed: number;
	readonly actions: number;
	/** Of them, those that eight answer at once. */
	readonly races: number;
	readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
	/** Fifty actions a second, a dozen where faults are overdue, and some after the last one: each fault meets what it waits for. */
	readonly thin?: boolean;
	readonly workers: number;
	/** Short locks and short silences instead of the product's own. */
	readonly quick: boolean;
	/** Planted bugs, and what shows them. */
	readonly edits?: readonly Edit[];
	readonly plots?: readonly Plot[];
	readonly point?: string;
	/** Bounds of what it takes to bring everything to its end, in ms. */
	readonly drainMs?: number;
	/** A Redis that is there; its own where absent. */
	readonly redis?: { readonly url: string; readonly prefix: string };
	/** Where the history goes, as JSON Lines. */
	readonly history?: string;
	readonly say?: (text: string) => void;
	/** Called when the traffic has come to its end. */
	readonly onLoaded?: () => void;
}

export interface Campaign {
	readonly done: Readonly<Record<FaultKind, number>>;
	readonly kills: readonly Kill[];
	readonly stopped: readonly Stopped[];
	readonly lostReplies: number;
	readonly outages: readonly number[];
	/** From a kill to the next thing that happened to what it had in its hands, in ms. */
	readonly recoveries: readonly number[];
	/** Proposals that were in the hands of two killed processes: set aside, and driven again by a person. */
	readonly redriven: number;
	/** What was left unfinished when the time was up. */
	readonly left: number;
	readonly seconds: number;
	/** Actions a second while the traffic came. */
	readonly rate: number;
}

/** Clocks of processes are wrong by up to so much. */
const mostShiftMs = 10 * 60_000;
const atOnce = 24;
const mostOpen = 700;
const drainMs = 240_000;
/** For so long everything is left to itself before the clock is moved: recovery is measured in it. */
const naturalMs = 45_000;

export async function campaign(options: CampaignOptions, audit: Audit): Promise<Campaign> {
	const { seed, actions, say = () => undefined } = options;
	const begun = Date.now();
	const chance = seeded(seed);
	const folder = await mkdtemp(join(tmpdir(), 'countersign-faults-'));
	const close: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })];
	try {
		const server = options.redis === undefined ? await startRedis(join(folder, 'redis')) : null;
		if (server !== null) close.push(() => server.stop());
		const url = options.redis?.url ?? server?.url;
		if (url === undefined) throw new Error('there is no redis-server or valkey-server on PATH: install one');
		const prefix = options.redis?.prefix ?? '{faults}';
		const proxy = await startProxy(Number(new URL(url).port));
		close.push(() => proxy.close());
		const throughProxy = Object.assign(new URL(url), { host: new URL(proxy.url).host }).href;
		const where = { redisUrl: url, prefix, folder, quick: options.quick };
		const ledger = openLedger(folder);
		close.push(async () => ledger.close());
		const app = openPlant(where, { registry: { operations: {}, fallbacks: {} }, channels: {} });
		close.push(() => app.close(0));
		const redis = app.connect();
		const agents = new Redis(throughProxy, { maxRetriesPerRequest: 1, retryStrategy: () => 50 });
		agents.on('error', () => undefined);
		close.push(async () => agents.disconnect());
		const client = createClient({ redis: agents, prefix, timeoutMs: 5_000 });
		close.push(() => client.close());
		const fleet = await startFleet(where, {
			size: options.workers,
			edits: [...tracking, ...points, ...(options.quick ? quick : []), ...(options.edits ?? [])],
			urlOf: (n) => (n % 3 === 1 ? throughProxy : url),
			shiftOf: () => Math.round((2 * chance() - 1) * mostShiftMs),
		});
		close.push(() => fleet.close());
		const people = await openPeople({ engine: app.front, fleet, ledger, chance, subscriber: app.connect(), redis });
		const chaos = openChaos({
			counts: options.faults,
			chance,
			fleet,
			redis,
			prefix,
			server,
			proxy,
			stopMs: options.quick ? 2_500 : 16_000,
			point: options.point,
		});

		// The traffic, in an order that the seed fixes.
		const mark = seed.toString(36);
		const kinds = kindsOf(options, chance);
		const proposed: Call[] = [];
		/** Never acknowledged: an agent gave up, or came too late for its own deadline. They may be there, or not. */
		const unsure: string[] = [];
		let n = 0;
		const agent = async (): Promise<void> => {
			for (;;) {
				while (people.open.size > mostOpen || (chaos.waiting > 6 && !options.thin)) await wait(5);
				if (options.thin) await wait(atOnce * (chaos.waiting > 1 ? 80 : 20));
				const at = n++;
				if (at >= actions) return;
				const one = planned(at, kinds[at] as Plot, mark);
				const id = actionId('default', one.proposing.agent, one.proposing.idempotencyKey);
				people.expect(id, one);
				const calls = await propose(id, () => client.propose(one.proposing));
				proposed.push(...calls);
				if (calls.at(-1)?.told === null) unsure.push(id);
				chaos.reach(Math.min(n, actions) / actions / (options.thin ? 0.85 : 1));
			}
		};
		const from = Date.now();
		await Promise.all(Array.from({ length: atOnce }, agent));
		await chaos.settled();
		const rate = actions / ((Date.now() - from) / 1000);
		say(`${actions} actions proposed at ${rate.toFixed(0)} a second, ${people.open.size} open`);
		options.onLoaded?.();

		// Everything to its end: first by itself, then with the clock moved to what waits for hours.
		const offsets: Offset[] = [];
		const ending = Date.now();
		const allowed = options.drainMs ?? drainMs;
		const over = (ms: number): boolean => people.open.size === 0 || Date.now() - ending > ms;
		while (!over(Math.min(allowed * 0.2, options.quick ? 5_000 : naturalMs))) await wait(50);
		for (const id of unsure) if ((await app.back.store.actions.get(id)) === null) people.forget(id);
		let moved = 0;
		const move = async (ms: number): Promise<void> => {
			moved = await app.back.store.advance(ms);
			offsets.push({ at: Date.now(), offset: moved });
			await sweep(app.deps);
			await wait(250);
		};
		// Enough for whatever is looked at every half minute; then for what is written off after two hours.
		while (!over(allowed * 0.8)) await move(moved >= 300_000 ? 7_200_000 : 30_000);
		while (!over(allowed)) await wait(50);
		const left = people.open.size;
		await people.stop();
		say(`${left} left after ${((Date.now() - ending) / 1000).toFixed(0)} s`);

		const recoveries = await reckon(audit, {
			store: app.back.store,
			calls: [...proposed, ...people.calls],
			folder,
			kills: fleet.kills,
			offsets,
			history: options.history,
		});
		const seconds = (Date.now() - begun) / 1000;
		const { done, outages } = chaos;
		return {
			done,
			kills: fleet.kills,
			stopped: fleet.stopped,
			lostReplies: proxy.lost,
			outages,
			recoveries,
			redriven: people.redriven,
			left,
			seconds,
			rate,
		};
	} finally {
		for (const each of close.reverse()) await each();
	}
}

/** The plot of each action. */
function kindsOf({ actions, races, plots }: CampaignOptions, chance: () => number): Plot[] {
	if (plots !== undefined) return Array.from({ length: actions }, () => oneOf(chance, plots));
	const kinds = Array.from(
		{ length: actions },
		(_, i): Plot => (i >= races ? oneOf(chance, mix) : i % 3 === 0 ? 'race_deadline' : 'race'),
	);
	// Shuffled, so that races and the rest meet the same faults.
	for (let i = kinds.length - 1; i > 0; i--) {
		const j = Math.floor(chance() * (i + 1));
		[kinds[i], kinds[j]] = [kinds[j] as Plot, kinds[i] as Plot];
	}
	return kinds;
}

/** An agent that is not sure asks again, with the same key. */
async function propose(id: string, send: () => Promise<unknown>): Promise<Call[]> {
	const calls: Call[] = [];
	for (let tries = 0; tries < 12; tries++) {
		const at = Date.now();
		try {
			await send();
			calls.push({ kind: 'call', id, at, until: Date.now(), told: { what: 'acknowledged' } });
			return calls;
		} catch {
			calls.push({ kind: 'call', id, at, until: null, told: null });
			await wait(50 * (tries + 1));
		}
	}
	return calls;
}
