/** Several requests in one text message: each with its code and its fact line. None can be approved together with another. */
import type { Action } from '../domain/action.ts';
import type { Language } from '../domain/verdict.ts';
import type { Viewer } from './card.ts';
import { deedText, factLineOf } from './fact-line.ts';

/** Requests that wait for one reader. */
export interface RequestBundle {
	readonly language: Language;
	/** In the order in which they came. */
	readonly items: readonly { readonly code: string; readonly what: string }[];
}

/** A request and the code under which its reader answers it. */
export interface Coded {
	readonly action: Action;
	readonly code: string;
}

/** The bundle of requests for one reader. */
export function bundleOf(requests: readonly Coded[], { reviewer }: Pick<Viewer, 'reviewer'>): RequestBundle {
	const { language } = reviewer;
	return {
		language,
		items: requests.map(({ action, code }) => ({ code, what: deedText(factLineOf(action.proposal, language)) })),
	};
}
