/**
 * The routes of the inbox. Every page needs a session; every form besides a nonce of this session and the browser's word that it
 * comes from our own page (R-W1). Looking decides nothing, and whatever is answered goes through `submit` like from any channel.
 */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Redis } from 'ioredis';
import type { z } from 'zod';
import { type ErrorCode, errorCodes } from '../../domain/errors.ts';
import { actionIdForm } from '../../domain/ids.ts';
import { faultOf } from '../../domain/store-fault.ts';
import type { Engine } from '../../engine/engine.ts';
import { bulkCaps } from '../../policy/bulk.ts';
import { formBody } from '../form-body.ts';
import { problemPage } from '../pages/problem-page.ts';
import { sessionCookie } from '../session/cookie.ts';
import { fromOwnPage, holdsNonce } from '../session/form-proof.ts';
import { signInFor } from '../session/return-path.ts';
import { actionRoutes } from './action-routes.ts';
import { alikeKey } from './alike.ts';
import { readHtmx } from './assets.ts';
import { boardOf } from './board.ts';
import { checkRoutes } from './check-routes.ts';
import { eventStream, type Streams } from './events.ts';
import { historyPage, historyQuery, lookBack } from './history-page.ts';
import { historySheet } from './history-sheet.ts';
import { listPage, type View } from './list-page.ts';
import { policyPage } from './policy-page.ts';
import { reportRoutes } from './report-routes.ts';
import { togetherForm } from './sent-form.ts';
import { inboxHeaders } from './style.ts';
import { decideTogether, refusalOf } from './together.ts';
import { togetherPage, togetherResult } from './together-page.ts';
import { viewsOf } from './views.ts';
import { type InboxDeps, type Visit, visitOf } from './visit.ts';

export interface InboxParts {
	/** On a connection that fails fast. */
	readonly engine: Engine;
	readonly connect: () => Redis;
	readonly publicUrl: string;
	readonly tenants: readonly string[];
}

/** What the routes share. */
export interface Desk extends InboxDeps {
	show(context: Context, html: string, status?: number): Response;
	refuse(context: Context, code: ErrorCode, visit?: Visit): Response;
	/** The person of a form with every proof, its fields, or the answer that refuses it. */
	formOf<T extends z.ZodType>(context: Context, schema: T, purpose: (fields: z.output<T>) => string): Promise<Sent<z.output<T>>>;
	/** The person who looks, or the answer that sends them to sign in. */
	reader(context: Context): Promise<Visit | Response>;
}

export type Sent<T> =
	| { readonly ok: true; readonly visit: Visit; readonly form: T }
	| { readonly ok: false; readonly answer: Response };

/** The most that waits for a cold board before a page is shown without it, in ms. */
const coldMs = 50;

function deskOf(deps: InboxDeps): Desk {
	const show = (context: Context, html: string, status = 200): Response => {
		for (const [name, value] of Object.entries(inboxHeaders())) context.header(name, value);
		return context.html(html, status as 200);
	};
	const refuse = (context: Context, code: ErrorCode, visit?: Visit): Response =>
		show(context, problemPage(code, visit?.person.language ?? 'en', '/inbox'), errorCodes[code].status);
	return {
		...deps,
		show,
		refuse,
		async formOf(context, schema, purpose) {
			const visit = await visitOf(context, deps);
			if (visit === null || !fromOwnPage(context, deps.publicUrl))
				return { ok: false, answer: refuse(context, 'form_forbidden') };
			const body = await formBody(context);
			const read = schema.safeParse(body);
			if (!read.success) {
				const code = typeof body.nonce === 'string' ? 'decision_invalid' : 'form_forbidden';
				return { ok: false, answer: refuse(context, code, visit) };
			}
			if (!holdsNonce(body.nonce, visit.sessionId, purpose(read.data)))
				return { ok: false, answer: refuse(context, 'form_forbidden', visit) };
			return { ok: true, visit, form: read.data };
		},
		async reader(context) {
			const visit = await visitOf(context, deps);
			if (visit !== null) return visit;
			if (context.req.header('hx-request') !== undefined) {
				// htmx follows this by leaving the page; the sign-in page would otherwise be put into the list.
				context.header('HX-Redirect', '/sign-in');
				return context.body(null, 200);
			}
			return context.redirect(signInFor(context), 303);
		},
	};
}

