/** Why a person's mail gets an answer. */
export const answerReasons = [
	/** Their answer counted. */
	'recorded',
	/** Somebody was first, the deadline has passed, or it was changed meanwhile. */
	'lost',
	/** More than one word, or none that decides. */
	'not_understood',
	/** It could not be verified who sent it. */
	'unverified',
	/** Somebody else replied to a mail that was sent to this person. */
	'other_sender',
	/** This person replied to a mail that was sent to somebody else. */
	'not_yours',
	/** The mail was about a case, or told an outcome: nothing there is decided by a word. */
	'no_review',
	/** Policy wants this decided on the page: it is more than a mail may approve, or needs a second proof of who answers. */
	'on_the_page',
] as const;
export type AnswerReason = (typeof answerReasons)[number];
