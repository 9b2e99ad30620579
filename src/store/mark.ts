/**
 * Whether Redis is where we left it. Every change has a number; a process that has seen a higher one than is stored knows that
 * acknowledged changes are gone, and holds everything that would run until a person has looked. The same hold serves a person
 * who pauses the system.
 */
import type { Redis } from 'ioredis';
import { newId } from '../domain/ids.ts';
import type { Keys } from './keys.ts';
import { scriptNamed } from './script.ts';

/** Why nothing runs. */
export interface Hold {
	/** `storage_rewound`: acknowledged changes are gone. `paused`: a person wants it so, or a backup was restored. */
	readonly code: 'storage_rewound' | 'paused';
	readonly at: number;
	readonly by?: string;
	readonly because?: string;
}

export interface MarkState {
	/** Changes that are stored. */
	readonly seq: number;
	readonly hold: Hold | null;
	/** The highest number that anybody has seen, where it is more than was stored then; else 0. */
	readonly expected: number;
	/** How many acknowledged changes were found missing, and nobody has looked at it yet. */
	readonly missing: number;
	/** When a person last lifted a hold after changes were lost: what is older may have run without Redis knowing. */
	readonly liftedAt: number | null;
	/** Id of the installation, kept with its data. */
	readonly instance: string;
	readonly now: number;
}

/** What one process knows: shared by all its connections, and kept in a file by those that have one. */
export interface Sequence {
	/** The highest number that was acknowledged to this process, or to an earlier one that kept it. */
	known(): number;
	/** Takes note of a number. */
	note(seq: number): void;
}

export interface MarkStore {
	readonly sequence: Sequence;
	/** What was stored when an answer came; `known` as it was when the question was sent. */
	saw(seq: number, known: number): void;
	/** Looks, and holds everything where Redis has gone back. */
	check(): Promise<MarkState>;
	/** Holds everything that would run. A hold that is there stays. */
	hold(because: string, by: string): Promise<void>;
	/** Lets things run again, and keeps who said so; after a loss, executions of older actions ask the journal first, for `cautiousMs`. */
	lift(lifting: { readonly by: string; readonly because: string; readonly cautiousMs: number }): Promise<void>;
}

/** A sequence of which nothing is known yet; `keep` is told of every higher number. */
export function newSequence(keep: (seq: number) => void = () => undefined): Sequence {
	let highest = 0;
	return {
		known: () => highest,
		note(seq) {
			if (seq <= highest) return;
			highest = seq;
			keep(seq);
		},
	};
}

export function markOn(redis: Redis, keys: Keys, settings: { devClock: boolean; sequence: Sequence }): MarkStore {
	const script = scriptNamed('mark');
	const { sequence } = settings;
	const check = async (): Promise<MarkState> => {
		const args = [sequence.known(), newId('exe').slice(4), settings.devClock ? '1' : ''];
		const answer = (await script.run(redis, [keys.mark, keys.clockOffset], args)) as [number, ...string[]];
		const [seq, hold, expected, missing, liftedAt, instance, now] = answer;
		sequence.note(Number(seq));
		return {
			seq: Number(seq),
			hold: hold ? (JSON.parse(hold) as Hold) : null,
			expected: Number(expected),
			missing: Number(missing),
			liftedAt: liftedAt ? Number(liftedAt) : null,
			instance: String(instance),
			now: Number(now),
		};
	};
	return {
		sequence,
		saw(seq, known) {
			sequence.note(seq);
			// The hold must stand for every process, soon: whoever has not seen the higher number would go on.
			if (seq < known) check().catch(() => undefined);
		},
		check,
		async hold(because, by) {
			const hold: Hold = { code: 'paused', at: (await check()).now, by, because };
			await redis.hsetnx(keys.mark, 'hold', JSON.stringify(hold));
		},
		async lift({ by, because, cautiousMs }) {
			const { seq, expected, missing, now } = await check();
			const lifting = redis.multi();
			// Raised above what was seen: the numbers that are missing must not be given out a second time.
			if (expected > seq) lifting.hincrby(keys.mark, 'seq', expected - seq);
			if (missing > 0) lifting.hset(keys.mark, 'lifted', now + cautiousMs, 'liftedAt', now);
			lifting.hset(keys.mark, 'lastLift', JSON.stringify({ at: now, by, because }));
			await lifting.hdel(keys.mark, 'hold', 'expected', 'missing').exec();
		},
	};
}
