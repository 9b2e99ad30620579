/** Proposes something and waits until a number was asked about it. */
import { createClient } from '../../src/producers/client.ts';
import type { proposing } from '../flows/shop.ts';
import type { TestRedis } from '../support/redis.ts';
import type { Desk } from './desk.ts';

export interface Asked {
	readonly id: string;
	/** The code that the number was sent. */
	readonly code: string;
	readonly body: string;
	/** The provider's id of the text. */
	readonly sid: string;
	/** The code that another number was sent about it. */
	codeOf(number: string): Promise<string>;
}

export type Ask = (proposal: ReturnType<typeof proposing>, number: string) => Promise<Asked>;

const codeIn = (body: string): string => /(?:Y )([0-9A-Z]{4})\b/.exec(body)?.[1] ?? '';

/** Asks at one desk. */
export function asking(desk: Desk, redis: TestRedis): Ask {
	return async (proposal, number) => {
		const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
		const before = new Set(desk.phone.texts());
		const { id } = await client.propose(proposal);
		await client.close();
		const textTo = (to: string) => desk.phone.waitFor((each) => each.to === to && !before.has(each));
		const { body, sid } = await textTo(number);
		// The receipt is on record only after the text went out; answers may come sooner, tests of order may not.
		await desk.signalled('delivered', id);
		return { id, body, sid, code: codeIn(body), codeOf: async (other) => codeIn((await textTo(other)).body) };
	};
}
