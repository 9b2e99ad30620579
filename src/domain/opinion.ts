/** A second opinion: what a language model says about an action that policy would let run. It can only make the route stricter. */
import { z } from 'zod';

export const opinionAnswers = ['yes', 'no', 'unsure'] as const;
export type OpinionAnswer = (typeof opinionAnswers)[number];

/** What a model must answer with; anything else is no answer. */
export const modelAnswer = z.strictObject({
	answer: z.enum(opinionAnswers),
	reason: z.string().min(1).max(2000),
});
export type ModelAnswer = z.output<typeof modelAnswer>;

/** How an opinion came about. All but `asked` and `cache` are `unsure`: nobody was there to say. */
export type OpinionSource = 'asked' | 'cache' | 'unreachable' | 'unreadable' | 'over_budget' | 'not_configured';

/** An opinion on one question. */
export interface Opinion {
	/** Id of the question in the policy. */
	readonly question: string;
	readonly answer: OpinionAnswer;
	/** In the model's words: untrusted text wherever it is shown. */
	readonly reason: string;
	readonly source: OpinionSource;
}

/** A question about one action. `data`: what may be known of it, without personal data. */
export interface Asking {
	readonly question: string;
	readonly ask: string;
	readonly data: unknown;
}

/** What an asked model gave. Costs in millionths of a dollar. */
export type Asked =
	| { readonly ok: true; readonly answer: ModelAnswer; readonly cost: number }
	| { readonly ok: false; readonly why: 'unreachable' | 'unreadable'; readonly cost: number };

/** Somebody who can be asked. Never throws. */
export interface OpinionPort {
	/** Names the model: an answer of another one is another answer. */
	readonly model: string;
	/** The most that asking this could cost, in millionths of a dollar. */
	mostCost(asking: Asking): number;
	ask(asking: Asking, timeoutMs: number): Promise<Asked>;
}
