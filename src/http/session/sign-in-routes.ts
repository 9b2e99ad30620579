/**
 * Signing in and out. A link in a mail opens a page with a button, and only pressing it signs in, because mail scanners open
 * links too (R-W4). A session always gets a new id, and the one that the browser brought is ended.
 */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { ChannelPort } from '../../channels/channel.ts';
import { signInMail } from '../../channels/sign-in-mail.ts';
import { showLine } from '../../channels/untrusted.ts';
import { errorCodes } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import { faultOf } from '../../domain/store-fault.ts';
import type { Language } from '../../domain/verdict.ts';
import type { Engine } from '../../engine/engine.ts';
import { reviewerOf } from '../../policy/reviewers.ts';
import { signInsByAddress, signInsByPerson } from '../../store/limits.ts';
import type { Session } from '../../store/sessions.ts';
import { formBody } from '../form-body.ts';
import { problemPage } from '../pages/problem-page.ts';
import { pageHeaders } from '../pages/style.ts';
import { addressOf } from './address.ts';
import { secretCookie, sessionCookie } from './cookie.ts';
import { fromOwnPage, holdsNonce, nonceField, nonceFor } from './form-proof.ts';
import { missLimit } from './miss-limit.ts';
import { type OidcSettings, oidcAt } from './oidc.ts';
import { returnPath } from './return-path.ts';
import { confirmPage, failedPage, sentPage, signInPage, usedPage } from './sign-in-pages.ts';

export interface SignInDeps {
	/** On a connection that fails fast. */
	readonly engine: Engine;
	readonly publicUrl: string;
	/** What sends the links; null: none can be sent. */
	readonly mail: ChannelPort | null;
	readonly oidc: OidcSettings | null;
	/** How many proxies of ours stand before us. */
	readonly trustedProxies: number;
}

interface Entering {
	readonly reviewer: string;
	readonly via: Session['via'];
	/** The page that was asked for. */
	readonly to: string | null;
}

const emailForm = z.email().max(254);
const home = '/inbox';

/** The active reviewer of an address, or null. */
function reviewerWith(engine: Engine, email: string): string | null {
	const wanted = email.trim().toLowerCase();
	const found = Object.entries(engine.policy().document.reviewers).find(
		([, person]) => person.active && person.email?.toLowerCase() === wanted,
	);
	return found?.[0] ?? null;
}

/** What the browser prefers, for pages that nobody is known on. */
export const preferredLanguage = (context: Context): Language =>
	/^\s*zh\b/i.test(context.req.header('accept-language') ?? '') ? 'zh-CN' : 'en';

