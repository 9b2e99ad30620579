/** What the API needs; the composition root hands it over. */
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
	/** Why this process should get no traffic now (draining, policy not in force), or null. */
	readonly unready?: () => string | null;
}

/** How long one request may spend on the store, in ms. */
export const storeTimeoutMs = 2000;
