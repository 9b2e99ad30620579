/** What the workers of one process share. */
import type { ChannelPort } from '../channels/channel.ts';
import type { OpinionPort } from '../domain/opinion.ts';
import type { Channel } from '../domain/verdict.ts';
import type { Engine } from '../engine/engine.ts';
import type { ExecutionDeps } from '../execution/execute.ts';

export interface WorkerDeps extends ExecutionDeps {
	readonly engine: Engine;
	/** The channels that are configured. */
	readonly channels: Readonly<Partial<Record<Channel, ChannelPort>>>;
	/** Who is asked for second opinions; null: nobody. */
	readonly opinion: OpinionPort | null;
	/** Where links lead: the public address of the pages, without a slash at the end. */
	readonly publicUrl: string;
	/** Domain of the addresses that mails are replied to; null where replies are not read. */
	readonly replyDomain: string | null;
	/** How long a text waits for others to the same number, in ms; 0: not at all. */
	readonly gatherMs: number;
	/** Aborted when the process stops. */
	readonly stop: AbortSignal;
	/** Tells tests and the development console what a worker has just done; does nothing in production. */
	readonly signal: (what: string, id: string) => void;
}
