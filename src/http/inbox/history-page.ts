/** Looking back: every action by state, operation, agent and user, newest change first. */
import type { Context } from 'hono';
import { catalogueOf, lookUp } from '../../channels/catalogue.ts';
import { inboxText } from '../../channels/catalogue-inbox.ts';
import { factLineOf } from '../../channels/fact-line.ts';
import { absoluteText, shortText } from '../../channels/instant-text.ts';
import { html, isolated, leftToRight, type Markup } from '../../channels/markup.ts';
import { showLine } from '../../channels/untrusted.ts';
import type { Action } from '../../domain/action.ts';
import { actionIdForm } from '../../domain/ids.ts';
import { type State, states } from '../../domain/lifecycle.ts';
import type { Store } from '../../store/store.ts';
import { inboxPage } from './frame.ts';
import type { Visit } from './visit.ts';

export interface HistoryQuery {
	readonly tenant: string;
	readonly state: State | null;
	readonly operation: string;
	readonly agent: string;
	readonly user: string;
	readonly text: string;
	readonly cursor: string | null;
}

/** How many records one look reads, and how many it shows: a search must not hold up the others. */
const lookedThrough = 600;
const shownAtMost = 50;
const perRead = 200;

const short = (context: Context, name: string): string => (context.req.query(name) ?? '').trim().slice(0, 200);

/** The query of an address; what makes no sense is left out. */
export function historyQuery(context: Context, tenants: readonly string[]): HistoryQuery {
	const tenant = short(context, 'tenant');
	const cursor = context.req.query('cursor') ?? '';
	return {
		tenant: tenants.includes(tenant) ? tenant : (tenants[0] ?? 'default'),
		state: states.find((state) => state === context.req.query('state')) ?? null,
		operation: short(context, 'operation'),
		agent: short(context, 'agent'),
		user: short(context, 'user'),
		text: short(context, 'q'),
		cursor: /^\d{1,16}-act_[0-9a-z]{25}$/.test(cursor) ? cursor : null,
	};
}

export interface Found {
	readonly actions: readonly Action[];
	readonly looked: number;
	/** Where a further look goes on, or null where there is nothing further back. */
	readonly cursor: string | null;
	/** How far back this look went. */
	readonly backTo: number | null;
}

/** Looks through a bounded number of records; what was found so far and where to go on. */
export async function lookBack(store: Store, query: HistoryQuery): Promise<Found> {
	if (actionIdForm.test(query.text)) {
		const action = await store.actions.get(query.text);
		return { actions: action === null ? [] : [action], looked: action === null ? 0 : 1, cursor: null, backTo: null };
	}
	const found: Action[] = [];
	let looked = 0;
	let backTo: number | null = null;
	let { cursor } = query;
	do {
		const page = await store.actions.list({
			tenant: query.tenant,
			limit: perRead,
			...(query.state !== null && { state: query.state }),
			...(cursor !== null && { cursor }),
		});
		for (const action of page.actions) {
			looked += 1;
			backTo = action.updatedAt;
			if (!matches(action, query)) continue;
			found.push(action);
			if (found.length === shownAtMost) return { actions: found, looked, cursor: `${action.updatedAt}-${action.id}`, backTo };
		}
		cursor = page.cursor;
	} while (cursor !== null && looked < lookedThrough);
	return { actions: found, looked, cursor, backTo };
}

export function matches({ id, agent, proposal }: Action, query: HistoryQuery): boolean {
	const holds = (text: string | undefined, wanted: string): boolean =>
		wanted === '' || (text ?? '').toLowerCase().includes(wanted.toLowerCase());
	return (
		(query.operation === '' || proposal.operation === query.operation) &&
		holds(agent, query.agent) &&
		holds(proposal.user, query.user) &&
		(holds(id, query.text) || holds(proposal.user, query.text))
	);
}

/** One field of the search. */
interface Asked {
	readonly name: string;
	readonly label: string;
	readonly value: string;
}

/** The page, as HTML. */
export function historyPage(
	visit: Visit,
	query: HistoryQuery,
	{ found, operations, tenants }: { found: Found; operations: readonly string[]; tenants: readonly string[] },
): string {
	const { person } = visit;
	const { language } = person;
	const { history: say } = inboxText(language);
	const catalogue = catalogueOf(language);
	const choice = ({ name, label, value }: Asked, options: readonly (readonly [string, string])[]) =>
		html`<div><label class="field" for="${name}">${label}</label><select class="line" id="${name}" name="${name}"><option value="">${say.any}</option>${options.map(([option, text]) => html`<option value="${option}"${option === value ? html` selected` : null}>${text}</option>`)}</select></div>`;
	const field = ({ name, label, value }: Asked) =>
		html`<div><label class="field" for="${name === 'q' ? 'find' : name}">${label}</label><input class="line" id="${name === 'q' ? 'find' : name}" name="${name}" value="${value}" maxlength="200" autocomplete="off"></div>`;
	const further = new URLSearchParams(
		Object.entries({ ...query, q: query.text, text: '', cursor: found.cursor ?? '' }).filter(
			(entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
		),
	);
	const whole = new URLSearchParams(further);
	whole.delete('cursor');
	return inboxPage(visit, {
		title: say.title,
		place: 'history',
		body: html`<h1 class="hide">${say.title}</h1><section><form method="get" action="/inbox/history" role="search"><div class="inline">${choice(
			{ name: 'state', label: say.state, value: query.state ?? '' },
			states.map((state) => [state, lookUp(catalogue.states, state) ?? state] as const),
		)}${choice(
			{ name: 'operation', label: say.operation, value: query.operation },
			operations.map((name) => [name, factLineOf({ operation: name }, language).operation] as const),
		)}${field({ name: 'agent', label: say.agent, value: query.agent })}${field({ name: 'user', label: say.user, value: query.user })}${field({ name: 'q', label: say.text, value: query.text })}${
			tenants.length > 1
				? choice(
						{ name: 'tenant', label: say.tenant, value: query.tenant },
						tenants.map((name) => [name, name] as const),
					)
				: null
		}<button class="plain" type="submit">${say.search}</button></div></form></section>${
			found.actions.length === 0
				? html`<section><p>${say.none}</p></section>`
				: html`<ul class="rows">${found.actions.map((action) => line(action, visit))}</ul>`
		}<p><a class="plain" href="/inbox/history.csv?${whole.toString()}" download>${say.download}</a></p><p class="small" role="status">${found.cursor === null || found.backTo === null ? say.lookedAll(found.looked) : say.looked(found.looked, absoluteText(found.backTo, person))}</p>${
			found.cursor === null ? null : html`<p><a class="plain" href="/inbox/history?${further.toString()}">${say.older}</a></p>`
		}`,
	});
}

function line(action: Action, visit: Visit): Markup {
	const { person } = visit;
	const catalogue = catalogueOf(person.language);
	const facts = factLineOf(action.proposal, person.language);
	const by = action.decision === null ? null : visit.nameOf(action.decision.by);
	return html`<li><span class="pick"></span><a class="open" href="/inbox/actions/${action.id}"><strong>${facts.operation}${facts.amount === null ? null : html` ${leftToRight(facts.amount)}`}</strong>${facts.whom === null ? null : html` ${isolated(facts.whom)}`}<span class="small">${isolated(showLine(action.agent, 60))}${by === null ? null : html` · ${isolated(showLine(by, 60))}`}</span></a><span class="side"><span class="tag">${lookUp(catalogue.states, action.state) ?? action.state}</span> <span class="small">${shortText(action.updatedAt, visit.now, person)}</span></span></li>`;
}
