/** Asks for second opinions where policy wants them: from the cache, within the day's caps, and never longer than policy waits. */
import { randomBytes } from 'node:crypto';
import type { Proposal } from '../domain/action.ts';
import { digestOf } from '../domain/digest.ts';
import { toDecimal } from '../domain/money.ts';
import type { Asking, Opinion, OpinionSource } from '../domain/opinion.ts';
import type { Verdict } from '../domain/verdict.ts';
import { redactionWith } from '../learning/redaction.ts';
import type { QuestionEntry, SecondOpinionEntry } from '../policy/document-learning.ts';
import { questionsFor } from '../policy/opinions.ts';
import type { Policy } from '../policy/policy.ts';
import type { WorkerDeps } from './deps.ts';

/** Names that stand for what is left out differ from process to process, and none of them is kept. */
const redaction = redactionWith(randomBytes(32).toString('hex'));

/** What is said about an action, or nothing where policy asks nobody about it. */
export async function opinionsOn(
	deps: WorkerDeps,
	policy: Policy,
	about: { proposal: Proposal; verdict: Verdict; at: number },
): Promise<readonly Opinion[]> {
	const questions = questionsFor(policy, about.proposal, about.verdict);
	const section = policy.document.second_opinion;
	if (section === undefined || questions.length === 0) return [];
	const data = dataOf(about.proposal, section);
	return Promise.all(questions.map((question) => opinionOn(deps, section, { question, data, about })));
}

/** What the model may know. The digest is of the payload as it is, so that equal actions share an answer and different ones never do. */
function dataOf(proposal: Proposal, { send }: SecondOpinionEntry): { readonly sent: unknown; readonly digest: string } {
	const { operation, amount, referenceAmount, quotedAmount } = proposal;
	const money = Object.entries({ amount, referenceAmount, quotedAmount }).flatMap(([name, given]) =>
		given === undefined ? [] : [[name, `${toDecimal(given)} ${given.currency}`]],
	);
	const chosen = Object.fromEntries(send.flatMap((part) => (proposal[part] === undefined ? [] : [[part, proposal[part]]])));
	const kept = redaction.value(chosen);
	const sent = { operation: redaction.text(operation), ...Object.fromEntries(money), ...(kept as object) };
	return { sent, digest: digestOf({ operation, money, chosen }) };
}

interface Asks {
	readonly question: QuestionEntry;
	readonly data: { readonly sent: unknown; readonly digest: string };
	readonly about: { readonly at: number };
}

async function opinionOn(
	{ engine, opinion: port }: WorkerDeps,
	section: SecondOpinionEntry,
	{ question, data, about }: Asks,
): Promise<Opinion> {
	const { opinions } = engine.store.learning;
	const nobody = (source: OpinionSource): Opinion => ({
		question: question.id,
		answer: 'unsure',
		reason: unsaid[source] ?? source,
		source,
	});
	if (port === null) return nobody('not_configured');
	const key = { model: port.model, ask: question.ask, data: data.digest };
	const known = await opinions.known(key);
	if (known !== null) return { question: question.id, ...known, source: 'cache' };
	const asking: Asking = { question: question.id, ask: question.ask, data: data.sent };
	const most = port.mostCost(asking);
	const caps = { cost: Math.floor(section.daily_cost * 1e6), asks: section.daily_asks };
	if (!(await opinions.reserve(about.at, most, caps))) return nobody('over_budget');
	const asked = await port.ask(asking, section.timeout);
	// A call that ended without a bill may have been billed all the same.
	await opinions.settle(about.at, asked.ok ? most - asked.cost : 0);
	if (!asked.ok) {
		engine.log.warn({ question: question.id, why: asked.why }, 'no second opinion; it counts as unsure');
		return nobody(asked.why);
	}
	const answer = { ...asked.answer, reason: asked.answer.reason.slice(0, 500) };
	await opinions.keep(key, answer, section.cache);
	return { question: question.id, ...answer, source: 'asked' };
}

const unsaid: Readonly<Partial<Record<OpinionSource, string>>> = {
	unreachable: 'nobody answered in time',
	unreadable: 'the answer was none',
	over_budget: "the day's budget is spent",
	not_configured: 'nobody is configured to be asked',
};
