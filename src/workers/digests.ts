/** Sends what people should know but need not act on: one message with the lines that have gathered, at each reader's own time. */
import type { Action } from '../domain/action.ts';
import { isEnd } from '../domain/lifecycle.ts';
import { digestDue } from '../policy/digest-times.ts';
import { type DigestReader, digestReaders } from '../policy/reviewers.ts';
import type { WorkerDeps } from './deps.ts';

/** Lines that are looked at, or sent, at once. */
const mostLines = 500;

/** Sends the digests that are due. */
export const sendDueDigests = (deps: WorkerDeps): Promise<void> => send(deps, true);

/** Sends every line that has gathered, whatever the time: for a console that somebody watches. */
export const sendDigests = (deps: WorkerDeps): Promise<void> => send(deps, false);

async function send(deps: WorkerDeps, whenDue: boolean): Promise<void> {
	const { store, policy } = deps.engine;
	const readers = new Map<string, DigestReader[]>();
	// The inbox shows what ran by itself.
	for (const reader of digestReaders(policy()).filter(({ channel }) => channel !== 'inbox'))
		readers.set(reader.reviewer, [...(readers.get(reader.reviewer) ?? []), reader]);
	await giveLines(deps, [...readers.keys()]);
	for (const [reviewer, channels] of readers) {
		const waitingSince = await store.digestLines.waitingSince(reviewer);
		if (waitingSince === null) continue;
		if (whenDue && !digestDue(policy(), reviewer, { now: await store.now(), waitingSince })) continue;
		await sendTo(deps, reviewer, channels);
	}
}

/** Actions that have ended become lines of their readers; the others wait. Without readers, they are lines of the log. */
async function giveLines({ engine }: WorkerDeps, readers: readonly string[]): Promise<void> {
	const { store, log, policy } = engine;
	const ids = await store.digestLines.fresh(mostLines);
	const actions = await store.actions.getAll(ids);
	const ended = actions.filter((action) => isEnd(action.state) || action.state === 'outcome_unknown');
	if (policy().document.notify_digest === false) for (const action of ended) log.info(lineOf(action), 'ran, for information');
	const found = new Set(actions.map((action) => action.id));
	await store.digestLines.give(
		ended.map((action) => action.id),
		readers,
	);
	await store.digestLines.give(
		ids.filter((id) => !found.has(id)),
		[],
	);
}

const lineOf = ({ id, state, proposal }: Action) => ({
	id,
	state,
	operation: proposal.operation,
	amount: proposal.amount ?? null,
});

async function sendTo(deps: WorkerDeps, reviewer: string, channels: readonly DigestReader[]): Promise<void> {
	const { store, queues } = deps.engine;
	const ids = await store.digestLines.of(reviewer, mostLines);
	const [first] = ids;
	if (first === undefined) return;
	// Asked for before the lines are taken away: a crash in between asks again, under the same ids.
	for (const { channel } of channels) {
		if (channel === 'inbox') continue;
		const key = ['digest', first, ids.at(-1), ids.length, encodeURIComponent(reviewer).replaceAll('%', '~'), channel].join('.');
		await queues.deliver(key, { kind: 'digest', ids, reviewer, channel });
	}
	await store.digestLines.sent(reviewer, ids);
	deps.signal('digest_sent', first);
}
