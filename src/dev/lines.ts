/** What the dev page lists: one line per action, mail and text. */

import { fallbackText } from '../channels/card.ts';
import { catalogueOf, lookUp } from '../channels/catalogue.ts';
import { deedText, factLineOf, operationText } from '../channels/fact-line.ts';
import { showLine } from '../channels/untrusted.ts';
import type { Action } from '../domain/action.ts';
import { isEnd, type State } from '../domain/lifecycle.ts';
import type { Route } from '../domain/verdict.ts';
import type { Mail } from './mailbox.ts';
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
	readonly ended: boolean;
	/** Who decided, why not, and what really ran, where there is something to say. */
	readonly outcome: string | null;
	/** Until when people can answer, in ms since the epoch, and what happens after it; null where nobody is asked. */
	readonly waits: { readonly until: number; readonly otherwise: string } | null;
	/** The first mail that asks about it and can still be answered; null where there is none. */
	readonly mail: string | null;
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

/** A mail, as far as it tells what it is about. */
type Sent = Pick<Mail, 'id' | 'messageId'>;

/** The line of an action. `deeds`, `mails`: everything that ran in the shop and all that was sent, of which this action's are named. */
export function actionLine(action: Action, deeds: readonly Deed[], mails: readonly Sent[] = []): ActionLine {
	const { proposal, verdict, outcome, decision } = action;
	const facts = factLineOf(proposal, 'en');
	const by =
		decision === null || decision.by === 'policy' || decision.by === 'deadline'
			? null
			: `${decision.event.split('_by_')[0]?.replaceAll('_', ' ')} by ${decision.by} (${decision.channel})`;
	const ran = deeds.filter(({ actionId }) => actionId === action.id).map(({ what }) => what);
	const ranText = ran.map((what) => (what === proposal.operation ? `ran: ${what}` : `ran instead: ${operationText(what, 'en')}`));
	const asked = action.state === 'in_review' || action.state === 'escalated';
	const reason = outcome?.reason === undefined || outcome.state === 'executed' ? null : showLine(outcome.reason, 160);
	const parts = [by, reason, ...ranText];
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
		ended: isEnd(action.state),
		outcome: parts.filter((part) => part !== null).join(' · ') || null,
		waits:
			asked && action.deadlineAt !== null
				? { until: action.deadlineAt, otherwise: fallbackText(verdict?.plan?.fallback ?? null, 'en') }
				: null,
		mail: asked ? (mails.find(({ messageId }) => messageId.includes(`${action.id}.`))?.id ?? null) : null,
	};
}
