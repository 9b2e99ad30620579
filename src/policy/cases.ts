/** Test cases of a policy, as data: what an action looks like, what is known of the past, and where it must go. */
import { z } from 'zod';
import { type Proposal, proposalVersion } from '../domain/action.ts';
import { type Facts, noFacts } from '../domain/facts.ts';
import { parseProposal } from '../domain/parse.ts';
import { type Priority, priorities, type Route, type Verdict } from '../domain/verdict.ts';
import { evaluate } from './evaluate.ts';
import type { Policy } from './policy.ts';
import { schemaProblems } from './schema-problems.ts';
import { route } from './vocabulary.ts';
import { type PolicyProblem, readYaml } from './yaml-source.ts';

/** The instant of a case that names none: 2026-09-01T12:00:00Z. */
const defaultNow = Date.UTC(2026, 8, 1, 12);

const count = z.number().int().min(0);
const facts = z.strictObject({
	agentRejectionsInARow: count.optional(),
	userApprovals24h: count.optional(),
	userConfidences1h: z.array(z.number()).optional(),
	repeatOf: z.string().nullable().optional(),
	refusals: count.optional(),
	similar: z
		.strictObject({
			approved: count.default(0),
			rejected: count.default(0),
			for: z.number().min(0).default(0),
			against: z.number().min(0).default(0),
		})
		.optional()
		.describe('What people said of similar actions, and what it weighs; only where the policy has `memory`.'),
	windows: z.record(z.string(), z.strictObject({ count: z.number(), sum: z.number().default(0) })).optional(),
});

const policyCase = z.strictObject({
	name: z.string().min(1).max(200).describe('What the case is about.'),
	now: z.iso.datetime().optional().describe('The instant of the judgement. Default 2026-09-01T12:00:00Z.'),
	proposal: z
		.record(z.string(), z.json())
		.describe(
			'The proposal as an agent sends it; version, agent and idempotencyKey may be left out, and amounts may be bare decimals.',
		),
	facts: facts.prefault({}).describe('What is known of the past; left out: nothing.'),
	expect: z.strictObject({
		route: route.describe('Where it must go.'),
		priority: z.enum(priorities).optional().describe('The priority of its case.'),
		rules: z.array(z.string()).optional().describe('Rules that must be among the reasons.'),
		not_rules: z.array(z.string()).optional().describe('Rules that must not.'),
	}),
});

/** One case. */
export type PolicyCase = z.output<typeof policyCase>;

const caseFile = z.array(policyCase).min(1);

export type CasesReading =
	| { readonly ok: true; readonly cases: readonly PolicyCase[] }
	| { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/** JSON Schema (draft 7) of a case file, for editors. */
export const casesJsonSchema = (): Record<string, unknown> => ({
	...z.toJSONSchema(caseFile, { io: 'input', target: 'draft-7' }),
	title: 'Countersign policy cases',
});

/** Reads a case file: a YAML list of cases. Merge keys (`<<: *refund`) spare repeating what most cases have in common. */
export function parseCases(input: string | Uint8Array): CasesReading {
	const yaml = readYaml(input, { merge: true });
	if (!yaml.ok) return yaml;
	const parsed = caseFile.safeParse(yaml.source.value, { reportInput: true });
	if (!parsed.success) return { ok: false, problems: schemaProblems(parsed.error, yaml.source, casesJsonSchema()) };
	return { ok: true, cases: parsed.data };
}

export interface CaseResult {
	readonly name: string;
	readonly ok: boolean;
	/** What differs from what was expected; empty for a case that passed. */
	readonly problems: readonly string[];
	readonly expected: { readonly route: Route; readonly priority?: Priority | undefined };
	/** Null where the proposal of the case is none. */
	readonly verdict: Verdict | null;
}

/** Judges every case. The confidences of cases are effective ones: they say what the policy does, and not what a map does. */
export function runCases(policy: Policy, cases: readonly PolicyCase[]): CaseResult[] {
	const digest = policy.document.confidence_map?.digest ?? '';
	const unmapped: Policy = { ...policy, confidenceMap: { digest, effective: (_, reported) => reported } };
	return cases.map((one) => runCase(unmapped, one));
}

function runCase(policy: Policy, one: PolicyCase): CaseResult {
	const expected = { route: one.expect.route, priority: one.expect.priority };
	const now = one.now === undefined ? defaultNow : Date.parse(one.now);
	const proposal = proposalOf(one, policy);
	if (typeof proposal === 'string') return { name: one.name, ok: false, problems: [proposal], expected, verdict: null };
	const verdict = evaluate(proposal, factsOf(one, now), policy, now);
	const rules = new Set(verdict.reasons.map((reason) => reason.rule));
	const problems: string[] = [];
	if (verdict.route !== expected.route)
		problems.push(`went to ${verdict.route}, not to ${expected.route} (${[...rules].join(', ')})`);
	if (expected.priority !== undefined && verdict.priority !== expected.priority) {
		problems.push(`has priority ${verdict.priority}, not ${expected.priority}`);
	}
	for (const rule of one.expect.rules ?? [])
		if (!rules.has(rule)) problems.push(`lacks the reason ${rule} (has ${[...rules].join(', ')})`);
	for (const rule of one.expect.not_rules ?? []) if (rules.has(rule)) problems.push(`has the reason ${rule}`);
	return { name: one.name, ok: problems.length === 0, problems, expected, verdict };
}

const moneyFields = ['amount', 'referenceAmount', 'quotedAmount'];

function proposalOf(one: PolicyCase, policy: Policy): Proposal | string {
	const given: Record<string, unknown> = { version: proposalVersion, agent: 'agent', idempotencyKey: one.name, ...one.proposal };
	for (const field of moneyFields) {
		const value = given[field];
		if (typeof value === 'string' || typeof value === 'number') given[field] = { value, currency: policy.document.currency };
	}
	const read = parseProposal(given);
	if (read.ok) return read.proposal;
	return `the proposal does not parse: ${read.problem.field ?? ''} ${read.problem.message}`;
}

/** What a case leaves out is as for somebody of whom nothing is known. */
function factsOf(one: PolicyCase, now: number): Facts {
	const known = Object.entries(one.facts).filter(([, value]) => value !== undefined);
	return { ...noFacts(now), ...Object.fromEntries(known) };
}
