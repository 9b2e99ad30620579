/** The subject line: the decision in one line. No agent text; no amount either where subjects are private (R-M3). */
import type { Card } from './card.ts';
import { catalogueOf } from './catalogue.ts';
import type { Content } from './content.ts';
import { deedLine } from './fact-line.ts';
import { codeSubject } from './step-up-code.ts';
import { waitingSubject } from './waiting-list.ts';

/** `[Approve?] Refund USD 240.00 · u-1042 · by 14:30 UTC+8`. The same for a reminder, so that mail programs keep one thread. */
export function subjectOf(content: Content, options: { private: boolean }): string {
	if (content.kind === 'digest') return catalogueOf(content.digest.language).subject.digest(content.digest.count);
	if (content.kind === 'bundle') return catalogueOf(content.bundle.language).replies.smsBundle(content.bundle.items.length);
	if (content.kind === 'waiting') return waitingSubject(content.list);
	if (content.kind === 'code') return codeSubject(content.code);
	const card = cardIn(content);
	const { subject } = catalogueOf(card.language);
	const what = options.private ? card.facts.operation : deedLine(card.facts);
	switch (content.kind) {
		case 'review': {
			const line = subject.review(what, card.deadline === null ? '' : subject.by(card.deadline.short));
			return content.reminder ? `Re: ${line}` : line;
		}
		case 'case':
			return content.case.outcomeUnknown ? subject.outcomeUnknown(what) : subject.caseOpened(what);
		case 'note':
			return content.note.kind === 'failed' ? subject.failed(what) : subject.outcomeUnknown(what);
		case 'answer':
			return `${content.answer.title} · ${what}`;
	}
}

/** A message about one action. */
export type OneContent = Exclude<Content, { kind: 'digest' | 'bundle' | 'waiting' | 'code' }>;

/** The card of a message about one action. */
export function cardIn(content: OneContent): Card {
	switch (content.kind) {
		case 'review':
			return content.card;
		case 'case':
			return content.case.card;
		case 'note':
			return content.note.card;
		case 'answer':
			return content.answer.card;
	}
}
