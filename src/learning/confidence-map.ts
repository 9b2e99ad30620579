/**
 * A confidence map: what a reported confidence is worth, for each agent and operation. A file of version 1 with a digest over its
 * content; one that was edited by hand, is of another version or of another tenant is refused or does not speak.
 */
import { z } from 'zod';
import type { ConfidenceMapping } from '../domain/confidence.ts';
import { digestOf } from '../domain/digest.ts';
import { isotonic } from './isotonic.ts';

/** Curves over common knots, as `fitConfidence` makes them. Each is a list of probabilities that never falls, one for each knot. */
export interface ConfidenceCurves {
	/** Reported confidences, rising from 0. A report counts as the last knot that is not above it. */
	readonly knots: readonly number[];
	readonly all: readonly number[];
	/** `clusters`: effective number of clusters that the curve was fitted on. */
	readonly agents: readonly { readonly agent: string; readonly clusters: number; readonly curve: readonly number[] }[];
	readonly operations: readonly { readonly operation: string; readonly curve: readonly number[] }[];
	readonly pairs: readonly { readonly agent: string; readonly operation: string; readonly curve: readonly number[] }[];
}

const share = z.number().min(0).max(1);
const name = z.string().min(1).max(200);
const curve = z.array(share).min(1).max(1000);
const body = z.strictObject({
	version: z.literal(1),
	kind: z.literal('countersign_confidence_map'),
	/** Whose agents it speaks of; null: everybody's. */
	tenant: z.string().min(1).max(128).nullable(),
	/** What it was fitted on. */
	rows: z.number().int().min(0),
	clusters: z.number().int().min(0),
	knots: curve,
	all: curve,
	agents: z.array(z.strictObject({ agent: name, clusters: z.number().min(0), curve })).max(10_000),
	operations: z.array(z.strictObject({ operation: name, curve })).max(10_000),
	pairs: z.array(z.strictObject({ agent: name, operation: name, curve })).max(100_000),
});
const file = body.extend({ digest: z.string().regex(/^[0-9a-f]{64}$/) });

/** A map as it lies in its file. */
export type ConfidenceMapFile = z.output<typeof file>;

/**
 * What an agent reports that was seen in fewer effective clusters is never taken for more than it says; nor what it reports for an
 * operation in which it was never seen.
 */
export const clustersToRaise = 5;

/** Rounded down: a map must not say more than was learned. */
const rounded = (values: readonly number[]): number[] => values.map((value) => Math.floor(value * 10_000) / 10_000);

/** Curves as a file with its digest. */
export function sealMap(
	curves: ConfidenceCurves,
	about: { readonly tenant: string | null; readonly rows: number; readonly clusters: number },
): ConfidenceMapFile {
	const content: z.output<typeof body> = {
		version: 1,
		kind: 'countersign_confidence_map',
		...about,
		knots: [...curves.knots],
		all: rounded(curves.all),
		agents: curves.agents.map((each) => ({
			...each,
			clusters: Math.floor(each.clusters * 100) / 100,
			curve: rounded(each.curve),
		})),
		operations: curves.operations.map((each) => ({ ...each, curve: rounded(each.curve) })),
		pairs: curves.pairs.map((each) => ({ ...each, curve: rounded(each.curve) })),
	};
	return { ...content, digest: digestOf(content) };
}

export type ConfidenceMapReading =
	| { readonly ok: true; readonly map: ConfidenceMapping; readonly file: ConfidenceMapFile }
	| { readonly ok: false; readonly message: string };

/** Reads a parsed map file. Code `confidence_map_invalid` stands for a refusal. */
export function parseConfidenceMap(value: unknown): ConfidenceMapReading {
	const read = file.safeParse(value);
	if (!read.success) {
		const issue = read.error.issues[0];
		const path = issue?.path.join('.') ?? '';
		return refused(
			path === 'version'
				? 'is of a version that is not read here'
				: `is no confidence map: ${path} ${issue?.message ?? ''}`.trim(),
		);
	}
	const { digest, ...content } = read.data;
	if (digestOf(content) !== digest)
		return refused('does not have the digest that it states; it was changed after it was written');
	const flaw = flawOf(content);
	return flaw === null ? { ok: true, map: mappingOf(read.data), file: read.data } : refused(flaw);
}

const refused = (message: string): ConfidenceMapReading => ({ ok: false, message });

function flawOf({ knots, all, agents, operations, pairs }: z.output<typeof body>): string | null {
	if (knots[0] !== 0 || knots.some((knot, i) => i > 0 && knot <= (knots[i - 1] as number)))
		return 'has knots that do not rise from 0';
	for (const values of [all, ...[...agents, ...operations, ...pairs].map((each) => each.curve)]) {
		if (values.length !== knots.length) return 'has a curve that does not fit its knots';
		if (values.some((each, i) => i > 0 && each < (values[i - 1] as number))) return 'has a curve that falls';
	}
	return null;
}

/** The map of a file. Asked for every action: two lookups and a search among at most a thousand knots. */
function mappingOf({ digest, tenant, knots, all, ...curves }: ConfidenceMapFile): ConfidenceMapping {
	const agents = new Map(curves.agents.map((each) => [each.agent, each]));
	const operations = new Map(curves.operations.map((each) => [each.operation, each.curve]));
	const pairs = new Map(curves.pairs.map((each) => [keyOf(each.agent, each.operation), each.curve]));
	return {
		digest,
		effective(reporter, reported) {
			if (tenant !== null && tenant !== reporter.tenant) return null;
			const agent = agents.get(reporter.agent);
			const pair = pairs.get(keyOf(reporter.agent, reporter.operation));
			const values = pair ?? joined(all, agent?.curve, operations.get(reporter.operation));
			const worth = values[lastAtMost(knots, reported)] as number;
			// Nobody gains from what others have shown, or it itself elsewhere: a name that is not known yet would else be the best to have.
			const known = pair !== undefined && agent !== undefined && agent.clusters >= clustersToRaise;
			return known ? worth : Math.min(worth, reported);
		},
	};
}

const keyOf = (agent: string, operation: string): string => `${agent}\n${operation}`;

/** The index of the last knot that is not above a value. The first knot is 0. */
export function lastAtMost(knots: readonly number[], value: number): number {
	let [low, high] = [0, knots.length - 1];
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((knots[middle] as number) <= value) low = middle;
		else high = middle - 1;
	}
	return low;
}

/** Log-odds, kept finite. */
export const logit = (probability: number): number => {
	const inside = Math.min(0.999, Math.max(0.001, probability));
	return Math.log(inside / (1 - inside));
};
export const expit = (x: number): number => 1 / (1 + Math.exp(-x));

/** The curve where an agent and an operation meet that were not seen together: both shifts, made to rise. */
export function joined(
	all: readonly number[],
	agent: readonly number[] | undefined,
	operation: readonly number[] | undefined,
): readonly number[] {
	if (agent === undefined || operation === undefined) return agent ?? operation ?? all;
	const values = all.map((each, i) => expit(logit(agent[i] as number) + logit(operation[i] as number) - logit(each)));
	return isotonic(
		values,
		values.map(() => 1),
	);
}
