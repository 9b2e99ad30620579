/** The requests that a number was sent codes for and that still wait, and which of them a bare letter may mean. */
import type { Action } from '../domain/action.ts';
import type { Engine } from '../engine/engine.ts';
import type { Coded, LastText } from '../store/codes.ts';

/** A request that waits for an answer from a number. */
export interface OpenRequest {
	readonly code: string;
	readonly coded: Coded;
	readonly action: Action;
	/** When its code last went out, in ms since the epoch. */
	readonly at: number;
}

/** Whether an answer from this person would still count. */
function isOpen(action: Action, coded: Coded, now: number): boolean {
	if (action.state !== 'in_review' || action.revision !== coded.revision) return false;
	if (action.deadlineAt !== null && now >= action.deadlineAt) return false;
	return !action.replies.some((reply) => reply.reviewer === coded.reviewer);
}

/** What waits for an answer from `reviewer` at this number, oldest first. */
export async function openRequests({ store }: Engine, phone: string, reviewer: string): Promise<OpenRequest[]> {
	const [sent, now] = await Promise.all([store.codes.recent(phone), store.now()]);
	const found = await Promise.all(
		sent.map(async ({ code, at }): Promise<OpenRequest | null> => {
			const coded = await store.codes.find(phone, code);
			if (coded === null || coded.reviewer !== reviewer) return null;
			const action = await store.actions.get(coded.actionId);
			return action !== null && isOpen(action, coded, now) ? { code, coded, action, at } : null;
		}),
	);
	return found.filter((request) => request !== null);
}

/** How long after its message a bare letter still means it, in ms. */
const freshMs = 30 * 60_000;
/** Risk classes that a bare letter may decide; everything that moves money or is hard to undo needs the code. */
const lowRisk: ReadonlySet<string> = new Set(['read_only', 'low_risk_write']);

/**
 * The request that a letter without a code means, or null where it could mean another one (R-K3): the only one that is open, the
 * only one in the last message, sent less than half an hour ago, and of low risk. Pure.
 */
export function bareRequest(open: readonly OpenRequest[], last: LastText | null, now: number): OpenRequest | null {
	const [only] = open;
	if (only === undefined || open.length > 1 || last === null) return null;
	if (last.codes.length !== 1 || last.codes[0] !== only.code || now - last.at >= freshMs) return null;
	return lowRisk.has(only.action.verdict?.riskClass ?? '') ? only : null;
}
