/** The routes of spot checks in the inbox: looking at what is open, and answering with one press. */
import { Hono } from 'hono';
import { z } from 'zod';
import { learningText } from '../../channels/catalogue-learning.ts';
import type { Markup } from '../../channels/markup.ts';
import { actionIdForm } from '../../domain/ids.ts';
import { maySpotCheck } from '../../policy/spot-checks.ts';
import { answerCheck } from '../../reviews/spot-check.ts';
import { checkPurpose, checksPage } from './checks-page.ts';
import { doneNotice, problemNotice } from './notices.ts';
import type { Desk } from './routes.ts';
import type { Visit } from './visit.ts';

/** As many as one looks at in one sitting; more appear when these are done. */
const mostShown = 50;

const checkForm = z.strictObject({ nonce: z.string(), id: z.string().regex(actionIdForm), right: z.enum(['yes', 'no']) });

export function checkRoutes(desk: Desk): Hono {
	const { engine } = desk;
	const app = new Hono();
	const shown = async (visit: Visit, notice: Markup | null): Promise<string> => {
		const open = await engine.store.learning.spotChecks.open(4 * mostShown);
		const actions = await engine.store.actions.getAll(open.map(({ actionId }) => actionId));
		const mine = actions.filter((action) => maySpotCheck(engine.policy(), action, visit.id));
		return checksPage(visit, mine.slice(0, mostShown), notice);
	};
	app.get('/', async (context) => {
		const visit = await desk.reader(context);
		return visit instanceof Response ? visit : desk.show(context, await shown(visit, null));
	});
	app.post('/', async (context) => {
		const sent = await desk.formOf(context, checkForm, ({ id }) => checkPurpose(id));
		if (!sent.ok) return sent.answer;
		const { visit, form } = sent;
		const action = await engine.store.actions.get(form.id);
		if (action === null) return desk.refuse(context, 'not_found', visit);
		const result = await answerCheck(engine, { action, reviewer: visit.id }, form.right === 'yes');
		if (result === 'missing') return desk.refuse(context, 'not_found', visit);
		const say = learningText(visit.person.language).checks;
		if (result === 'not_allowed')
			return desk.show(context, await shown(visit, problemNotice('reviewer_not_allowed', visit.person.language)), 403);
		return desk.show(context, await shown(visit, doneNotice(say[result])), result === 'recorded' ? 200 : 409);
	});
	return app;
}
