/** The routes of one action in the inbox: looking, answering, changing, giving away, reporting. */
import { type Context, Hono } from 'hono';
import { cardOf } from '../../channels/card.ts';
import { catalogueOf } from '../../channels/catalogue.ts';
import { inboxText } from '../../channels/catalogue-inbox.ts';
import type { Markup } from '../../channels/markup.ts';
import { standingOf } from '../../channels/standing.ts';
import { showLine } from '../../channels/untrusted.ts';
import type { Action } from '../../domain/action.ts';
import { errorCodes } from '../../domain/errors.ts';
import { answers, caseAnswers } from '../../domain/review.ts';
import { peopleIn } from '../../policy/plan.ts';
import { differences } from '../../reviews/differences.ts';
import { mayAnswer } from '../../reviews/may-answer.ts';
import { report } from '../../reviews/report.ts';
import { type Answering, submit } from '../../reviews/submit.ts';
import { actionPage, purposeOf, ranUnasked } from './action-page.ts';
import { changeForm, readChange } from './change.ts';
import { changePage, diffPage } from './change-page.ts';
import { doneNotice, problemNotice, receiptNotice } from './notices.ts';
import type { Desk } from './routes.ts';
import { answerForm, editForm, giveForm, onCall, reportForm } from './sent-form.ts';
import { viewsOf } from './views.ts';
import { type Visit, visitOf } from './visit.ts';

interface Showing {
	readonly action: Action;
	readonly notice: Markup | null;
	readonly asked?: string | undefined;
	readonly status?: number;
}

