/** Links that answer nothing: to a list of what waits, and to the form that reports what ran as wrong. */
import type { Context } from 'hono';
import { cardOf } from '../channels/card.ts';
import { standingOf } from '../channels/standing.ts';
import { errorCodes } from '../domain/errors.ts';
import { reviewerOf } from '../policy/reviewers.ts';
import { isReportable, report } from '../reviews/report.ts';
import { answerCheck, openCheck } from '../reviews/spot-check.ts';
import { itemToken } from '../store/links.ts';
import { formBody } from './form-body.ts';
import { fromOwnPage, nonceOf, sameNonce } from './link-form.ts';
import { type LinkDeps, viewerOf } from './link-visit.ts';
import { formFields, maxComment } from './pages/answer-form.ts';
import { listPage } from './pages/list-page.ts';
import { problemPage } from './pages/problem-page.ts';
import { checkField, type ReportView, reportLabels, reportPage } from './pages/report-page.ts';

/** A page, `gone` where its reader is not registered any more, or null where the link is none of these. */
export type OtherPage = { readonly html: string; readonly status: number } | 'gone' | null;

/** The list of what was gathered for a reader, as it stands now. */
export async function listShown({ engine, publicUrl }: LinkDeps, token: string): Promise<OtherPage> {
	const list = await engine.store.links.findList(token);
	if (list === null) return null;
	const person = reviewerOf(engine.policy(), list.reviewer);
	if (person === null) return 'gone';
	const actions = new Map(
		(await engine.store.actions.getAll(list.items.map(({ actionId }) => actionId))).map((action) => [action.id, action]),
	);
	const items = list.items.flatMap((item) => {
		const action = actions.get(item.actionId);
		return action === undefined ? [] : [{ action, url: `${publicUrl}/r/${itemToken(token, item)}` }];
	});
	const viewer = await viewerOf(engine, { reviewer: list.reviewer, person }, `${publicUrl}/r/${token}`);
	return { html: listPage(items, viewer), status: 200 };
}

async function reportVisit({ engine, publicUrl }: LinkDeps, token: string) {
	const link = await engine.store.links.findReport(token);
	if (link === null) return null;
	const action = await engine.store.actions.get(link.actionId);
	if (action === null) return null;
	const person = reviewerOf(engine.policy(), link.reviewer);
	if (person === null) return 'gone';
	const viewer = await viewerOf(engine, { reviewer: link.reviewer, person }, `${publicUrl}/r/${token}`);
	const asked = (await openCheck(engine, action, link.reviewer)) !== null;
	return {
		link,
		action,
		person,
		viewer,
		asked,
		nonce: nonceOf(token, { ...link, payloadDigest: `report/${link.payloadDigest}` }),
	};
}

type ReportVisit = Exclude<Awaited<ReturnType<typeof reportVisit>>, 'gone' | null>;

type Done = Pick<ReportView, 'sent' | 'checked'>;

function page({ action, viewer, nonce, asked }: ReportVisit, token: string, done: Done): string {
	const form = isReportable(action) ? { action: `/r/${token}`, nonce } : null;
	return reportPage({ card: cardOf(action, viewer), standing: standingOf(action, viewer), form, asked, ...done });
}

/** The form that reports. Looking at it reports nothing. */
export async function reportShown(deps: LinkDeps, token: string): Promise<OtherPage> {
	const visited = await reportVisit(deps, token);
	return visited === null || visited === 'gone'
		? visited
		: { html: page(visited, token, { sent: null, checked: null }), status: 200 };
}

/** A report comes in. */
export async function reportPosted(deps: LinkDeps, context: Context): Promise<OtherPage> {
	const token = context.req.param('token') ?? '';
	const visited = await reportVisit(deps, token);
	if (visited === null || visited === 'gone') return visited;
	const { link, action, person, viewer, nonce } = visited;
	const refused = (code: 'form_forbidden' | 'decision_invalid' | 'reviewer_disabled'): OtherPage => ({
		html: problemPage(code, person.language, viewer.links.open),
		status: errorCodes[code].status,
	});
	if (!fromOwnPage(context, deps.publicUrl)) return refused('form_forbidden');
	const body = await formBody(context);
	const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
	if (!sameNonce(text(formFields.nonce), nonce)) return refused('form_forbidden');
	if (body[checkField] === 'yes' || body[checkField] === 'no') {
		const checked = await answerCheck(deps.engine, { action, reviewer: link.reviewer }, body[checkField] === 'yes');
		const status = { recorded: 200, again: 200, missing: 409, not_allowed: 403 }[checked];
		return { html: page(visited, token, { sent: null, checked }), status };
	}
	const label = text(formFields.reason);
	const comment = text(formFields.comment).trim();
	if (!Object.hasOwn(reportLabels(person.language), label) || comment.length > maxComment) return refused('decision_invalid');
	const result = await report(deps.engine, { action, reviewer: link.reviewer }, { label, ...(comment !== '' && { comment }) });
	if (result === 'disabled') return refused('reviewer_disabled');
	return {
		html: page(visited, token, { sent: result, checked: null }),
		status: result === 'reported' || result === 'again' ? 200 : 409,
	};
}
