/**
 * Watches Redis from each process: whether it is where we left it, how much room it has, how far its clock is from ours. What it
 * finds is said in the log once, and by every probe for as long as it lasts.
 */
import type { Logger } from 'pino';
import type { Problem } from '../domain/errors.ts';
import { isShort, type Memory } from '../domain/memory.ts';
import type { Journal } from '../journal/journal.ts';
import type { MarkState } from '../store/mark.ts';
import type { Store } from '../store/store.ts';

/** How often it looks, in ms. */
const lookEveryMs = 1_000;
/** Signatures are judged by our own clock: from this difference on somebody should be told, in ms. */
const skewMs = 30_000;

export interface StorageWatch {
	/** Looks now, and from now on. */
	start(): Promise<void>;
	/** Looks once. */
	look(): Promise<void>;
	/** What is amiss. */
	alerts(): readonly Problem[];
	/** Whether new actions must be refused for want of room. */
	isFull(): boolean;
	close(): Promise<void>;
}

export interface WatchParts {
	readonly store: Store;
	readonly log: Logger;
	readonly journal?: Journal;
}

interface Seen {
	readonly mark: MarkState;
	readonly memory: Memory | null;
	/** By how much our clock is ahead, in ms. */
	readonly aheadMs: number;
}

export function watchStorage({ store, log, journal }: WatchParts): StorageWatch {
	let seen: Seen | null = null;
	let told: readonly string[] = [];
	let timer: NodeJS.Timeout | null = null;
	let adopted: string | null = null;
	/** What an earlier process saw counts as seen by us. */
	const adopt = async (): Promise<void> => {
		if (journal === undefined || adopted !== null) return;
		const { instance } = await store.mark.check();
		adopted = instance;
		store.mark.sequence.note(journal.adopt(instance));
	};
	const tell = (): void => {
		const alerts = problemsOf(seen, journal);
		for (const { code, message } of alerts) if (!told.includes(code)) log.error({ code }, `alert: ${message}`);
		for (const code of told) if (!alerts.some((each) => each.code === code)) log.info({ code }, 'over');
		told = alerts.map(({ code }) => code);
	};
	const look = async (): Promise<void> => {
		await adopt();
		const before = Date.now();
		const [mark, memory, time] = await Promise.all([store.mark.check(), store.memory(), store.realTime()]);
		seen = { mark, memory, aheadMs: (before + Date.now()) / 2 - time };
		journal?.keep(store.mark.sequence.known());
		tell();
	};
	return {
		look,
		async start() {
			await look();
			timer ??= setInterval(() => look().catch((error: unknown) => log.debug({ err: error }, 'storage')), lookEveryMs).unref();
		},
		alerts: () => problemsOf(seen, journal),
		isFull: () => isShort(seen?.memory ?? null),
		async close() {
			if (timer !== null) clearInterval(timer);
			await journal?.close();
		},
	};
}

function problemsOf(seen: Seen | null, journal: Journal | undefined): Problem[] {
	const found: Problem[] = [];
	const journalProblem = journal?.problem() ?? null;
	if (journalProblem !== null)
		found.push({ code: 'journal_unwritable', message: `the journal cannot be written: ${journalProblem.slice(0, 100)}` });
	if (seen === null) return found;
	const { mark, memory, aheadMs } = seen;
	if (mark.hold !== null) found.push(holdProblem(mark));
	if (isShort(memory) && memory !== null)
		found.push({
			code: 'storage_full',
			message: `Redis uses ${Math.round((100 * memory.used) / memory.most)} % of its maxmemory: new actions are refused, decisions go on; give it more`,
		});
	if (Math.abs(aheadMs) > skewMs)
		found.push({
			code: 'clock_skew',
			message: `this machine's clock is ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} that of Redis: mend it; deadlines follow Redis`,
		});
	return found;
}

/** What a hold means, and who lifts it how. */
export function holdProblem({ hold, missing }: MarkState): Problem {
	if (hold?.code === 'storage_rewound')
		return {
			code: 'storage_rewound',
			message: `Redis has gone back in time, ${missing} acknowledged ${missing === 1 ? 'change is' : 'changes are'} missing: nothing is run until a person has looked (\`countersign resume\`)`,
		};
	return {
		code: 'held',
		message: `paused${hold?.by === undefined ? '' : ` by ${hold.by.slice(0, 60)}`}: ${(hold?.because ?? 'no reason given').slice(0, 100)}; \`countersign resume\` goes on`,
	};
}
