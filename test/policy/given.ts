/** What the tests of policy start from: the smallest policy, policies made of it, and proposals that are parsed for real. */
import { expect } from 'vitest';
import type { Proposal } from '../../src/domain/action.ts';
import { type Facts, noFacts } from '../../src/domain/facts.ts';
import { parseProposal } from '../../src/domain/parse.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { parsePolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';

export const now = Date.UTC(2026, 8, 1, 12);

/** JSON is YAML: a document as an object, on top of the smallest one that is valid. */
export const documentWith = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
	version: 1,
	operations: {
		look: { risk_class: 'read_only' },
		note: { risk_class: 'low_risk_write' },
		change: { risk_class: 'high_risk_write' },
		pay: { risk_class: 'financial', amount: 'optional' },
	},
	reviewers: {
		ana: { name: 'Ana', email: 'ana@example.com', phone: '+15550100001' },
		wei: { name: 'Wei', email: 'wei@example.com', phone: '+8613800000002', language: 'zh-CN' },
		kim: { name: 'Kim', email: 'kim@example.com' },
	},
	...fields,
});

export function policyWith(fields: Record<string, unknown> = {}): Policy {
	const read = parsePolicy(JSON.stringify(documentWith(fields)));
	if (!read.ok) expect(read.problems).toEqual([]);
	return (read as { policy: Policy }).policy;
}

/** Problems of a document that is refused, as `path: message`. */
export function problemsWith(fields: Record<string, unknown>): string[] {
	const read = parsePolicy(JSON.stringify(documentWith(fields)));
	return read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`);
}

export function proposalWith(fields: Record<string, unknown> = {}): Proposal {
	const read = parseProposal({
		version: 1,
		agent: 'bot',
		idempotencyKey: 'k-1',
		operation: 'pay',
		confidence: 1,
		user: 'u-1',
		...fields,
	});
	if (!read.ok) expect(read.problem).toBeNull();
	return (read as { proposal: Proposal }).proposal;
}

export const usd = (value: string | number) => ({ value, currency: 'USD' });
export const factsWith = (fields: Partial<Facts> = {}): Facts => ({ ...noFacts(now), ...fields });

/** The verdict on a proposal by a policy. */
export function judged(policy: Policy, proposal: Record<string, unknown> = {}, facts: Partial<Facts> = {}): Verdict {
	return evaluate(proposalWith(proposal), factsWith(facts), policy, now);
}

export const rulesOf = (verdict: Verdict): string[] => verdict.reasons.map(({ rule }) => rule);

/** Processor time that a piece of work takes, in ms: what else the machine does must not fail a test. */
export function processorMs(work: () => void): number {
	const started = process.threadCpuUsage().user;
	work();
	return (process.threadCpuUsage().user - started) / 1000;
}