export function actionRoutes(desk: Desk): Hono {
	const { engine, board } = desk;
	const { store } = engine;
	const app = new Hono();
	const idOf = (context: Context): string => context.req.param('id') ?? '';
	const bound =
		(what: string, id: string) =>
		(form: { revision: number; payload_digest: string }): string =>
			purposeOf(what, { id, revision: form.revision, payloadDigest: form.payload_digest });

	const mayAct = (action: Action, visit: Visit, { answer, reviewer }: Pick<Answering, 'answer' | 'reviewer'>) =>
		mayAnswer(engine.policy(), action, {
			actionId: action.id,
			revision: action.revision,
			payloadDigest: action.payloadDigest,
			reviewer,
			answer,
			channel: 'inbox',
			assurance: 'session',
			at: visit.now,
		});

	const showAction = async (context: Context, visit: Visit, showing: Showing): Promise<Response> => {
		const { action } = showing;
		const { document } = engine.policy();
		const [comments, history, deliveries, reports, check] = await Promise.all([
			store.inbound.comments(action.id),
			store.actions.history(action.id),
			store.deliveries.all(action.id),
			store.reports.of(action.id),
			store.learning.spotChecks.get(action.id),
		]);
		const html = actionPage(visit, {
			action,
			comments,
			history,
			deliveries,
			reports,
			check,
			may: (answer) => mayAct(action, visit, { answer, reviewer: visit.id }),
			colleagues: peopleIn(['everyone'], document)
				.filter((reviewer) => mayAct(action, visit, { answer: 'own', reviewer }) === null)
				.map((id) => ({ id, name: document.reviewers[id]?.name ?? id })),
			asked: [...answers, ...caseAnswers].find((each) => each === showing.asked) ?? null,
			notice: showing.notice,
		});
		return desk.show(context, html, showing.status ?? 200);
	};

	/** Records an answer, and shows how things are after it; who came second is told who was first. */
	const answer = async (context: Context, visit: Visit, answering: Omit<Answering, 'reviewer' | 'channel' | 'actionId'>) => {
		const id = idOf(context);
		const result = await submit(engine, {
			...answering,
			actionId: id,
			reviewer: visit.id,
			channel: 'inbox',
			assurance: 'session',
		});
		await board.refresh([id]);
		const { action } = result;
		if (action === null) return desk.refuse(context, result.ok ? 'not_found' : result.problem.code, visit);
		const after = (await visitOf(context, desk)) ?? visit;
		if (!result.ok && !['already_decided', 'expired', 'wrong_state'].includes(result.problem.code))
			return showAction(context, after, {
				action,
				notice: problemNotice(result.problem.code, visit.person.language),
				status: errorCodes[result.problem.code].status,
			});
		const viewer = after.viewer(`/inbox/actions/${id}`);
		const [next] = viewsOf(board.entries(after.now), visit.id).mine.filter((entry) => entry.id !== id);
		const notice = receiptNotice({
			card: cardOf(action, viewer),
			standing: standingOf(action, viewer),
			answer: answering.answer,
			lost: !result.ok,
			nextId: next?.id ?? null,
		});
		return showAction(context, after, { action, notice, status: result.ok ? 200 : errorCodes[result.problem.code].status });
	};

	app.get('/:id', async (context) => {
		const visit = await desk.reader(context);
		if (visit instanceof Response) return visit;
		const action = await store.actions.get(idOf(context));
		if (action === null) return desk.refuse(context, 'not_found', visit);
		return showAction(context, visit, { action, notice: null, asked: context.req.query('answer') });
	});

	app.post('/:id', async (context) => {
		const sent = await desk.formOf(context, answerForm, bound('answer', idOf(context)));
		if (!sent.ok) return sent.answer;
		const { visit, form } = sent;
		const chips: Readonly<Record<string, string>> = catalogueOf(visit.person.language).rejectionReasons;
		const chip = form.answer === 'reject' && Object.hasOwn(chips, form.reason) ? chips[form.reason] : undefined;
		const comment = [chip, form.comment.trim()].filter(Boolean).join(': ');
		return answer(context, visit, {
			revision: form.revision,
			payloadDigest: form.payload_digest,
			answer: form.answer,
			...(comment !== '' && { comment }),
		});
	});

	app.post('/:id/give', async (context) => {
		const sent = await desk.formOf(context, giveForm, bound('give', idOf(context)));
		if (!sent.ok) return sent.answer;
		const { visit, form } = sent;
		const id = idOf(context);
		const result = await submit(engine, {
			actionId: id,
			revision: form.revision,
			payloadDigest: form.payload_digest,
			reviewer: visit.id,
			answer: 'own',
			channel: 'inbox',
			assurance: 'session',
			owner: form.to === onCall ? null : form.to,
		});
		await board.refresh([id]);
		if (result.action === null) return desk.refuse(context, 'not_found', visit);
		const say = inboxText(visit.person.language).action;
		const notice = result.ok
			? doneNotice(form.to === onCall ? say.givenBack : say.given(showLine(visit.nameOf(form.to), 60)))
			: problemNotice(result.problem.code, visit.person.language);
		const status = result.ok ? 200 : errorCodes[result.problem.code].status;
		return showAction(context, (await visitOf(context, desk)) ?? visit, { action: result.action, notice, status });
	});

	app.post('/:id/report', async (context) => {
		const id = idOf(context);
		const action = await store.actions.get(id);
		const sent = await desk.formOf(context, reportForm, () => (action === null ? '' : purposeOf('report', action)));
		if (!sent.ok) return sent.answer;
		const { visit, form } = sent;
		if (action === null || !ranUnasked(action)) return desk.refuse(context, 'wrong_state', visit);
		const { rejectionReasons } = catalogueOf(visit.person.language);
		if (!Object.hasOwn(rejectionReasons, form.label)) return desk.refuse(context, 'decision_invalid', visit);
		const comment = form.comment.trim();
		await report(engine, { action, reviewer: visit.id }, { label: form.label, ...(comment !== '' && { comment }) });
		return showAction(context, visit, { action, notice: doneNotice(inboxText(visit.person.language).action.reported) });
	});

	const mayChange = (action: Action, visit: Visit): boolean =>
		action.state === 'in_review' && mayAct(action, visit, { answer: 'edit', reviewer: visit.id }) === null;

	app.get('/:id/edit', async (context) => {
		const visit = await desk.reader(context);
		if (visit instanceof Response) return visit;
		const action = await store.actions.get(idOf(context));
		if (action === null) return desk.refuse(context, 'not_found', visit);
		if (!mayChange(action, visit)) return showAction(context, visit, { action, notice: null });
		return desk.show(
			context,
			changePage(visit, { action, form: changeForm(engine.policy(), action), comment: '', problem: null }),
		);
	});

	app.post('/:id/edit', async (context) => {
		const id = idOf(context);
		const sent = await desk.formOf(context, editForm, bound('edit', id));
		if (!sent.ok) return sent.answer;
		const { visit, form } = sent;
		const action = await store.actions.get(id);
		if (action === null) return desk.refuse(context, 'not_found', visit);
		const stale = action.revision !== form.revision || action.payloadDigest !== form.payload_digest;
		if (stale || !mayChange(action, visit))
			return showAction(context, visit, {
				action,
				notice: problemNotice(stale ? 'changed_since_shown' : 'wrong_state', visit.person.language),
				status: 409,
			});
		const { nonce: _nonce, revision: _revision, payload_digest: _digest, step, ...rest } = form;
		const typed = Object.fromEntries(
			Object.entries(rest).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
		);
		const say = inboxText(visit.person.language).edit;
		const shown = typedForm(changeForm(engine.policy(), action), typed);
		const read = readChange(engine.policy(), action, typed);
		if (!read.ok || step === 'again') {
			const problem = read.ok ? null : read.why === 'notFitting' ? say.notFitting(showLine(read.path, 100)) : say[read.why];
			const html = changePage(visit, { action, form: shown, comment: form.comment, problem: step === 'again' ? null : problem });
			return desk.show(context, html, read.ok || step === 'again' ? 200 : 422);
		}
		if (step === 'preview')
			return desk.show(
				context,
				diffPage(visit, { action, changes: differences(action.proposal, { ...action.proposal, ...read.edit }), sent: typed }),
			);
		const comment = form.comment.trim();
		return answer(context, visit, {
			revision: form.revision,
			payloadDigest: form.payload_digest,
			answer: 'edit',
			edit: read.edit,
			...(comment !== '' && { comment }),
		});
	});
	return app;
}

/** The form with what was typed in it. */
function typedForm(form: ReturnType<typeof changeForm>, typed: Readonly<Record<string, string>>): ReturnType<typeof changeForm> {
	return {
		amount: form.amount === null ? null : { ...form.amount, value: typed.amount ?? form.amount.value },
		fields: form.fields?.map((field) => ({ ...field, value: typed[`argument.${field.name}`] ?? field.value })) ?? null,
		json: typed.json ?? form.json,
	};
}
