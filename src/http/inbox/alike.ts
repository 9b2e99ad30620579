/** Actions that look alike: the same operation by the same agent for the same reason. They can be decided together. Pure. */
import { createHash } from 'node:crypto';
import { formatMoney, type Money } from '../../domain/money.ts';
import type { Pending } from './pending.ts';

export interface Alike {
	/** Names the group in an address. */
	readonly key: string;
	readonly members: readonly Pending[];
	/** Their sum, by currency. */
	readonly sums: readonly Money[];
}

/** Fewer than this are no group. */
const fewest = 3;

/** The key of the group that an entry belongs to. */
export const alikeKey = ({ facts, agent, rule }: Pending): string =>
	createHash('sha256')
		.update(JSON.stringify([facts.operation, agent, rule]))
		.digest('base64url')
		.slice(0, 16);

/** By the list they were found in, which is another object after every change. */
const known = new WeakMap<readonly Pending[], Alike[]>();

/** The groups among entries that are reviewed, the largest first; members keep the order given. */
export function alikeGroups(entries: readonly Pending[]): readonly Alike[] {
	const before = known.get(entries);
	if (before !== undefined) return before;
	const found = groupsIn(entries);
	known.set(entries, found);
	return found;
}

function groupsIn(entries: readonly Pending[]): Alike[] {
	const groups = new Map<string, Pending[]>();
	for (const entry of entries) {
		if (entry.state !== 'in_review') continue;
		const name = JSON.stringify([entry.facts.operation, entry.agent, entry.rule]);
		const known = groups.get(name);
		if (known === undefined) groups.set(name, [entry]);
		else known.push(entry);
	}
	return [...groups.values()]
		.filter((members) => members.length >= fewest)
		.sort((a, b) => b.length - a.length)
		.map((members) => ({ key: alikeKey(members[0] as Pending), members, sums: sumsOf(members) }));
}

/** Sums of what entries would move, by currency; exact, because minor units are integers and are added as such. */
export function sumsOf(entries: readonly Pick<Pending, 'facts'>[]): Money[] {
	const sums = new Map<string, bigint>();
	for (const { facts } of entries) {
		if (facts.amount === undefined) continue;
		sums.set(facts.amount.currency, (sums.get(facts.amount.currency) ?? 0n) + BigInt(facts.amount.minor));
	}
	return [...sums].map(([currency, minor]) => ({ currency, minor: Number(minor) }));
}

/** `USD 1,240.00 + EUR 20.00`. */
export const sumText = (sums: readonly Money[]): string => sums.map(formatMoney).join(' + ');
