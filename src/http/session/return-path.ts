/** Where somebody goes after signing in: the page that they asked for, where it is one of the inbox. */
import type { Context } from 'hono';

const inboxPath = /^\/inbox(?:[/?][\w/?&=.,:%+~-]*)?$/;

/** A path of the inbox, or null for anything else: nobody is sent elsewhere by a link to our sign-in. */
export const returnPath = (text: unknown): string | null =>
	typeof text === 'string' && text.length <= 300 && inboxPath.test(text) && !text.includes('//') ? text : null;

/** The address of the sign-in for whoever asked for this page. */
export function signInFor({ req }: Context): string {
	const { pathname, search } = new URL(req.url);
	const to = req.method === 'GET' ? returnPath(pathname + search) : null;
	return to === null || to === '/inbox' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(to)}`;
}
