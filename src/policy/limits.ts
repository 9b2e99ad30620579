/** Windows: how many and how much within a time, and amounts that keep just under an amount rule. */
import type { Proposal } from '../domain/action.ts';
import type { WindowQuery } from '../domain/facts.ts';
import { formatMoney, type Money } from '../domain/money.ts';
import type { Priority, Reason } from '../domain/verdict.ts';
import type { AmountRule } from './amounts.ts';
import type { PolicyDocument } from './document.ts';
import type { LimitEntry, LimitKey } from './document-condition.ts';
import { formatDuration } from './duration.ts';
import { type Grounds, reason, say } from './grounds.ts';
import type { Scene } from './scene.ts';

/** One limit, compiled; money in minor units of the base. */
export interface Limit {
	readonly id: string;
	readonly per: readonly LimitKey[];
	readonly windowMs: number;
	readonly maxSum: number | null;
	readonly maxCount: number | null;
	readonly overSum: Reason;
	readonly overCount: Reason;
}

/** Clustering under one amount rule. */
export interface NearLimit {
	/** Id of its window in the facts. */
	readonly id: string;
	readonly per: readonly LimitKey[];
	readonly windowMs: number;
	readonly from: number;
	readonly to: number;
	readonly atLeast: number;
	readonly reason: Reason;
}

export function compileLimit(entry: LimitEntry, maxSum: Money | null): Limit {
	const window = formatDuration(entry.window);
	const rule = `limit.${entry.id}`;
	const sum = maxSum === null ? '' : formatMoney(maxSum);
	const count = entry.max_count ?? 0;
	return {
		id: entry.id,
		per: entry.per,
		windowMs: entry.window,
		maxSum: maxSum?.minor ?? null,
		maxCount: entry.max_count ?? null,
		overSum: reason(rule, entry.route, say(`more than ${sum} within ${window}`, `${window} 内合计超过 ${sum}`)),
		overCount: reason(rule, entry.route, say(`more than ${count} actions within ${window}`, `${window} 内超过 ${count} 次操作`)),
	};
}

type NearEntry = Exclude<PolicyDocument['near_limit'], false>;

export function compileNearLimit(entry: NearEntry, rule: AmountRule, above: Money): NearLimit {
	const shown = formatMoney(above);
	const window = formatDuration(entry.window);
	return {
		id: `near.${rule.id}`,
		per: entry.per,
		windowMs: entry.window,
		from: Math.floor(rule.above * (1 - entry.within)),
		to: rule.above,
		atLeast: entry.at_least,
		reason: reason(
			`limit.near.${rule.id}`,
			entry.route,
			say(
				`${entry.at_least} or more just under ${shown} within ${window}`,
				`${window} 内有 ${entry.at_least} 次以上略低于 ${shown}`,
			),
		),
	};
}

/** The near-limit windows that an amount falls into. */
const nearLimitsOf = (limits: readonly NearLimit[], minor: number | null): readonly NearLimit[] =>
	minor === null || limits.length === 0 ? none : limits.filter((limit) => minor >= limit.from && minor <= limit.to);
const none: readonly NearLimit[] = [];

/** The windows to count an action in. */
export function windowsOf({ operation, stake, proposal }: Pick<Scene, 'operation' | 'stake' | 'proposal'>): WindowQuery[] {
	const amount = stake.minor ?? 0;
	return [...operation.limits, ...nearLimitsOf(operation.nearLimits, stake.minor)].map(({ id, per, windowMs }) => ({
		limit: id,
		key: windowKey(per, proposal),
		windowMs,
		amount,
	}));
}

/**
 * What a window is kept per. An action that does not say its user or payee is counted with all others that do not: leaving
 * a field out must not be a way around a limit.
 */
function windowKey(per: readonly LimitKey[], proposal: Proposal): string {
	const value = (key: LimitKey): string => (key === 'currency' ? (proposal.amount?.currency ?? '') : (proposal[key] ?? ''));
	return per.map((key) => `${key}=${value(key).replace(/[%|=]/g, encodeURIComponent)}`).join('|');
}

/** Limits. A window that the facts do not hold has seen this action only. */
export function judgeLimits({ operation, facts, stake }: Scene, grounds: Grounds): void {
	for (const limit of operation.limits) {
		const { count, sum } = windowOf(facts.windows, limit.id) ?? { count: 1, sum: stake.minor ?? 0 };
		// Written so that a count or sum that is no number counts as over.
		if (limit.maxSum !== null && !(sum <= limit.maxSum)) grounds.add(limit.overSum, limitPriority);
		else if (limit.maxCount !== null && !(count <= limit.maxCount)) grounds.add(limit.overCount, limitPriority);
	}
	for (const near of nearLimitsOf(operation.nearLimits, stake.minor)) {
		const count = windowOf(facts.windows, near.id)?.count ?? 1;
		if (!(count < near.atLeast)) grounds.add(near.reason, limitPriority);
	}
}

const limitPriority: Priority = 'medium';

const windowOf = (windows: Scene['facts']['windows'], id: string): Scene['facts']['windows'][string] | undefined =>
	Object.hasOwn(windows, id) ? windows[id] : undefined;
