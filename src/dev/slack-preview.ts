/** What an action would look like in Slack, as the JSON that Slack's Block Kit Builder takes. Nothing is sent, and no link is made. */
import { linksTo } from '../channels/card.ts';
import { caseContent, reviewContent } from '../channels/content.ts';
import { copyOf } from '../channels/copy.ts';
import { type RenderedSlack, renderCopy, renderSlack } from '../channels/slack-card.ts';
import type { Action } from '../domain/action.ts';
import type { Language } from '../domain/verdict.ts';

/** Stands where the token of a link would: it opens nothing. */
const noToken = '0'.repeat(22);

/** The card of an open review or case, or how it ended. */
export function slackPreview(action: Action, language: Language, now: number): RenderedSlack | null {
	const reviewer = { name: language === 'en' ? 'Ana' : '王伟', language, timeZone: 'UTC', active: true };
	const viewer = { id: 'preview', reviewer, now, links: linksTo(`https://countersign.example/r/${noToken}`) };
	if (action.state === 'in_review') return renderSlack(reviewContent(action, viewer, 0));
	if (action.state === 'escalated') return renderSlack(caseContent(action, viewer));
	return renderCopy(copyOf(action, viewer, { revision: action.revision, purpose: 'review' }));
}