/** Routes under `/inbox`, and how to let go of those who follow. */
export function inboxRoutes({ engine, connect, publicUrl, tenants }: InboxParts): { app: Hono; close: () => void } {
	const board = boardOf(engine, connect);
	// Filled before anybody comes; whoever comes earlier is shown what is known so far.
	board.fill().catch(() => undefined);
	const streams: Streams = new Set();
	const htmx = readHtmx();
	const desk = deskOf({ engine, board, publicUrl, cookie: sessionCookie(publicUrl), htmx, tenants });
	const { show, reader } = desk;
	const app = new Hono();
	app.get(htmx.path.slice('/inbox'.length), (context) => {
		context.header('Content-Type', 'text/javascript; charset=UTF-8');
		context.header('Cache-Control', 'public, max-age=31536000, immutable');
		context.header('X-Content-Type-Options', 'nosniff');
		return context.body(htmx.body);
	});
	app.use('*', bodyLimit({ maxSize: 512 * 1024, onError: (context) => desk.refuse(context, 'payload_too_large') }));
	app.use('*', async (_context, next) => {
		// Whoever comes first waits a moment; a large board completes itself behind a page that says so.
		if (!board.ready)
			await Promise.race([board.fill().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, coldMs))]);
		await next();
	});

	app.get('/', async (context) => {
		const visit = await reader(context);
		if (visit instanceof Response) return visit;
		const view: View = (['cases', 'everyone'] as const).find((each) => each === context.req.query('view')) ?? 'mine';
		const page = Number(context.req.query('page') ?? 1);
		const query = {
			view,
			text: (context.req.query('q') ?? '').trim().slice(0, 100),
			page: Number.isInteger(page) && page > 0 ? page : 1,
		};
		return show(context, listPage(visit, query, { entries: board.entries(visit.now), ready: board.ready }));
	});

	app.get('/events', async (context) => {
		const id = desk.cookie.read(context);
		const session = id === null ? null : await engine.store.sessions.peek(id);
		// 204 tells an EventSource not to come again.
		if (session === null) return context.body(null, 204);
		return eventStream(context, desk, { sessionId: session.id, reviewer: session.reviewer, streams });
	});

	app.get('/together', async (context) => {
		const visit = await reader(context);
		if (visit instanceof Response) return visit;
		const caps = bulkCaps(engine.policy().document);
		const mine = viewsOf(board.entries(visit.now), visit.id).mine.filter(({ state }) => state === 'in_review');
		const like = context.req.query('like');
		const wanted = new Set(context.req.queries('id') ?? []);
		const chosen = mine.filter((entry) => (like === undefined ? wanted.has(entry.id) : alikeKey(entry) === like));
		const entries = chosen.slice(0, caps?.count ?? 0);
		const actions = await engine.store.actions.getAll(entries.map(({ id }) => id));
		const refusal = entries.length === 0 ? null : refusalOf(engine, actions, 'approve');
		return show(context, togetherPage(visit, { entries, more: chosen.length - entries.length, caps, refusal }));
	});

	app.post('/together', async (context) => {
		const sent = await desk.formOf(context, togetherForm, () => 'together');
		if (!sent.ok) return sent.answer;
		const { visit, form } = sent;
		const done = await decideTogether(engine, {
			reviewer: visit.id,
			answer: form.answer,
			comment: form.comment.trim(),
			items: form.item,
		});
		const ids = form.item.map(({ id }) => id);
		if (!done.ok) {
			const entries = ids.map((id) => board.find(id)).filter((entry) => entry !== null);
			const caps = bulkCaps(engine.policy().document);
			return show(context, togetherPage(visit, { entries, more: 0, caps, refusal: done.why }), done.why === 'none' ? 409 : 422);
		}
		await board.refresh(ids);
		return show(context, togetherResult((await visitOf(context, desk)) ?? visit, done.results));
	});

	app.get('/history', async (context) => {
		const visit = await reader(context);
		if (visit instanceof Response) return visit;
		const query = historyQuery(context, tenants);
		const found = await lookBack(engine.store, query);
		const operations = [...engine.policy().operations.keys()];
		return show(context, historyPage(visit, query, { found, operations, tenants }));
	});

	app.get('/history.csv', async (context) => {
		const visit = await reader(context);
		return visit instanceof Response ? visit : historySheet(context, engine.store, historyQuery(context, tenants));
	});

	app.get('/policies/:digest', async (context) => {
		const visit = await reader(context);
		if (visit instanceof Response) return visit;
		const digest = context.req.param('digest');
		const known = /^[\w:-]{16,100}$/.test(digest) ? await engine.store.policy(digest) : null;
		const current = engine.policy().digest === digest;
		return show(context, policyPage(visit, { digest, text: known, current }), known === null ? 404 : 200);
	});

	app.use('/actions/:id/*', (context, next) =>
		actionIdForm.test(context.req.param('id')) ? next() : Promise.resolve(desk.refuse(context, 'not_found')),
	);
	app.route('/actions', actionRoutes(desk));
	app.route('/checks', checkRoutes(desk));
	app.route('/report', reportRoutes(desk));

	app.onError((error, context) => {
		const fault = faultOf(error);
		engine.log.error({ err: error }, 'inbox');
		return desk.refuse(context, fault.code);
	});
	app.all('*', (context) => desk.refuse(context, 'not_found'));
	return {
		app,
		close() {
			for (const stream of streams) stream.abort();
			board.close();
		},
	};
}
