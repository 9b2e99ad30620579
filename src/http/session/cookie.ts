/** The cookie of a session: opaque, unreadable for scripts, never sent with a form from another site. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { knownForMs } from '../../store/known-browsers.ts';
import { absoluteMs } from '../../store/sessions.ts';

export interface SecretCookie {
	read(context: Context): string | null;
	set(context: Context, value: string): void;
	clear(context: Context): void;
}

/** `__Host-` (which browsers hold to Secure, one host and the whole path) wherever people come by https. */
export function secretCookie(name: string, { secure, maxAgeMs }: { secure: boolean; maxAgeMs: number }): SecretCookie {
	const full = secure ? `__Host-${name}` : name;
	const options = { path: '/', httpOnly: true, secure, sameSite: 'Lax' } as const;
	return {
		read: (context) => getCookie(context, full) ?? null,
		set: (context, value) => setCookie(context, full, value, { ...options, maxAge: Math.floor(maxAgeMs / 1000) }),
		clear: (context) => {
			deleteCookie(context, full, options);
		},
	};
}

/** What a browser keeps in which somebody has answered before. It signs nobody in. */
export const knownCookie = (publicUrl: string): SecretCookie =>
	secretCookie('countersign-known', { secure: publicUrl.startsWith('https:'), maxAgeMs: knownForMs });

/** The session's own cookie. */
export const sessionCookie = (publicUrl: string): SecretCookie =>
	secretCookie('countersign-session', { secure: publicUrl.startsWith('https:'), maxAgeMs: absoluteMs });
