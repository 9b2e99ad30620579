/** Cards in Slack: one message to one person in their conversation with the app, changed when it is decided elsewhere. */
import { z } from 'zod';
import { type ChannelPort, refused } from './channel.ts';
import { type SlackApi, slackApi } from './slack-api.ts';
import { renderCopy, renderSlack } from './slack-card.ts';

/** The bot that posts. */
export const slackConfig = z.strictObject({
	token: z.string().regex(/^xox[a-z]-[A-Za-z0-9-]+$/, 'must be a bot token, such as xoxb-…'),
	/** Another base URL of the Web API, for a local stand-in. */
	baseUrl: z.url({ protocol: /^https?$/ }).optional(),
	timeoutMs: z.number().int().min(100).max(120_000).default(10_000),
});
export type SlackConfigInput = z.input<typeof slackConfig>;

export interface SlackChannel extends ChannelPort {
	readonly kind: 'slack';
	/** For what is no message: forms, and messages that only one person sees. */
	readonly api: SlackApi;
}

/** Throws a `ZodError` on a bad configuration; asks nothing of Slack before the first message. */
export function slackChannel(given: SlackConfigInput): SlackChannel {
	const api = slackApi(slackConfig.parse(given));
	return {
		kind: 'slack',
		api,
		async send({ to, content }) {
			if (to.slack === undefined) return refused('the reviewer is no member of a Slack workspace');
			const rendered = renderSlack(content);
			// By member id: a conversation between this person and the app. The link in it is theirs alone, so a shared channel is none.
			return rendered === null ? refused('this is not sent to Slack') : api.post(to.slack.user, rendered);
		},
		async update(id, copy) {
			const rendered = renderCopy(copy);
			return rendered === null ? refused('this is not sent to Slack') : api.update(id, rendered);
		},
		async close() {},
	};
}