/** Routes under `/sign-in`, and `/sign-out`. */
export function signInRoutes({ engine, publicUrl, mail, oidc: settings, trustedProxies }: SignInDeps): Hono {
	const app = new Hono();
	const { sessions, limits } = engine.store;
	const cookie = sessionCookie(publicUrl);
	const handshakeCookie = secretCookie('countersign-sign-in', { secure: publicUrl.startsWith('https:'), maxAgeMs: 600_000 });
	const oidc = settings === null ? null : oidcAt(settings, `${publicUrl}/sign-in/callback`);
	const offers = { mail: mail !== null, provider: oidc !== null };
	const show = (context: Context, html: string, status = 200): Response => {
		for (const [name, value] of Object.entries(pageHeaders())) context.header(name, value);
		return context.html(html, status as 200);
	};
	const refuse = (context: Context, code: keyof typeof errorCodes): Response =>
		show(context, problemPage(code, preferredLanguage(context), '/sign-in'), errorCodes[code].status);
	const enter = async (context: Context, { reviewer, via, to }: Entering): Promise<Response> => {
		const brought = cookie.read(context);
		if (brought !== null) await sessions.end(brought);
		const session = await sessions.open(reviewer, via);
		cookie.set(context, session.id);
		engine.log.info({ reviewer, via }, 'signed in');
		return context.redirect(to ?? home, 303);
	};

	for (const path of ['/sign-in/*', '/sign-out'])
		app.use(path, bodyLimit({ maxSize: 8 * 1024, onError: (context) => refuse(context, 'payload_too_large') }));
	app.get('/sign-in', (context) =>
		show(context, signInPage(preferredLanguage(context), { ...offers, to: returnPath(context.req.query('to')) })),
	);

	app.post('/sign-in', async (context) => {
		const language = preferredLanguage(context);
		if (!fromOwnPage(context, publicUrl)) return refuse(context, 'form_forbidden');
		if (!(await limits.spend(signInsByAddress, addressOf(context, trustedProxies))))
			return show(context, signInPage(language, { ...offers, problem: 'tooMany' }), 429);
		const form = await formBody(context);
		const email = emailForm.safeParse(form.email);
		if (!email.success) return show(context, signInPage(language, { ...offers, problem: 'badEmail' }), 400);
		// Not waited for: how long the answer takes must not tell whether the address is known.
		sendLink(email.data, returnPath(form.to)).catch((error: unknown) => engine.log.error({ err: error }, 'sign-in mail'));
		return show(context, sentPage(language));
	});

	async function sendLink(email: string, to: string | null): Promise<void> {
		const reviewer = reviewerWith(engine, email);
		const person = reviewer === null ? null : reviewerOf(engine.policy(), reviewer);
		if (reviewer === null || person === null || mail?.sendMail === undefined) return;
		if (!(await limits.spend(signInsByPerson, reviewer))) return;
		const token = await sessions.issueSignIn(reviewer, to ?? undefined);
		const receipt = await mail.sendMail({
			...signInMail(person, `${publicUrl}/sign-in/link/${token}`),
			deliveryId: newId('dlv'),
			to: person,
		});
		if (!receipt.ok) engine.log.error({ reason: receipt.reason }, 'sign-in mail');
	}

	app.use('/sign-in/link/*', missLimit({ engine, trustedProxies }));
	app.get('/sign-in/link/:token', async (context) => {
		const token = context.req.param('token');
		const reviewer = await sessions.findSignIn(token);
		const person = reviewer === null ? null : reviewerOf(engine.policy(), reviewer);
		if (person === null || !person.active) return show(context, usedPage(preferredLanguage(context)), 404);
		const view = {
			name: showLine(person.name, 80),
			action: `/sign-in/link/${token}`,
			nonce: nonceFor(token, 'sign-in'),
		};
		return show(context, confirmPage(person.language, view));
	});
	app.post('/sign-in/link/:token', async (context) => {
		const token = context.req.param('token');
		if (!fromOwnPage(context, publicUrl)) return refuse(context, 'form_forbidden');
		if (!holdsNonce((await formBody(context))[nonceField], token, 'sign-in')) return refuse(context, 'form_forbidden');
		const spent = await sessions.spendSignIn(token);
		if (spent === null || reviewerOf(engine.policy(), spent.reviewer)?.active !== true)
			return show(context, usedPage(preferredLanguage(context)), 404);
		return enter(context, { ...spent, via: 'link' });
	});

	if (oidc !== null) {
		app.get('/sign-in/oidc', async (context) => {
			if (!(await limits.spend(signInsByAddress, addressOf(context, trustedProxies)))) return refuse(context, 'rate_limited');
			const { url, handshake } = await oidc.begin();
			const to = returnPath(context.req.query('to'));
			handshakeCookie.set(context, await sessions.keepHandshake({ ...handshake, ...(to !== null && { to }) }));
			return context.redirect(url, 303);
		});
		app.get('/sign-in/callback', async (context) => {
			const id = handshakeCookie.read(context);
			handshakeCookie.clear(context);
			const handshake = id === null ? null : await sessions.takeHandshake(id);
			if (handshake === null) return refuse(context, 'form_forbidden');
			let email: string;
			try {
				email = await oidc.finish(new URL(context.req.url).search, handshake);
			} catch (error) {
				engine.log.warn({ err: error }, 'sign-in by the identity provider');
				return show(context, failedPage(preferredLanguage(context)), 403);
			}
			const reviewer = reviewerWith(engine, email);
			if (reviewer === null) return show(context, failedPage(preferredLanguage(context)), 403);
			return enter(context, { reviewer, via: 'oidc', to: returnPath(handshake.to) });
		});
	}

	app.post('/sign-out', async (context) => {
		const id = cookie.read(context);
		if (id === null || !fromOwnPage(context, publicUrl)) return refuse(context, 'form_forbidden');
		if (!holdsNonce((await formBody(context))[nonceField], id, 'sign-out')) return refuse(context, 'form_forbidden');
		await sessions.end(id);
		cookie.clear(context);
		return context.redirect('/sign-in', 303);
	});

	app.onError((error, context) => {
		const fault = faultOf(error);
		engine.log.error({ err: error }, 'sign-in');
		return refuse(context, fault.code);
	});
	return app;
}
