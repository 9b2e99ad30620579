/** One request of somebody who is signed in: who it is, what waits for them, and the nonces of their forms. */
import type { Context } from 'hono';
import { linksTo, type Viewer } from '../../channels/card.ts';
import type { Reviewer } from '../../domain/review.ts';
import type { Engine } from '../../engine/engine.ts';
import { peopleIn } from '../../policy/plan.ts';
import { reviewerOf } from '../../policy/reviewers.ts';
import type { SecretCookie } from '../session/cookie.ts';
import { nonceFor } from '../session/form-proof.ts';
import type { Asset } from './assets.ts';
import type { Board } from './board.ts';
import { viewsOf } from './views.ts';

export interface InboxDeps {
	/** On a connection that fails fast. */
	readonly engine: Engine;
	readonly board: Board;
	readonly publicUrl: string;
	readonly cookie: SecretCookie;
	readonly htmx: Asset;
	/** Whose actions the history can show, besides those that wait now. */
	readonly tenants: readonly string[];
}

export interface Visit {
	/** Reviewer id. */
	readonly id: string;
	readonly person: Reviewer;
	readonly sessionId: string;
	readonly now: number;
	readonly counts: { readonly mine: number; readonly cases: number; readonly everyone: number };
	/** Whether policy asks this person about what ran by itself. */
	readonly spotChecked: boolean;
	/** The board's revision that the page shows. */
	readonly revision: number;
	readonly htmx: Asset;
	/** The nonce of a form of this session. */
	nonce(purpose: string): string;
	/** A reviewer's name, or the id where nobody has it. */
	nameOf(id: string): string;
	/** How cards are made for this person; `url`: where their links lead. */
	viewer(url: string): Viewer;
}

/** Who sends this request, or null where nobody is signed in (any more). */
export async function visitOf(context: Context, deps: InboxDeps): Promise<Visit | null> {
	const id = deps.cookie.read(context);
	if (id === null) return null;
	const { engine, board } = deps;
	const { sessions } = engine.store;
	// What a page asks by itself keeps nobody signed in.
	const byItself = context.req.header('hx-request') !== undefined;
	const [session, now] = await Promise.all([byItself ? sessions.peek(id) : sessions.find(id), engine.store.now()]);
	if (session === null) return null;
	const person = reviewerOf(engine.policy(), session.reviewer);
	// Whoever was taken out of policy is out at once, whatever their cookie says.
	if (person === null || !person.active) return null;
	const { mine, cases, everyone } = viewsOf(board.entries(now), session.reviewer);
	const { document } = engine.policy();
	const nameOf = (reviewer: string): string | undefined => reviewerOf(engine.policy(), reviewer)?.name;
	return {
		id: session.reviewer,
		person,
		sessionId: session.id,
		now,
		counts: {
			mine: mine.length,
			cases: cases.length,
			everyone: everyone.length,
		},
		spotChecked: peopleIn(document.spot_checks?.to ?? [], document).includes(session.reviewer),
		revision: board.revision,
		htmx: deps.htmx,
		nonce: (purpose) => nonceFor(session.id, purpose),
		nameOf: (reviewer) => nameOf(reviewer) ?? reviewer,
		viewer: (url) => ({ id: session.reviewer, reviewer: person, now, links: linksTo(url), nameOf }),
	};
}
