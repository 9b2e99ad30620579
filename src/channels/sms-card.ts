/**
 * Messages as a text message: the fact, the deadline, how to answer, the link. No agent prose. One segment in English and at most
 * two in Chinese: what is optional is dropped in a fixed order until it fits. The words that carriers act on (YES, NO, STOP, CANCEL,
 * END and their kin) are never offered as answers.
 */
import type { Language } from '../domain/verdict.ts';
import type { Card } from './card.ts';
import { type Catalogue, catalogueOf } from './catalogue.ts';
import type { Content } from './content.ts';
import { deedText } from './fact-line.ts';
import { everything, type SmsAbilities } from './sms-abilities.ts';
import { renderBundle } from './sms-bundle.ts';
import { segmentsOf } from './sms-segments.ts';
import { codeSms } from './step-up-code.ts';
import { cardIn, type OneContent } from './subject.ts';
import { waitingSms } from './waiting-list.ts';

export interface RenderedText {
	readonly body: string;
	readonly segments: number;
}

/** The largest number of segments by language. Only a very long public URL can lead beyond it. */
export const segmentBudget: Readonly<Record<Language, number>> = { en: 1, 'zh-CN': 2 };

/** What a text is put together from; every part but `lead`, `deed` and `link` can be dropped. */
interface Parts {
	readonly lead: (what: string) => string;
	readonly deed: string;
	readonly whom: string;
	readonly by: string;
	readonly risk: string;
	readonly nobody: string;
	readonly reminder: string;
	/** The words for help and for ending the messages. */
	readonly help: string;
	/** How to answer, the longest form first; empty where nobody can answer. */
	readonly how: readonly string[];
	/** Empty where addresses of web pages do not get through. */
	readonly link: string;
}
type Optional = 'help' | 'nobody' | 'risk' | 'reminder' | 'by' | 'whom';
/** What goes first: the most is kept of what tells one request from another. */
const dropOrder: readonly Optional[] = ['nobody', 'help', 'risk', 'reminder', 'by', 'whom'];

/**
 * Renders a message, or null where it is none for a phone: a digest is read when there is time, and the answer to a mail is a
 * mail. `abilities`: what a text can do where it goes.
 */
export function renderText(content: Content, abilities: SmsAbilities = everything): RenderedText | null {
	if (content.kind === 'digest' || content.kind === 'answer') return null;
	if (content.kind === 'bundle') return renderBundle(content.bundle);
	if (content.kind === 'waiting') return measured(waitingSms(content.list));
	if (content.kind === 'code') return measured(codeSms(content.code));
	const card = cardIn(content);
	const catalogue = catalogueOf(card.language);
	const budget = segmentBudget[card.language];
	const parts = partsOf(content, card, abilities);
	let body = '';
	// How to answer in full goes before what is optional; a shorter form leaves room for that again.
	for (const how of parts.how.length === 0 ? [''] : parts.how) {
		const left = new Set<Optional>(dropOrder);
		for (const next of [null, ...dropOrder]) {
			if (next !== null) left.delete(next);
			body = written(parts, { left, how }, catalogue);
			if (segmentsOf(body) <= budget) return measured(body);
		}
	}
	return measured(body);
}

const measured = (body: string): RenderedText => ({ body, segments: segmentsOf(body) });

function partsOf(content: OneContent, card: Card, { twoWay, links: addresses }: SmsAbilities): Parts {
	const { facts, deadline, links } = card;
	const { sms, replies } = catalogueOf(card.language);
	const asks = content.kind === 'review';
	const code = asks && twoWay ? (card.reply?.code ?? null) : null;
	return {
		lead: leadOf(content, sms),
		deed: deedText(facts),
		whom: facts.whom !== null && facts.whomIsToken ? sms.whom(facts.whom) : '',
		by: asks && deadline !== null ? sms.by(deadline.short) : '',
		risk: card.risk === '' || !asks || !isOurs(card, card.risk) ? '' : sms.risk(card.risk),
		nobody: asks ? sms.nobody : '',
		reminder: asks && content.reminder ? sms.reminder : '',
		help: code === null ? '' : replies.smsHelp,
		// Where there is a link, the page says how to answer as well.
		how: code === null ? [] : [replies.smsLine(code), replies.smsLineShort(code), ...(addresses ? [''] : [])],
		link: addresses ? links.open : '',
	};
}

/** Risk classes of the catalogue only: a user's own may be spelled in letters that cost a segment. */
const isOurs = (card: Card, label: string): boolean =>
	(Object.values(catalogueOf(card.language).riskClasses) as readonly string[]).includes(label);

function leadOf(content: OneContent, sms: Catalogue['sms']): (what: string) => string {
	switch (content.kind) {
		case 'review':
			return sms.review;
		case 'case':
			return content.case.outcomeUnknown ? sms.outcomeUnknown : sms.caseOpened;
		case 'note':
			return content.note.kind === 'failed' ? sms.failed : sms.outcomeUnknown;
		case 'answer':
			return (what) => `${content.answer.title}: ${what}`;
	}
}

function written(parts: Parts, { left, how }: { left: ReadonlySet<Optional>; how: string }, { sms }: Catalogue): string {
	const part = (name: Optional): string => (left.has(name) ? parts[name] : '');
	const what = `${parts.deed}${part('whom')}${part('by')}`;
	const said = `${part('reminder')}${parts.lead(what)}${sms.stop}${part('risk')}${part('nobody')}`;
	const answer = how === '' ? '' : ` ${how}${how.endsWith('.') || parts.link !== '' ? '' : sms.stop}${part('help')}`;
	return `${said}${answer}${parts.link === '' ? '' : ` ${parts.link}`}`;
}
