/** What differs between two versions of an action, as a person reads it. Pure. */
import { showLine } from '../channels/untrusted.ts';
import type { Proposal } from '../domain/action.ts';
import { type Money, toDecimal } from '../domain/money.ts';

/** One line of what changes; null: it is not there. `path` is empty for the amount. */
export interface Difference {
	readonly path: string;
	readonly before: string | null;
	readonly after: string | null;
}

type Version = Pick<Proposal, 'arguments' | 'amount'>;

/** What differs, amount first, every leaf of it. */
export function differences(before: Version, after: Version): Difference[] {
	const found: Difference[] = [];
	const [was, is] = [moneyText(before.amount), moneyText(after.amount)];
	if (was !== is) found.push({ path: '', before: was, after: is });
	const [old, now] = [leaves(before.arguments), leaves(after.arguments)];
	for (const path of new Set([...old.keys(), ...now.keys()])) {
		const [one, other] = [old.get(path) ?? null, now.get(path) ?? null];
		if (one !== other) found.push({ path: showLine(path, 120), before: shown(one), after: shown(other) });
	}
	return found;
}

const moneyText = (money: Money | undefined): string | null =>
	money === undefined ? null : `${money.currency} ${toDecimal(money)}`;
const shown = (text: string | null): string | null => (text === null ? null : showLine(text, 2000));

function leaves(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
	const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
	if (entries.length === 0) found.set(path, JSON.stringify(value));
	for (const [key, inner] of entries)
		leaves(inner, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, found);
	return found;
}

/** How much of an edit its history keeps: enough to see what was changed, too little to be a second copy. */
const keptAtMost = { lines: 40, text: 300 } as const;

/** The differences as a history keeps them. */
export const keptDifferences = (found: readonly Difference[]): Difference[] =>
	found.slice(0, keptAtMost.lines).map(({ path, before, after }) => ({
		path,
		before: before === null ? null : showLine(before, keptAtMost.text),
		after: after === null ? null : showLine(after, keptAtMost.text),
	}));

/** The differences that the detail of a history's entry holds; none where it is no edit, or one of an older version. */
export function differencesIn(detail: unknown): readonly Difference[] {
	if (typeof detail !== 'object' || detail === null || !('changes' in detail) || !Array.isArray(detail.changes)) return [];
	return detail.changes as Difference[];
}
