/** The store's one write in memory, by the words of transition.lua, under a clock of its own. Facts about the past are left out: they bear on verdicts only. */
import { hash } from 'node:crypto';
import type { RecordedAction } from '../../src/audit/recorded.ts';
import type { Action } from '../../src/domain/action.ts';
import { type Effect, isEnd, row, type State } from '../../src/domain/lifecycle.ts';
import type { Decision } from '../../src/domain/review.ts';
import { actionOf, fieldText } from '../../src/store/record.ts';
import type { Change, OutboxEntry, Refusal, TransitionResult } from '../../src/store/transition.ts';

type Record_ = Record<string, string>;

export interface Memory {
	/** Makes a change at `now`. */
	transition(change: Change, now: number): TransitionResult;
	get(id: string): Action | null;
	historyOf(id: string): readonly string[];
	/** Ids by when somebody must look. */
	readonly due: Map<string, number>;
	/** Follow-ups by when they were written. */
	readonly outbox: Map<string, { readonly entry: OutboxEntry; readonly at: number }>;
	recorded(): RecordedAction[];
}

/** `fenced` false: a planted bug, which decides on what was read before. */
export function memoryStore(fenced = true): Memory {
	const records = new Map<string, Record_>();
	const histories = new Map<string, string[]>();
	const due = new Map<string, number>();
	const outbox: Memory['outbox'] = new Map();

	const refusal = (record: Record_ | undefined, change: Change, now: number): Refusal | null => {
		if (change.create !== undefined) return record === undefined ? null : 'exists';
		if (record === undefined) return 'missing';
		const deadlineAt = record.deadlineAt === undefined ? null : Number(record.deadlineAt);
		if (change.revision !== undefined && change.revision !== Number(record.revision ?? 1)) return 'revision';
		const [first] = change.steps;
		if (fenced && !(first.event !== 'received' && (row(first.event).from as readonly string[]).includes(record.state as string)))
			return 'state';
		if (change.arm !== undefined && change.arm !== record.armId) return 'arm';
		if (change.token !== undefined && change.token !== record.token) return 'token';
		if (deadlineAt !== null && change.deadline === 'before' && now >= deadlineAt) return 'too_late';
		if (deadlineAt !== null && change.deadline === 'after' && now < deadlineAt) return 'too_early';
		if (fenced && change.version !== undefined && change.version !== Number(record.version)) return 'version';
		if (change.bound && record.payloadDigest !== record.decisionDigest) return 'unbound';
		return null;
	};
	return {
		due,
		outbox,
		transition(change, now) {
			const { id } = change;
			const before = records.get(id);
			const why = refusal(before, change, now);
			if (why !== null) return refused(before, change, { why, now });
			const record: Record_ = { createdAt: String(now), ...before };
			const last = change.steps.at(-1) as Change['steps'][number];
			const to: State = last.event === 'received' ? 'received' : row(last.event).to;
			const version = Number(before?.version ?? 0);
			const put = (field: string, value: unknown): void => {
				record[field] = typeof value === 'string' ? value : JSON.stringify(value);
			};
			Object.assign(record, { state: to, updatedAt: String(now), version: String(version + change.steps.length) });
			for (const [field, value] of Object.entries(change.set ?? {})) record[field] = fieldText(value);
			const body = change.create ?? change.body;
			if (body !== undefined) put('body', body);
			const stamped = { ...change.decision, at: now } as Decision;
			if (change.decision !== undefined) put('decision', stamped);
			if (change.decision?.event === 'edited') put('edit', stamped);
			if (change.outcome !== undefined) put('outcome', { ...change.outcome, at: now });
			const deadlineAt = instant(change.deadlineAt, now);
			let dueAt = instant(change.due, now);
			if (deadlineAt !== null) record.deadlineAt = String(deadlineAt);
			if (dueAt !== null && deadlineAt !== null) dueAt = Math.min(dueAt, deadlineAt);
			if (dueAt !== null) record.dueAt = String(dueAt);
			for (const field of [...(change.drop ?? []), ...(isEnd(to) ? ['dueAt', 'deadlineAt', 'armId'] : [])]) delete record[field];
			const history = histories.get(id) ?? [];
			for (const [i, step] of change.steps.entries()) {
				const final = i === change.steps.length - 1;
				const entry = JSON.stringify({
					at: now,
					version: version + i + 1,
					...(final && deadlineAt !== null && { deadlineAt }),
					event: step.event,
					to: step.event === 'received' ? 'received' : row(step.event).to,
					by: step.by,
					detail: step.detail,
					digest: step.digest ?? (final ? change.decision?.payloadDigest : undefined),
				});
				history.push(entry);
				record.chain = hash('sha1', (record.chain ?? '') + entry, 'hex');
			}
			histories.set(id, history);
			records.set(id, record);
			if (dueAt !== null) due.set(id, dueAt);
			else if (isEnd(to)) due.delete(id);
			const effects: readonly Effect[] = last.event === 'received' ? ['classify'] : row(last.event).effects;
			const entries = effects
				.filter((effect) => !change.without?.includes(effect))
				.map((effect): OutboxEntry => ({ event: last.event, effect, id, version: Number(record.version) }));
			for (const entry of entries) outbox.set(JSON.stringify(entry), { entry, at: now });
			return { ok: true, state: to, version: Number(record.version), at: now, outbox: entries };
		},
		get(id) {
			const record = records.get(id);
			return record === undefined ? null : actionOf(id, record, record.verdict === undefined ? null : JSON.parse(record.verdict));
		},
		historyOf: (id) => histories.get(id) ?? [],
		recorded: () =>
			[...records].map(([id, record]) => ({
				kind: 'action',
				id,
				state: record.state ?? null,
				version: Number(record.version),
				payloadDigest: record.payloadDigest ?? null,
				chain: record.chain ?? null,
				dueAt: due.get(id) ?? null,
				history: histories.get(id) ?? [],
			})),
	};
}

function instant(given: Change['due'], now: number): number | null {
	if (given === undefined) return null;
	const at = Math.min(
		given.at ?? Number.POSITIVE_INFINITY,
		given.inMs === undefined ? Number.POSITIVE_INFINITY : now + given.inMs,
	);
	return Number.isFinite(at) ? Math.round(at) : null;
}

function refused(record: Record_ | undefined, change: Change, { why, now }: { why: Refusal; now: number }): TransitionResult {
	const revision = Number(record?.revision ?? 1);
	const stale = change.revision !== undefined && change.revision < revision && record?.edit !== undefined;
	const winner = stale ? record?.edit : record?.decision;
	return {
		ok: false,
		why,
		state: (record?.state as State | undefined) ?? null,
		version: Number(record?.version ?? 0),
		revision,
		winner: winner === undefined ? null : (JSON.parse(winner) as Decision),
		deadlineAt: record?.deadlineAt === undefined ? null : Number(record.deadlineAt),
		at: now,
	};
}
