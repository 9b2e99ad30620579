/**
 * Memory of similar cases: which actions are similar, and what the examples among them weigh. An approval counts once for each
 * conversation, fades, and no one person or agent can make up most of the weight; a rejection always counts. Pure.
 */
import type { Proposal } from '../domain/action.ts';
import { digestOf } from '../domain/digest.ts';
import type { SimilarFact } from '../domain/facts.ts';

/** How to remember; policy's section `memory`. Durations in ms. */
export interface MemorySettings {
	readonly features: readonly string[];
	readonly same_agent: boolean;
	readonly at_least: { readonly people: number; readonly clusters: number };
	readonly one_source: number;
	readonly half_life: number;
}

/** One person's word about one conversation or end user. */
export interface Example {
	readonly person: string;
	readonly agent: string;
	readonly cluster: string;
	readonly at: number;
}

/** The examples of one cell. */
export interface Remembered {
	readonly approved: readonly Example[];
	readonly rejected: readonly Example[];
}

/** Band of an amount in minor units: 1, 2 and 5 times the powers of ten. */
export function amountBand(minor: number | null): string {
	if (minor === null) return 'none';
	const size = Math.abs(minor);
	if (size < 1) return '0';
	const power = 10 ** Math.floor(Math.log10(size) + 1e-12);
	const step = size >= 5 * power ? 5 : size >= 2 * power ? 2 : 1;
	return `${step * power}`;
}

/** Name of the cell in which an action's similar ones are: the same operation, agent, band of the amount, and named features. */
export function cellOf(proposal: Proposal, minor: number | null, { same_agent, features }: MemorySettings): string {
	const values = features.map((path) => [path, valueAt(proposal, path)]);
	return digestOf([
		proposal.tenant,
		proposal.operation,
		same_agent ? proposal.agent : null,
		amountBand(minor),
		Object.fromEntries(values),
	]);
}

function valueAt(proposal: Proposal, path: string): unknown {
	let value: unknown = proposal;
	for (const step of path.split('.')) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return null;
		value = (value as Record<string, unknown>)[step];
	}
	return value;
}

/** What the examples of a cell weigh at an instant. */
export function weigh({ approved, rejected }: Remembered, now: number, settings: MemorySettings): SimilarFact {
	const fading = (at: number): number => 2 ** (-Math.max(0, now - at) / settings.half_life);
	const clusters = new Map<string, Example[]>();
	for (const example of approved) clusters.set(example.cluster, [...(clusters.get(example.cluster) ?? []), example]);
	const byPerson = new Map<string, number>();
	const byAgent = new Map<string, number>();
	for (const examples of clusters.values()) {
		const weight = Math.max(...examples.map(({ at }) => fading(at)));
		share(
			byPerson,
			examples.map(({ person }) => person),
			weight,
		);
		share(
			byAgent,
			examples.map(({ agent }) => agent),
			weight,
		);
	}
	// Both from approvals alone: a rejection must not be what makes them enough, nor what makes room under a cap.
	const enough = byPerson.size >= settings.at_least.people && clusters.size >= settings.at_least.clusters;
	const weights = [capped(byPerson, settings.one_source)];
	if (!settings.same_agent) weights.push(capped(byAgent, settings.one_source));
	return {
		approved: clusters.size,
		rejected: new Set(rejected.map(({ cluster }) => cluster)).size,
		for: enough ? Math.min(...weights) : 0,
		against: rejected.reduce((sum, { at }) => sum + fading(at), 0),
	};
}

/** Divides a weight evenly among its sources. */
function share(weights: Map<string, number>, sources: readonly string[], weight: number): void {
	const different = [...new Set(sources)];
	for (const source of different) weights.set(source, (weights.get(source) ?? 0) + weight / different.length);
}

/** The sum, of which the largest source makes up `most` at most. `most` is a half or more, so only the largest can be above it. */
function capped(weights: ReadonlyMap<string, number>, most: number): number {
	const largest = Math.max(0, ...weights.values());
	const others = [...weights.values()].reduce((sum, weight) => sum + weight, 0) - largest;
	return others + Math.min(largest, (most / (1 - most)) * others);
}
