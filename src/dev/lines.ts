/** What the dev page lists: one line per action, mail and text. */
import { catalogueOf, lookUp } from '../channels/catalogue.ts';
import { deedText, factLineOf } from '../channels/fact-line.ts';
import { showLine } from '../channels/untrusted.ts';
import type { Action } from '../domain/action.ts';
import type { State } from '../domain/lifecycle.ts';
import type { Route } from '../domain/verdict.ts';
import type { Deed } from './shop.ts';

export interface ActionLine {
	readonly id: string;
	/** ms since the epoch. */
	readonly at: number;
	readonly agent: string;
	/** `Refund USD 240.00`. */
	readonly what: string;
	readonly whom: string | null;
	readonly route: Route | null;
	readonly state: State;
	/** The state in words. */
	readonly stateText: string;
	/** Why it went there, strictest reason first. */
	readonly why: readonly string[];
	/** Who decided, what really ran, and why not, where there is something to say. */
	readonly outcome: string | null;
}

export interface MailLine {
	readonly id: string;
	readonly at: number;
	readonly to: string;
	readonly subject: string;
}

export interface TextLine {
	readonly id: string;
	readonly at: number;
	readonly to: string;
	readonly body: string;
	readonly segments: number;
	/** `asked`: a text that we sent. `typed`: what the owner of the phone answered. `answer`: what came back. */
	readonly kind: 'asked' | 'typed' | 'answer';
}

/** The line of an action. `deeds`: everything that ran in the shop, of which this action's are named. */
export function actionLine(action: Action, deeds: readonly Deed[]): ActionLine {
	const { proposal, verdict, outcome, decision } = action;
	const facts = factLineOf(proposal, 'en');
	const by =
		decision === null || decision.by === 'policy'
			? null
			: `${decision.event.replaceAll('_', ' ')} · ${decision.by} · ${decision.channel}`;
	const ran = deeds.filter(({ actionId }) => actionId === action.id).map(({ what }) => what);
	const reason = outcome?.reason === undefined || outcome.state === 'executed' ? null : showLine(outcome.reason, 160);
	const parts = [by, ran.length === 0 ? null : `ran: ${ran.join(', ')}`, reason];
	return {
		id: action.id,
		at: action.createdAt,
		agent: showLine(proposal.agent, 60),
		what: deedText(facts),
		whom: facts.whom,
		route: verdict?.route ?? null,
		state: action.state,
		stateText: lookUp(catalogueOf('en').states, action.state) ?? action.state,
		why: (verdict?.reasons ?? []).slice(0, 3).map((given) => showLine(given.text.en, 160)),
		outcome: parts.filter((part) => part !== null).join(' · ') || null,
	};
}
