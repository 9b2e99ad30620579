/** The store: everything that is true about actions, in Redis. Jobs are only wake-ups; this is what they wake up to. */
import type { Redis } from 'ioredis';
import { type Memory, memoryIn } from '../domain/memory.ts';
import { type ActionStore, actionsOn } from './actions.ts';
import { type AuditReader, auditOn } from './audit.ts';
import { type Backlog, backlogOn } from './backlog.ts';
import { type CodeStore, codesOn } from './codes.ts';
import { type CopyStore, copiesOn } from './copies.ts';
import { type DeadAddresses, deadAddressesOn } from './dead-addresses.ts';
import { type DeliveryStore, deliveriesOn } from './deliveries.ts';
import { type DigestLines, digestLinesOn } from './digest-lines.ts';
import { type DueIndex, dueOn } from './due.ts';
import { type FactStore, factsOn } from './facts.ts';
import { type Gathering, gatheringOn } from './gathering.ts';
import { type HeldMessages, heldMessagesOn } from './held-messages.ts';
import { type InboundStore, inboundOn } from './inbound.ts';
import { type Keys, keysOf } from './keys.ts';
import { type KnownBrowsers, knownBrowsersOn } from './known-browsers.ts';
import { type LearningStore, learningOn } from './learning.ts';
import { type Limits, limitsOn } from './limits.ts';
import { type LinkStore, linksOn } from './links.ts';
import { type MarkStore, markOn, newSequence, type Sequence } from './mark.ts';
import { type Outbox, outboxOn } from './outbox.ts';
import { type PhoneStore, phonesOn } from './phones.ts';
import { type PolicyWatch, policyWatchOn } from './policy-watch.ts';
import { type Quarantine, quarantineOn } from './quarantine.ts';
import { type ReplyTokenStore, replyTokensOn } from './reply-tokens.ts';
import { type ReportStore, reportsOn } from './reports.ts';
import { type ReviewerLoad, reviewerLoadOn } from './reviewer-load.ts';
import { type SessionStore, sessionsOn } from './sessions.ts';
import { type StepUpStore, stepUpsOn } from './step-ups.ts';
import { termsOn } from './terms.ts';
import { type TextStore, textsOn } from './texts.ts';
import { type Transition, transitionOn } from './transition.ts';
import { type WorkerRegister, workersOn } from './workers.ts';

export interface StoreSettings {
	/** Hash-tagged prefix shared with the queues, such as `{countersign}`. */
	readonly prefix: string;
	/** How long an ended action stays readable, in ms. */
	readonly keepMs: number;
	/** Honour the clock offset: development and tests only; production ignores the key whatever it holds. */
	readonly devClock: boolean;
	/** What this process knows of the number of changes; one for all its stores. Its own where absent. */
	readonly sequence?: Sequence;
}

export interface Store {
	readonly keys: Keys;
	readonly settings: StoreSettings;
	readonly transition: Transition;
	readonly actions: ActionStore;
	/** Everything, as an auditor reads it. */
	readonly audit: AuditReader;
	readonly facts: FactStore;
	readonly links: LinkStore;
	readonly sessions: SessionStore;
	/** Browsers in which somebody has answered before. */
	readonly browsers: KnownBrowsers;
	readonly limits: Limits;
	readonly due: DueIndex;
	readonly outbox: Outbox;
	/** How many actions of each agent wait to be judged. */
	readonly backlog: Backlog;
	/** Whether Redis is where we left it, and whether anything holds the system. */
	readonly mark: MarkStore;
	readonly quarantine: Quarantine;
	readonly deliveries: DeliveryStore;
	/** Messages that can be changed after they were sent. */
	readonly copies: CopyStore;
	/** Codes of text messages. */
	readonly codes: CodeStore;
	/** Tokens in the addresses of mails. */
	readonly replyTokens: ReplyTokenStore;
	readonly deadAddresses: DeadAddresses;
	/** Messages that came in. */
	readonly inbound: InboundStore;
	/** Text messages that went out, by the provider's id. */
	readonly texts: TextStore;
	/** Texts that wait for others to the same number. */
	readonly gathering: Gathering;
	/** How often people are interrupted. */
	readonly load: ReviewerLoad;
	/** Messages that wait. */
	readonly held: HeldMessages;
	/** Numbers of reviewers. */
	readonly phones: PhoneStore;
	/** Which policy the open reviews were last held against. */
	readonly policyWatch: PolicyWatch;
	/** Lines of the digest. */
	readonly digestLines: DigestLines;
	/** One-time codes. */
	readonly stepUps: StepUpStore;
	/** What people say was wrong. */
	readonly reports: ReportStore;
	/** What is learned from people, and what is counted for reports. */
	readonly learning: LearningStore;
	readonly workers: WorkerRegister;
	/** Redis time, with the development clock's offset. */
	now(): Promise<number>;
	/** Redis time as it is. */
	realTime(): Promise<number>;
	/** How much room Redis has; null where it does not say. */
	memory(): Promise<Memory | null>;
	/** Moves the development clock forward; refused where `devClock` is off. */
	advance(ms: number): Promise<number>;
	/** Forgets everything under the prefix, queues included; refused where `devClock` is off. */
	clear(): Promise<void>;
	/** Keeps the text of a policy under its digest, for whoever asks a year later. */
	keepPolicy(digest: string, text: string): Promise<void>;
	policy(digest: string): Promise<string | null>;
}

