/** Whether a policy can be tried beside the one in force: it may route otherwise, and must agree on everything else. Pure. */
import { canonicalJson } from '../domain/digest.ts';
import type { PolicyDocument } from './document.ts';
import type { Policy } from './policy.ts';

/** What a candidate may change: where actions go, and how reviews run. People, money and channels are changed in the policy itself. */
const free: ReadonlySet<keyof PolicyDocument> = new Set([
	'title',
	'mode',
	'otherwise',
	'unknown_operation',
	'thresholds',
	'confidence_map',
	'operations',
	'checks',
	'amounts',
	'rules',
	'limits',
	'near_limit',
	'escalation',
	'signals',
	'sensitive',
	'scan',
	'urgent_above',
	'plans',
	'deadlines',
	'memory',
]);

/** Sections in which they must agree and do not, and limits that count differently under one name. */
export function misfits(live: Policy, candidate: Policy): string[] {
	const names = [...new Set([...Object.keys(live.document), ...Object.keys(candidate.document)])] as (keyof PolicyDocument)[];
	const sections = names.filter(
		(name) => !free.has(name) && canonicalJson(live.document[name] ?? null) !== canonicalJson(candidate.document[name] ?? null),
	);
	const limits = candidate.document.limits.filter((limit) => {
		const own = live.document.limits.find(({ id }) => id === limit.id);
		return own !== undefined && (own.window !== limit.window || canonicalJson(own.per) !== canonicalJson(limit.per));
	});
	return [...sections, ...limits.map(({ id }) => `limits.${id}`)];
}
