/** The shop of the stories with its people in Slack: a stand-in for Slack, and our endpoint on a port of its own. */

import { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import { slackChannel } from '../../src/channels/slack.ts';
import { createSlack, type Slack, type SlackEvent, slackWorkspace } from '../../src/dev/slack.ts';
import { buttonOf, type SlackHand, slackHand } from '../../src/dev/slack-hand.ts';
import { slackInbound } from '../../src/http/inbound/slack-inbound.ts';
import { serveOn } from '../../src/http/server.ts';
import { withdraw } from '../../src/reviews/withdraw.ts';
import type { WorkerKind } from '../../src/workers/kinds.ts';
import { openShop, type Shop, shopPolicy } from '../flows/shop.ts';
import type { TestAppOptions } from '../support/app.ts';
import type { TestRedis } from '../support/redis.ts';

export const members = { ana: 'U0ANA', ben: 'U0BEN', cai: 'U0CAI', dee: 'U0DEE' } as const;
export type Member = keyof typeof members;

/** Everybody is in Slack, and asked there first; Cai reads Chinese. */
export const slackPolicy = Object.entries(members)
	.reduce(
		(policy, [id, user]) =>
			policy.replace(new RegExp(`(\\n  ${id}: \\{ )`), `$1slack: { team: ${slackWorkspace.team}, user: ${user} }, `),
		shopPolicy,
	)
	.replace('  cai: { ', '  cai: { language: zh-CN, ')
	.replace(
		'plans:',
		'channel_limits: { slack: { max_amount: "4000.00" } }\ninterruptions: { per_hour: 1000, per_day: 10000 }\nplans:',
	)
	.replaceAll('ask: [support],', 'ask: [support], channels: [slack],')
	.replace('ask: [leads],', 'ask: [leads], channels: [slack],');

export interface SlackShop extends Shop {
	readonly slack: Slack;
	readonly hand: SlackHand;
	/** Base URL of the Web API. */
	readonly apiUrl: string;
	/** Where our endpoint is. */
	readonly hookUrl: string;
	/** The last card that this person was sent, once it has come. */
	cardOf(member: Member): Promise<SlackEvent>;
	/** The cards of everybody who is asked about one action. */
	cardsOf(id: string): Promise<SlackEvent[]>;
	/** The same message once more, of which nothing of ours knows. */
	repost(message: SlackEvent): Promise<SlackEvent>;
	withdraw(id: string, agent: string): Promise<void>;
	/** Another process on the same store; with all workers where none are named. */
	again(workers?: readonly WorkerKind[]): Promise<Shop>;
}

/** Opens it; it closes after the test. `before` happens before anything is sent. */
export async function openSlackShop(
	redis: TestRedis,
	before: (slack: Slack) => void = () => undefined,
	operations?: TestAppOptions['operations'],
): Promise<SlackShop> {
	const slack = createSlack();
	before(slack);
	const slackServer = await serveOn(slack.app, { host: '127.0.0.1', port: 0 });
	const apiUrl = `${slackServer.url}/api/`;
	const again = (workers?: readonly WorkerKind[]): Promise<Shop> =>
		openShop(redis, {
			policy: slackPolicy,
			more: { slack: slackChannel({ token: slackWorkspace.token, baseUrl: apiUrl }) },
			...(workers !== undefined && { workers }),
			...(operations !== undefined && { operations }),
		});
	const shop = await again();
	const inbound = slackInbound(shop.app.front, 'http://127.0.0.1:4400', {
		token: slackWorkspace.token,
		appId: slackWorkspace.appId,
		signingSecret: slackWorkspace.signingSecret,
		appToken: null,
		apiUrl,
	});
	const routes = new Hono();
	if (inbound.routes !== null) routes.route('/hooks/slack', inbound.routes);
	const server = await serveOn(routes, { host: '127.0.0.1', port: 0 });
	onTestFinished(async () => {
		await server.close();
		await inbound.close();
		await slackServer.close();
	});
	const hookUrl = `${server.url}/hooks/slack/interactions`;
	const asks = ({ kind, blocks }: SlackEvent): boolean => kind === 'post' && buttonOf({ blocks }, 'approve') !== null;
	return {
		...shop,
		slack,
		again,
		apiUrl,
		hookUrl,
		hand: slackHand({ hookUrl, slackUrl: slackServer.url }),
		cardOf: (member) => slack.waitFor((event) => asks(event) && event.channel === `D${members[member].slice(1)}`),
		cardsOf: (id) =>
			Promise.all(
				(['ana', 'ben', 'cai'] as const).map((member) =>
					slack.waitFor(
						(event) =>
							asks(event) && event.channel === `D${members[member].slice(1)}` && JSON.stringify(event.blocks).includes(id),
					),
				),
			),
		async repost({ channel, text, blocks }) {
			const response = await fetch(`${apiUrl}chat.postMessage`, {
				method: 'POST',
				headers: { authorization: `Bearer ${slackWorkspace.token}`, 'content-type': 'application/json' },
				body: JSON.stringify({ channel, text, blocks }),
			});
			const { ts } = (await response.json()) as { ts: string };
			return slack.waitFor((event) => event.ts === ts);
		},
		async withdraw(id, agent) {
			await withdraw(shop.app.front, id, { tenant: 'default', agent });
		},
	};
}
