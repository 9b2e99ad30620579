/**
 * Demotion: what surely goes wrong too often is asked about again, at once and everywhere, and a candidate goes back into shadow.
 * Only tighter, and only until a person restores it (`countersign policy restore`).
 */

import type { Rollout } from '../domain/rollout.ts';
import type { Text } from '../domain/verdict.ts';
import { type Known, knownOf } from '../engine/conduct.ts';
import type { Engine } from '../engine/engine.ts';
import { demotionOf } from '../learning/demotion.ts';
import { errorRate } from '../learning/error-rate.ts';
import { ranCount } from '../learning/tallies.ts';
import { appliesTo } from '../policy/policy.ts';
import type { WorkerDeps } from './deps.ts';

/** Somebody else may have changed the roll-out meanwhile: read and tried again this often. */
const mostTries = 5;
/** Reports that are looked through, for each tenant. */
const mostReports = 5000;

/** Looks at every operation that may run by itself. Does nothing where policy has no `demotion`. */
export async function demote(deps: WorkerDeps): Promise<void> {
	const { engine } = deps;
	const { store, policy } = engine;
	const { demotion } = policy().document;
	if (demotion === undefined) return;
	const now = await store.now();
	const windowFrom = now - demotion.window;
	const [known, { restored }] = await Promise.all([knownOf(store, windowFrom, now), store.learning.rollout.read()]);
	const reports = await reportsOf(engine, known, windowFrom);
	for (const operation of policy().operations.values()) {
		if (!appliesTo(demotion, operation)) continue;
		const { name } = operation;
		// What a person has looked at and restored starts afresh.
		const from = Math.max(windowFrom, restored[name] ?? 0);
		const why = demotionOf(
			{
				errors: errorRate(
					known.checks.filter((check) => check.operation === name && check.ranAt >= from),
					ranCount(known.counts, (place) => place.operation === name),
				),
				...endingsOf(known, name, restored[name] ?? 0),
				reported: reports.filter((each) => each.operation === name && each.at >= from).length,
			},
			demotion,
		);
		if (why !== null) await demoteOne(deps, name, { why, route: demotion.to, at: now });
	}
}

/** Counts know their day only: of the day of a restoration none is taken. */
function endingsOf({ days }: Known, name: string, restoredAt: number): { asked: number; rejected: number } {
	let [asked, rejected] = [0, 0];
	for (const { at, counts } of days) {
		if (at < restoredAt) continue;
		for (const { words, by } of counts) {
			const [kind, , operation, , , , how = ''] = words;
			if (kind !== 'ended' || operation !== name || !['approved', 'edited', 'rejected'].includes(how)) continue;
			asked += by;
			if (how === 'rejected') rejected += by;
		}
	}
	return { asked, rejected };
}

async function reportsOf({ store }: Engine, { tenants }: Known, from: number): Promise<{ operation: string; at: number }[]> {
	const ids = await Promise.all(tenants.map((tenant) => store.reports.since(tenant, from, mostReports)));
	const actions = await store.actions.getAll(ids.flat());
	return Promise.all(
		actions.map(async ({ id, proposal }) => ({
			operation: proposal.operation,
			at: Math.max(...(await store.reports.of(id)).map(({ at }) => at)),
		})),
	);
}

interface Demotion {
	readonly why: Text;
	readonly route: 'approval' | 'escalation';
	readonly at: number;
}

async function demoteOne({ engine, signal }: WorkerDeps, operation: string, { why, route, at }: Demotion): Promise<void> {
	const { rollout } = engine.store.learning;
	for (let tries = 0; tries < mostTries; tries++) {
		const before = await rollout.read();
		if (Object.hasOwn(before.demoted, operation)) return;
		const after: Omit<Rollout, 'version'> = {
			...before,
			candidate: before.candidate === null ? null : { ...before.candidate, share: 0, since: at },
			demoted: { ...before.demoted, [operation]: { route, at, why } },
		};
		if (!(await rollout.replace(before, after, { at, by: 'policy', event: 'demoted', detail: `${operation}: ${why.en}` })))
			continue;
		engine.log.error({ operation, why: why.en }, 'alert: demoted; people are asked until somebody restores it');
		signal('demoted', operation);
		return;
	}
}
