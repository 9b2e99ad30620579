/** Socket Mode: the same answers over a connection that we open. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { slackWorkspace } from '../../src/dev/slack.ts';
import { buttonOf } from '../../src/dev/slack-hand.ts';
import { slackInbound } from '../../src/http/inbound/slack-inbound.ts';
import { refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { members, openSlackShop } from './slack-shop.ts';
import { startSocket } from './socket-stand-in.ts';

const redis = testRedis();

test('a press by socket decides once, is confirmed, and needs no public address', async () => {
	const shop = await openSlackShop(redis);
	const socket = await startSocket();
	shop.slack.socketUrl = socket.url;
	const inbound = slackInbound(shop.app.front, 'http://127.0.0.1:4400', {
		token: slackWorkspace.token,
		appId: slackWorkspace.appId,
		signingSecret: null,
		appToken: slackWorkspace.appToken,
		apiUrl: shop.apiUrl,
	});
	onTestFinished(async () => {
		await inbound.close();
		await socket.close();
	});
	expect(inbound.routes).toBeNull();
	await socket.connected;
	socket.send({ type: 'hello', num_connections: 1, connection_info: { app_id: slackWorkspace.appId } });
	const id = await shop.propose(refund('3000.00'));
	const card = await shop.cardOf('ana');
	const press = (user: string) => ({
		type: 'block_actions',
		api_app_id: slackWorkspace.appId,
		team: { id: slackWorkspace.team },
		user: { id: user, team_id: slackWorkspace.team },
		trigger_id: 't',
		container: { channel_id: card.channel, message_ts: card.ts },
		actions: [{ action_id: 'approve', value: buttonOf(card, 'approve')?.value }],
	});
	let confirmed = 0;
	const send = async (envelope: string, user: string): Promise<void> => {
		const before = confirmed;
		socket.send({ type: 'interactive', envelope_id: envelope, payload: press(user), accepts_response_payload: true });
		await vi.waitFor(
			() => expect(socket.received().filter(({ envelope_id }) => envelope_id !== undefined).length).toBeGreaterThan(before),
			{ timeout: 5000 },
		);
		confirmed = before + 1;
		expect(socket.received().at(-1)).toMatchObject({ envelope_id: envelope });
	};
	await send('e-1', members.ben);
	expect((await shop.get(id)).replies).toEqual([]);
	await send('e-2', members.ana);
	// An envelope that was not confirmed in time comes again.
	await send('e-2', members.ana);
	expect((await shop.get(id)).replies).toMatchObject([{ reviewer: 'ana', channel: 'slack' }]);
});
