/** htmx, served from its package by a name that holds its hash, with its integrity: nothing comes from elsewhere. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export interface Asset {
	readonly path: string;
	readonly integrity: string;
	readonly body: string;
}

/** Reads htmx. Called once, when the inbox is mounted. */
export function readHtmx(): Asset {
	const { resolve } = createRequire(import.meta.url);
	const body = readFileSync(resolve('htmx.org/dist/htmx.min.js'), 'utf8');
	const digest = createHash('sha384').update(body).digest('base64');
	return {
		path: `/inbox/assets/htmx-${createHash('sha256').update(body).digest('hex').slice(0, 12)}.js`,
		integrity: `sha384-${digest}`,
		body,
	};
}
