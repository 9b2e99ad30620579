/**
 * The pages behind a link. GET shows and never writes; POST decides, and only with the form that GET showed: the answer chosen by
 * a person, the digest of what they saw, and a nonce bound to both (R-L1, R-L2). The link says who is asking, nobody else.
 */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cardOf } from '../channels/card.ts';
import { remarksOf } from '../channels/remarks.ts';
import { standingOf } from '../channels/standing.ts';
import { type ErrorCode, errorCodes } from '../domain/errors.ts';
import { type Answer, answers, type CaseAnswer, caseAnswers } from '../domain/review.ts';
import { faultOf } from '../domain/store-fault.ts';
import { amountToType, typedIs } from '../policy/channel-limits.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import { type Answering, submit } from '../reviews/submit.ts';
import { formBody } from './form-body.ts';
import { commentOf, fromOwnPage, nonceOf, readForm, sameNonce, tokenOf } from './link-form.ts';
import { changesSince, type LinkDeps, pageOf, type Visit, viewerOf } from './link-visit.ts';
import { listShown, reportPosted, reportShown } from './other-links.ts';
import type { FormState } from './pages/answer-form.ts';
import { codePage } from './pages/code-page.ts';
import { notFoundPage, problemPage } from './pages/problem-page.ts';
import { receiptPage } from './pages/receipt-page.ts';
import { reviewPage } from './pages/review-page.ts';
import { pageHeaders } from './pages/style.ts';
import { knownCookie } from './session/cookie.ts';
import { isLack, stepUp } from './step-up.ts';

