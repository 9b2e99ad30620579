/** Who tries links that do not exist is slowed down: 20 in a minute from one address, whichever kind of link (R-S2). */
import type { MiddlewareHandler } from 'hono';
import type { Engine } from '../../engine/engine.ts';
import { linkMisses } from '../../store/limits.ts';
import { problemPage } from '../pages/problem-page.ts';
import { pageHeaders } from '../pages/style.ts';
import { addressOf } from './address.ts';

export interface MissLimit {
	readonly engine: Engine;
	readonly trustedProxies: number;
}

/** Counts every 404 behind it and answers 429 `rate_limited` once there were too many; a link that exists then waits as well. */
export const missLimit =
	({ engine, trustedProxies }: MissLimit): MiddlewareHandler =>
	async (context, next) => {
		const address = addressOf(context, trustedProxies);
		const { limits } = engine.store;
		// Without Redis the page behind it says so itself.
		if (await limits.isSpent(linkMisses, address).catch(() => false)) {
			for (const [name, value] of Object.entries(pageHeaders())) context.header(name, value);
			context.header('Retry-After', String(linkMisses.seconds));
			return context.html(problemPage('rate_limited', 'en'), 429);
		}
		await next();
		if (context.res.status === 404) await limits.spend(linkMisses, address).catch(() => false);
		return undefined;
	};
