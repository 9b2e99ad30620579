/** The work of `countersign audit`: histories from a file or from the store, to a file or to the checker. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { openAudit, type Report } from '../audit/audit.ts';
import { type Call, type Deed, type Head, type RecordedAction, type RecordedLine, recordedLine } from '../audit/recorded.ts';
import { changedSince, type Earlier } from '../audit/since.ts';
import type { Store } from '../store/store.ts';
import { Exit } from './exit.ts';
import { inert } from './output.ts';

/** What nobody has looked at for so long has nobody who looks, in ms. */
const graceMs = 60_000;

interface History extends Earlier {
	readonly calls: ReadonlyMap<string, readonly Call[]>;
	readonly deeds: ReadonlyMap<string, readonly Deed[]>;
	/** The head that each action stands under. */
	readonly headOf: ReadonlyMap<string, Head>;
}

/** Reads a history; refuses what is none. */
export async function readHistory(path: string): Promise<History> {
	const actions = new Map<string, RecordedAction>();
	const calls = new Map<string, Call[]>();
	const deeds = new Map<string, Deed[]>();
	const heads: Head[] = [];
	const headOf = new Map<string, Head>();
	const keep = <T extends { id: string }>(map: Map<string, T[]>, each: T): void => {
		const own = map.get(each.id);
		if (own === undefined) map.set(each.id, [each]);
		else own.push(each);
	};
	let number = 0;
	for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
		number++;
		if (text.trim() === '') continue;
		const line = lineOf(text, `${path}:${number}`);
		// A file of several runs holds what each holds.
		if (line.kind === 'head') heads.push(line);
		else if (line.kind === 'action') {
			actions.set(line.id, line);
			const over = heads.at(-1);
			if (over !== undefined) headOf.set(line.id, over);
		} else if (line.kind === 'call') keep(calls, line);
		else keep(deeds, line);
	}
	const last = heads.at(-1);
	if (last === undefined)
		throw new Exit('invalid', `${path} is no history: it has no line of kind \`head\``, { code: 'record_unreadable' });
	return { head: { ...last, deeds: heads.every((head) => head.deeds) }, actions, calls, deeds, headOf };
}

function lineOf(text: string, where: string): RecordedLine {
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		throw new Exit('invalid', `${where} is not JSON`, { code: 'record_unreadable' });
	}
	const read = recordedLine.safeParse(parsed);
	if (read.success) return read.data;
	const [issue] = read.error.issues;
	throw new Exit('invalid', `${where}: ${inert(issue?.path.join('.') ?? '', 60)}: ${issue?.message}`, {
		code: 'record_unreadable',
	});
}

/** Every action of the store, each once. */
export async function* recordedIn(store: Store): AsyncGenerator<RecordedAction> {
	const seen = new Set<string>();
	for await (const batch of store.audit.everything())
		for (const { id, due, version, history, ...rest } of batch) {
			if (seen.has(id)) continue;
			seen.add(id);
			yield {
				kind: 'action',
				id,
				...rest,
				version: version === null ? null : Number(version),
				dueAt: due === null ? null : Number(due),
				history: [...history],
			};
		}
}

/** Checks a file. */
export async function verifyFile(path: string, earlier: Earlier | null, keepMs: number): Promise<Report> {
	const { head, actions, calls, deeds, headOf } = await readHistory(path);
	const audit = openAudit({ now: head.takenAt, graceMs });
	const absent = { kind: 'action', state: null, version: null, payloadDigest: null, chain: null, dueAt: null } as const;
	const ids = new Set([...actions.keys(), ...deeds.keys()]);
	for (const [id, own] of calls) if (own.some(({ told }) => told?.what === 'acknowledged')) ids.add(id);
	for (const id of ids) {
		const clockMovedAt = headOf.get(id)?.clockMovedAt;
		const own = {
			calls: calls.get(id) ?? [],
			deeds: head.deeds ? (deeds.get(id) ?? []) : null,
			...(clockMovedAt !== undefined && { clockMovedAt }),
		};
		audit.add(actions.get(id) ?? { ...absent, id, history: [] }, own);
	}
	for (const id of earlier?.actions.keys() ?? []) {
		const finding = changedSince(earlier as Earlier, id, { now: actions.get(id) ?? null, at: head.takenAt, keepMs });
		if (finding !== null) audit.find(finding);
	}
	return audit.report();
}

/** Checks the store as it is now. */
export async function verifyStore(store: Store, earlier: Earlier | null): Promise<Report> {
	const at = await store.now();
	const audit = openAudit({ now: at, graceMs });
	const { keepMs } = store.settings;
	const left = new Set(earlier?.actions.keys());
	const compare = (id: string, now: RecordedAction | null): void => {
		const finding = earlier && changedSince(earlier, id, { now, at, keepMs });
		if (finding) audit.find(finding);
	};
	for await (const action of recordedIn(store)) {
		audit.add(action);
		left.delete(action.id);
		compare(action.id, action);
	}
	for (const id of left) compare(id, null);
	return audit.report();
}