/** Routes under `/r`. */
export function reviewRoutes({ engine, publicUrl }: LinkDeps): Hono {
	const app = new Hono();
	const known = knownCookie(publicUrl);
	/** Whether the reviewer of a link has answered in this browser before. */
	const knows = async (context: Context, reviewer: string): Promise<boolean> =>
		engine.store.browsers.knows(known.read(context) ?? '', reviewer);
	const show = (context: Context, html: string, status = 200): Response => {
		for (const [name, value] of Object.entries(pageHeaders())) context.header(name, value);
		return context.html(html, status as 200);
	};
	/** `gone`: the link's reviewer is not registered any more (F37). */
	const visit = async (token: string): Promise<Visit | 'gone' | null> => {
		const link = await engine.store.links.find(token);
		if (link === null) return null;
		const action = await engine.store.actions.get(link.actionId);
		if (action === null) return null;
		const person = reviewerOf(engine.policy(), link.reviewer);
		if (person === null) return 'gone';
		const viewer = await viewerOf(engine, { reviewer: link.reviewer, person }, `${publicUrl}/r/${token}`);
		const remarks = remarksOf(await engine.store.inbound.comments(action.id), viewer);
		const changes = await changesSince(engine, link, action);
		return { token, link, action, person, viewer, remarks, changes };
	};
	const gone = (context: Context): Response =>
		show(context, problemPage('reviewer_disabled', 'en'), errorCodes.reviewer_disabled.status);
	const showAny = (context: Context, page: { html: string; status: number } | 'gone' | null): Response => {
		if (page === 'gone') return gone(context);
		return page === null ? show(context, notFoundPage(), 404) : show(context, page.html, page.status);
	};

	app.get('/:token', async (context) => {
		const token = tokenOf(context.req.param('token'));
		const visited = await visit(token);
		if (visited === 'gone') return gone(context);
		if (visited !== null) {
			const asked = askedOf(context.req.query('answer'));
			const selected = asked !== null && (await knows(context, visited.link.reviewer));
			return show(context, pageOf(engine.policy(), visited, { asked, selected }));
		}
		const other = (await listShown({ engine, publicUrl }, token)) ?? (await reportShown({ engine, publicUrl }, token));
		return showAny(context, other);
	});

	app.post(
		'/:token',
		bodyLimit({ maxSize: 32 * 1024, onError: (context) => show(context, problemPage('payload_too_large', 'en'), 413) }),
		async (context) => {
			const visited = await visit(tokenOf(context.req.param('token')));
			if (visited === 'gone') return gone(context);
			if (visited === null) return showAny(context, await reportPosted({ engine, publicUrl }, context));
			const { action, link, person, token, viewer } = visited;
			const refuse = (code: ErrorCode): Response =>
				show(context, problemPage(code, person.language, viewer.links.open), errorCodes[code].status);
			if (!fromOwnPage(context, publicUrl)) return refuse('form_forbidden');
			const form = readForm(await formBody(context));
			if (form === null) return refuse('decision_invalid');
			if (!sameNonce(form.nonce, nonceOf(token, form))) return refuse('form_forbidden');
			const amount =
				form.answer === 'approve' || form.answer === 'release' ? amountToType(engine.policy(), action.proposal) : null;
			if (amount !== null && !typedIs(form.typed, amount)) {
				const again = { asked: form.answer, selected: true, comment: form.comment, notice: 'amount_not_typed' } as const;
				return show(context, pageOf(engine.policy(), visited, again), errorCodes.amount_not_typed.status);
			}
			const comment = commentOf(form, person);
			const answering: Answering = {
				actionId: link.actionId,
				// The link's, not the form's: a link that was sent for an earlier revision is void.
				revision: link.revision,
				payloadDigest: form.payloadDigest,
				reviewer: link.reviewer,
				answer: form.answer,
				channel: link.channel,
				assurance: 'link',
				...(comment !== '' && { comment }),
			};
			let result = await submit(engine, answering);
			if (!result.ok && isLack(result.problem.code)) {
				const proof = await stepUp(engine, { token, link, person, code: form.code });
				if (proof.kind === 'ask') {
					const why = result.problem.code;
					const code = tried[proof.notice.kind] ?? why;
					const view = {
						card: cardOf(action, viewer),
						form,
						action: `/r/${token}`,
						why,
						code,
						notice: proof.notice,
						sent: proof.sent,
					};
					return show(context, codePage(view), errorCodes[code].status);
				}
				result = await submit(engine, { ...answering, assurance: 'code' });
			}
			if (!result.ok && refusedOutright.has(result.problem.code)) return refuse(result.problem.code);
			const now = result.action ?? action;
			if (!result.ok && result.problem.code === 'changed_since_shown') {
				// The link was for what is gone; whoever may still answer gets a message of their own for the new revision.
				return show(
					context,
					reviewPage({
						card: cardOf(now, viewer),
						standing: standingOf(now, viewer),
						form: null,
						notice: 'changed',
						changes: await changesSince(engine, link, now),
					}),
					409,
				);
			}
			if (result.ok && !(await knows(context, link.reviewer)))
				known.set(context, await engine.store.browsers.remember(link.reviewer));
			const standing = standingOf(now, { ...viewer, now: await engine.store.now() });
			const html = receiptPage({ card: cardOf(now, viewer), standing, answer: form.answer, lost: !result.ok });
			return show(context, html, result.ok ? 200 : errorCodes[result.problem.code].status);
		},
	);

	app.onError((error, context) => {
		const fault = faultOf(error);
		engine.log.error({ err: error }, 'review page');
		return show(context, problemPage(fault.code, 'en'), errorCodes[fault.code].status);
	});
	app.notFound((context) => show(context, notFoundPage(), 404));
	app.all('*', (context) => show(context, notFoundPage(), 405));
	return app;
}

/** What became of a code that was entered. */
const tried: Readonly<Record<string, ErrorCode>> = { wrong: 'code_wrong', expired: 'code_expired' };

/** What no look at the action's state explains. */
const refusedOutright: ReadonlySet<ErrorCode> = new Set([
	'reviewer_disabled',
	'reviewer_not_allowed',
	'separation_of_duties',
] as const);

/** What the link asked for, where it is one of ours. */
const askedOf = (text: string | undefined): FormState['asked'] =>
	[...answers, ...caseAnswers].find((each): each is Answer | CaseAnswer => each === text) ?? null;
