/**
 * Messages that wait: for quiet hours to end, for a shift to begin, or to be gathered into one with others. Each person has a
 * box for each channel; a box goes out as a whole, at the earliest instant that one of its messages asks for.
 */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.ts';
import { scriptNamed } from './script.ts';

/** Where a message waits. */
export interface Box {
	readonly reviewer: string;
	readonly channel: 'email' | 'sms' | 'slack';
}

/** A message that waits, by what it is about; rendered when it goes out. */
export interface HeldMessage {
	readonly kind: 'review' | 'case';
	readonly id: string;
	readonly revision: number;
	readonly tier: number;
}

export interface HeldMessages {
	/** Puts a message into a box that goes out at `at` or before; the same message twice is one, at the earlier instant. */
	hold(box: Box, message: HeldMessage, at: number): Promise<void>;
	/** The boxes that are due, leased for `leaseMs`. */
	take(limit: number, leaseMs: number): Promise<{ now: number; boxes: Box[] }>;
	messages(box: Box): Promise<HeldMessage[]>;
	/** These have been dealt with. */
	done(box: Box, messages: readonly HeldMessage[]): Promise<void>;
	/** When the box goes out, or null where it is empty. */
	goesOutAt(box: Box): Promise<number | null>;
	/** When the next box goes out, or null. */
	next(): Promise<number | null>;
}

const channels: readonly string[] = ['email', 'sms', 'slack'] satisfies Box['channel'][];
const boxText = ({ reviewer, channel }: Box): string => `${channel}/${reviewer}`;
const messageText = ({ kind, id, revision, tier }: HeldMessage): string => `${kind}/${id}/${revision}/${tier}`;

function boxOf(text: string): Box | null {
	const slash = text.indexOf('/');
	const channel = text.slice(0, slash);
	return channels.includes(channel) ? { channel: channel as Box['channel'], reviewer: text.slice(slash + 1) } : null;
}

function messageOf(text: string): HeldMessage | null {
	const [kind, id = '', revision, tier] = text.split('/');
	return kind === 'review' || kind === 'case' ? { kind, id, revision: Number(revision), tier: Number(tier) } : null;
}

export function heldMessagesOn(redis: Redis, keys: Keys, settings: { devClock: boolean }): HeldMessages {
	const takeScript = scriptNamed('held-take');
	const doneScript = scriptNamed('held-done');
	const boxes = keys.people('held');
	const inside = (box: Box): string => keys.people('held', boxText(box));
	return {
		async hold(box, message, at) {
			const instant = String(Math.ceil(at));
			await redis.multi().zadd(inside(box), 'LT', instant, messageText(message)).zadd(boxes, 'LT', instant, boxText(box)).exec();
		},
		async take(limit, leaseMs) {
			const [now, ...found] = (await takeScript.run(
				redis,
				[boxes, keys.clockOffset],
				[settings.devClock ? '1' : '', limit, leaseMs],
			)) as [string, ...string[]];
			return { now: Number(now), boxes: found.map(boxOf).filter((box) => box !== null) };
		},
		async messages(box) {
			return (await redis.zrange(inside(box), '0', '-1')).map(messageOf).filter((message) => message !== null);
		},
		async done(box, messages) {
			await doneScript.run(redis, [boxes, inside(box)], [boxText(box), ...messages.map(messageText)]);
		},
		async goesOutAt(box) {
			const score = await redis.zscore(boxes, boxText(box));
			return score === null ? null : Number(score);
		},
		async next() {
			const [, score] = await redis.zrange(boxes, '0', '0', 'WITHSCORES');
			return score === undefined ? null : Number(score);
		},
	};
}
