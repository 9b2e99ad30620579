/** What the API needs; the composition root hands it over. */
import type { Problem } from '../../domain/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ApiKey } from '../auth.ts';
import type { Waiter } from './waiter.ts';

export interface ApiDeps {
	/** On a connection that fails fast: an agent is told within two seconds that Redis does not answer. */
	readonly engine: Engine;
	readonly apiKeys: readonly ApiKey[];
	/** Wakes long polls. */
	readonly waiter: Waiter;
	/** Hosts that callbacks may go to although they are private or plain http; `*` for all. */
	readonly callbackHosts?: readonly string[];
	/** Why this process should get no traffic now (draining), or null. */
	readonly unready?: () => string | null;
	/** What is amiss although it serves: told by the probe. */
	readonly alerts?: () => readonly Problem[];
	/** Whether new actions are refused for want of room; decisions go on. */
	readonly isFull?: () => boolean;
	/** How many actions of one agent may wait to be judged; as it ships where absent. */
	readonly mostWaiting?: number;
}

/** How long one request may spend on the store, in ms. */
export const storeTimeoutMs = 2000;
