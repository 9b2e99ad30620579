/** What people say was wrong: labels on actions that ran, for whoever learns from them. A report changes nothing about the action. */
import type { Redis } from 'ioredis';
import type { State } from '../domain/lifecycle.ts';
import type { Keys } from './keys.ts';
import { scriptNamed } from './script.ts';

/** What was wrong, by the catalogue's words, and what the person said of it. */
export interface WrongReport {
	readonly label: string;
	readonly comment?: string;
}

/** A report as it was kept. */
export interface KeptReport extends WrongReport {
	readonly reviewer: string;
	readonly at: number;
}

/** `again`: this person has reported it before, and what they said first stands. */
export type ReportResult = 'reported' | 'again' | 'missing' | 'state';

export interface ReportStore {
	/** Keeps a report, and puts it into the action's history as `reported_wrong`; only in one of `states`. */
	add(
		about: { readonly actionId: string; readonly tenant: string; readonly reviewer: string },
		report: WrongReport,
		states: readonly State[],
	): Promise<ReportResult>;
	/** Reports of one action, oldest first. */
	of(actionId: string): Promise<KeptReport[]>;
	/** Ids of a tenant's reported actions since an instant, oldest first. */
	since(tenant: string, at: number, limit: number): Promise<string[]>;
}

export function reportsOn(redis: Redis, keys: Keys, settings: { devClock: boolean; keepMs: number }): ReportStore {
	const script = scriptNamed('report');
	const of = (actionId: string): string => keys.people('reports', actionId);
	const index = (tenant: string): string => keys.people('reported', tenant);
	return {
		async add({ actionId, tenant, reviewer }, report, states) {
			return (await script.run(
				redis,
				[keys.action(actionId), keys.history(actionId), of(actionId), index(tenant), keys.clockOffset],
				[actionId, reviewer, JSON.stringify(report), `,${states.join(',')},`, settings.devClock ? '1' : '', settings.keepMs],
			)) as ReportResult;
		},
		async of(actionId) {
			const kept = Object.entries(await redis.hgetall(of(actionId)));
			return kept
				.map(([reviewer, text]): KeptReport => {
					const { at, report } = JSON.parse(text) as { at: number; report: WrongReport };
					return { ...report, reviewer, at };
				})
				.sort((a, b) => a.at - b.at);
		},
		since: (tenant, at, limit) => redis.zrangebyscore(index(tenant), at, '+inf', 'LIMIT', 0, limit),
	};
}