/** Builds a store on a connection; the queues may share it, where both are to wait for Redis equally long. */
export function storeOn(redis: Redis, settings: StoreSettings): Store {
	const keys = keysOf(settings.prefix);
	const terms = termsOn(redis, keys);
	const due = dueOn(redis, keys, settings);
	const mark = markOn(redis, keys, { devClock: settings.devClock, sequence: settings.sequence ?? newSequence() });
	const realTime = async (): Promise<number> => {
		const [seconds, micros] = await redis.time();
		return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
	};
	const now = async (): Promise<number> => {
		const [time, offset] = await Promise.all([realTime(), settings.devClock ? redis.get(keys.clockOffset) : null]);
		return time + Number(offset ?? 0);
	};
	return {
		keys,
		settings,
		transition: transitionOn(redis, keys, { ...settings, terms, mark }),
		actions: actionsOn(redis, keys, terms),
		audit: auditOn(redis, keys),
		facts: factsOn(redis, keys, settings),
		links: linksOn(redis, keys),
		sessions: sessionsOn(redis, keys, now),
		browsers: knownBrowsersOn(redis, keys),
		limits: limitsOn(redis, keys),
		due,
		outbox: outboxOn(redis, keys, now),
		backlog: backlogOn(redis, keys),
		mark,
		quarantine: quarantineOn(redis, keys, now),
		deliveries: deliveriesOn(redis, keys),
		copies: copiesOn(redis, keys, settings),
		codes: codesOn(redis, keys, now),
		replyTokens: replyTokensOn(redis, keys),
		deadAddresses: deadAddressesOn(redis, keys, now),
		inbound: inboundOn(redis, keys, now),
		texts: textsOn(redis, keys),
		gathering: gatheringOn(redis, keys),
		load: reviewerLoadOn(redis, keys, settings),
		held: heldMessagesOn(redis, keys, settings),
		phones: phonesOn(redis, keys, now),
		policyWatch: policyWatchOn(redis, keys),
		digestLines: digestLinesOn(redis, keys, now),
		stepUps: stepUpsOn(redis, keys, { devClock: settings.devClock, now }),
		reports: reportsOn(redis, keys, settings),
		learning: learningOn(redis, keys, now),
		workers: workersOn(redis, keys),
		now,
		realTime,
		memory: async () => memoryIn(await redis.info('memory')),
		async advance(ms) {
			if (!settings.devClock) throw new Error('the clock can only be moved in development');
			return redis.incrby(keys.clockOffset, Math.round(ms));
		},
		async clear() {
			if (!settings.devClock) throw new Error('the store can only be cleared in development');
			for await (const found of redis.scanStream({ match: keys.everything, count: 1000 })) {
				// The number of changes goes on: it would look as if Redis had gone back in time.
				const names = (found as string[]).filter((name) => name !== keys.mark);
				if (names.length > 0) await redis.unlink(...names);
			}
		},
		async keepPolicy(digest, text) {
			await redis.set(keys.policy(digest), text, 'EX', 10 * 365 * 86_400, 'NX');
		},
		policy: (digest) => redis.get(keys.policy(digest)),
	};
}
