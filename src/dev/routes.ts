/** The development console's routes: one page, the mails and texts behind it, and the movable clock. */
import { type Context, Hono } from 'hono';
import type { App } from '../app.ts';
import { sessionCookie } from '../http/session/cookie.ts';
import { fromOwnPage } from '../http/session/form-proof.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import type { HandOfReader } from './hand-of-reader.ts';
import type { TextLine } from './lines.ts';
import { actionLine } from './lines.ts';
import type { Mailbox } from './mailbox.ts';
import { type ActionLine, devPage, mailPage } from './page.ts';
import type { Phone } from './phone.ts';
import type { Shop } from './shop.ts';
import { slackPreview } from './slack-preview.ts';

export interface DevRouteParts {
	readonly app: App;
	/** Where the console is: `http://127.0.0.1:port`. */
	readonly url: string;
	readonly mailbox: Mailbox;
	readonly phone: Phone;
	/** Answers texts and mails. */
	readonly hand: HandOfReader;
	readonly shop: Shop;
	/** Which Redis came along, for people. */
	readonly redis: string;
	/** Moves the clock and looks at what is due by then. */
	readonly advance: (ms: number) => Promise<void>;
}

/** Texts, what was answered to them, and what came back, newest first. */
function conversation(phone: Phone): TextLine[] {
	const asked = phone
		.texts()
		.map(({ sid, at, to, body, segments }) => ({ id: sid, at, to, body, segments, kind: 'asked' as const }));
	const typed = phone.replies().map(({ id, at, number, body, own }) => ({
		id,
		at,
		to: number,
		body,
		segments: 1,
		kind: own ? ('typed' as const) : ('answer' as const),
	}));
	return [...asked, ...typed].sort((a, b) => a.at - b.at).reverse();
}

/** Steps that the clock may be moved by, in ms. */
const longestStep = 24 * 3_600_000;
const shownActions = 50;

/** Routes of the console. The clock and the mails are also an API, which our own tests use. */
export function devRoutes({ app, url, mailbox, phone, hand, shop, redis, advance }: DevRouteParts): Hono {
	const routes = new Hono();
	const { store } = app.front;
	const lines = async (): Promise<ActionLine[]> => {
		const { actions } = await store.actions.list({ tenant: 'default', limit: shownActions });
		return actions.map((action) => actionLine(action, shop.deeds(), mailbox.messages()));
	};
	routes.get('/', async (context) => {
		// Cookies and forms belong to one origin, and the links in the messages name this one.
		if (new URL(context.req.url).hostname === 'localhost') return context.redirect(url, 302);
		const now = await store.now();
		return context.html(
			devPage({
				actions: await lines(),
				mails: mailbox
					.messages()
					.map(({ id, at, recipients, subject }) => ({ id, at, to: recipients.join(', '), subject }))
					.reverse(),
				texts: conversation(phone),
				people: Object.entries(app.front.policy().document.reviewers).map(([id, { name }]) => ({ id, name })),
				clockOffsetMs: now - Date.now(),
				redis,
			}),
		);
	});
	const cookie = sessionCookie(url);
	// One press instead of a link by mail: whoever can send this sits at the machine. A page elsewhere cannot, whatever name it gives us.
	routes.post('/dev/sign-in', async (context) => {
		const { reviewer } = await context.req.parseBody();
		const own = context.req.header('host') === new URL(url).host && fromOwnPage(context, url);
		if (!own || typeof reviewer !== 'string' || reviewerOf(app.front.policy(), reviewer)?.active !== true)
			return context.json({ code: 'form_forbidden', message: 'sign in from the console, as one of its reviewers' }, 403);
		cookie.set(context, (await store.sessions.open(reviewer, 'dev')).id);
		return context.redirect('/inbox', 303);
	});
	routes.get('/dev/mails', (context) => context.json(mailbox.messages().map(({ raw: _raw, html: _html, ...mail }) => mail)));
	routes.get('/dev/mails/:id', (context) => {
		const mail = mailbox.messages().find(({ id }) => id === context.req.param('id'));
		return mail === undefined ? context.notFound() : context.html(mailPage(mail, context.req.query('said') ?? null));
	});
	const typed = async (context: Context): Promise<string | null> => {
		const { quick, body } = await context.req.parseBody();
		const own = context.req.header('host') === new URL(url).host && fromOwnPage(context, url);
		const text = typeof quick === 'string' ? quick : body;
		return own && typeof text === 'string' && text.length <= 2000 ? text : null;
	};
	const refused = (context: Context): Response =>
		context.json({ code: 'form_forbidden', message: 'answer from the console, with at most 2000 characters' }, 403);
	routes.post('/dev/mails/:id/reply', async (context) => {
		const mail = mailbox.messages().find(({ id }) => id === context.req.param('id'));
		if (mail === undefined) return context.notFound();
		const text = await typed(context);
		if (text === null) return refused(context);
		const said = await hand.mail(mail, text);
		return context.redirect(`/dev/mails/${mail.id}?said=${encodeURIComponent(said.slice(0, 200))}`, 303);
	});
	routes.post('/dev/texts/:id/reply', async (context) => {
		const asked = phone.texts().find(({ sid }) => sid === context.req.param('id'));
		if (asked === undefined) return context.notFound();
		const text = await typed(context);
		if (text === null) return refused(context);
		phone.typed(asked.to, text, await hand.text(asked.to, text));
		return context.redirect('/', 303);
	});
	routes.get('/dev/slack/:id', async (context) => {
		const [action, now] = await Promise.all([store.actions.get(context.req.param('id')), store.now()]);
		const language = context.req.query('language') === 'zh-CN' ? 'zh-CN' : 'en';
		return action === null ? context.notFound() : context.json(slackPreview(action, language, now));
	});
	routes.get('/dev/texts', (context) => context.json(phone.texts()));
	routes.get('/dev/deeds', (context) => context.json(shop.deeds()));
	routes.post('/dev/clock', async (context) => {
		const form = await context.req.parseBody();
		const ms = Number(form.ms);
		if (!Number.isInteger(ms) || ms <= 0 || ms > longestStep)
			return context.json({ code: 'parameter_invalid', message: `ms must be a whole number from 1 to ${longestStep}` }, 400);
		await advance(ms);
		return context.redirect('/', 303);
	});
	return routes;
}
