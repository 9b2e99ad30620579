/** What a report is made of, read from the store. */
import type { ReportData } from '../learning/report.ts';
import { dayOf } from '../store/statistics.ts';
import type { Store } from '../store/store.ts';
import { countsByDay } from './conduct.ts';

const dayMs = 86_400_000;
const mostReported = 10_000;

/** Whole days (UTC) from that of `from` to that of `to`, which is taken along. */
export async function reportData(
	store: Store,
	tenant: string,
	span: { readonly from: number; readonly to: number },
): Promise<ReportData> {
	const from = dayOf(span.from) * dayMs;
	const to = (dayOf(span.to) + 1) * dayMs;
	const days: ReportData['days'][number][] = [];
	for await (const day of countsByDay(store, from, to - 1)) days.push(day);
	const [checks, ids] = await Promise.all([
		store.learning.spotChecks.between(tenant, from, to),
		store.reports.since(tenant, from, mostReported),
	]);
	const reported = (await store.actions.getAll(ids))
		.filter(({ createdAt }) => createdAt >= from && createdAt < to)
		.map(({ id, agent, proposal, verdict }) => ({
			id,
			agent,
			operation: proposal.operation,
			policyDigest: verdict?.policyDigest ?? '',
		}));
	return { tenant, from, to, days, checks, reported };
}
