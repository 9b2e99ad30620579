/** What comes in from Slack, and from whoever pretends to be Slack: the corpus as data, replays, and what is slow. */
import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../../src/config.ts';
import { type SlackEvent, slackWorkspace } from '../../src/dev/slack.ts';
import { encoded } from '../../src/dev/slack-hand.ts';
import { slackRoutes } from '../../src/http/inbound/slack.ts';
import { signatureOf } from '../../src/http/inbound/slack-signature.ts';
import { isSlacks } from '../../src/http/inbound/slack-tell.ts';
import { httpRoutes } from '../../src/http/server.ts';
import { refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { members, openSlackShop } from './slack-shop.ts';

const redis = testRedis();

const row = z.strictObject({
	id: z.string(),
	headers: z.record(z.string(), z.string().nullable()).optional(),
	/** Of the request, in seconds. */
	age: z.number().optional(),
	timestamp: z.string().optional(),
	signature: z.enum(['v1', 'upper', 'short', 'other']).optional(),
	reencode: z.boolean().optional(),
	payload: z.record(z.string(), z.unknown()).optional(),
	team: z.string().optional(),
	user: z.string().default(members.ana),
	button: z.string().default('approve'),
	value: z.enum(['short', 'unknown', 'other_digest', 'command', 'none']).optional(),
	/** Instead of a press. */
	json: z.record(z.string(), z.unknown()).optional(),
	times: z.number().default(1),
	raw: z.string().optional(),
	status: z.number(),
	/** The body of our answer. */
	answer: z.string().optional(),
	/** What whoever pressed is told. */
	told: z.string().optional(),
	decides: z.boolean().default(false),
});
type Row = z.output<typeof row>;
const rows = z.array(row).parse(JSON.parse(readFileSync(new URL('./slack-corpus.json', import.meta.url), 'utf8')));

const signatures: Record<NonNullable<Row['signature']>, (correct: string) => string> = {
	v1: (correct) => correct.replace('v0=', 'v1='),
	upper: (correct) => `v0=${correct.slice(3).toUpperCase()}`,
	short: (correct) => correct.slice(0, -1),
	other: () => signatureOf('1', 'other', 'another-secret'),
};

const valueNamed = (kind: Row['value'], real: string): string | undefined => {
	const [token = '', digest = ''] = real.split('.');
	switch (kind) {
		case undefined:
			return real;
		case 'short':
			return real.slice(0, -1);
		case 'unknown':
			return `${'Z'.repeat(22)}.${digest}`;
		case 'other_digest':
			return `${token}.${'0'.repeat(16)}`;
		case 'command':
			return JSON.stringify({ do: 'approve', amount: '1.00' });
		case 'none':
			return undefined;
	}
};

function bodyOf(given: Row, card: SlackEvent): string {
	if (given.raw !== undefined) return given.raw;
	if (given.json !== undefined)
		return JSON.stringify(given.json, (key, value) => (key === 'challenge' ? String(value).repeat(given.times) : value));
	const button = card.blocks.flatMap(({ elements = [] }) => elements).find(({ action_id }) => action_id === 'approve');
	return encoded({
		type: 'block_actions',
		api_app_id: 'A0LOCAL',
		team: { id: given.team ?? 'T0LOCAL' },
		user: { id: given.user, team_id: given.team ?? 'T0LOCAL' },
		trigger_id: given.id,
		container: { channel_id: card.channel, message_ts: card.ts },
		actions: [{ action_id: given.button, value: valueNamed(given.value, button?.value ?? '') }],
		...given.payload,
	});
}

describe('the corpus', () => {
	test.each(rows)('$id', async (given) => {
		const shop = await openSlackShop(redis);
		const id = await shop.propose(refund('600.00'));
		const card = await shop.cardOf('ana');
		const response = await shop.hand.send(bodyOf(given, card), {
			...(given.headers !== undefined && { headers: given.headers }),
			...(given.json !== undefined && { headers: { 'content-type': 'application/json' } }),
			...(given.timestamp !== undefined && { timestamp: given.timestamp }),
			...(given.age !== undefined && { timestamp: String(Math.floor(Date.now() / 1000) - given.age) }),
			...(given.signature !== undefined && { signature: signatures[given.signature] }),
			...(given.reencode === true && {
				reencode: (body: string) => `payload=${JSON.stringify(JSON.parse(decodeURIComponent(body.slice(8))), null, 1)}`,
			}),
		});
		expect(response.status).toBe(given.status);
		expect(await response.text()).toBe(given.answer ?? '');
		if (given.told !== undefined) {
			const told = given.told;
			const said = await shop.slack.waitFor(({ kind }) => kind === 'whisper');
			expect(said.text).toContain(told);
		}
		if (given.decides) expect((await shop.until(id)).decision).toMatchObject({ by: 'ana', channel: 'slack' });
		else expect(await shop.get(id)).toMatchObject({ state: 'in_review', replies: [], decision: null });
	});
});

describe('the same twice', () => {
	test('a replay inside the window, and retries with their number, change nothing', async () => {
		const shop = await openSlackShop(redis);
		const id = await shop.propose(refund('3000.00'));
		const body = bodyOf(row.parse({ id: 'x', status: 200 }), await shop.cardOf('ana'));
		for (const retry of [null, '1', '2', '3']) {
			const response = await shop.hand.send(body, { headers: { 'x-slack-retry-num': retry } });
			expect(response.status).toBe(200);
		}
		expect((await shop.get(id)).replies).toHaveLength(1);
		// The first press counted, and nobody is told that a second one changed nothing: there was none.
		expect(shop.slack.events().filter(({ kind, text }) => kind === 'whisper' && text.includes('already'))).toEqual([]);
	});
});

describe('what is slow', () => {
	test('a store that answers late is not waited for: Slack hears within three seconds, and one decision comes of it', async () => {
		const shop = await openSlackShop(redis);
		const id = await shop.propose(refund('600.00'));
		const body = bodyOf(row.parse({ id: 'x', status: 200 }), await shop.cardOf('ana'));
		const { actions } = shop.app.front.store;
		const get = actions.get;
		let release = (): void => undefined;
		const held = new Promise<void>((resolve) => {
			release = resolve;
		});
		const slow = vi.spyOn(actions, 'get').mockImplementation(async (each) => {
			await held;
			return get(each);
		});
		const start = performance.now();
		const answers = await Promise.all(
			[0, 1, 2, 3].map((n) => shop.hand.send(body, { headers: { 'x-slack-retry-num': String(n) } })),
		);
		expect(performance.now() - start).toBeLessThan(3000);
		expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
		release();
		slow.mockRestore();
		expect((await shop.until(id)).decision).toMatchObject({ by: 'ana' });
		expect((await shop.events(id)).filter((event) => event === 'approved_by_reviewers')).toHaveLength(1);
	});

	test('a store that fails at once is no decision: Slack shows a failure, and the same request counts later', async () => {
		const shop = await openSlackShop(redis);
		const id = await shop.propose(refund('600.00'));
		const body = bodyOf(row.parse({ id: 'x', status: 200 }), await shop.cardOf('ana'));
		const broken = vi.spyOn(shop.app.front.store.actions, 'get').mockRejectedValue(new Error('gone'));
		expect((await shop.hand.send(body)).status).toBe(503);
		broken.mockRestore();
		expect((await shop.hand.send(body)).status).toBe(200);
		expect((await shop.until(id)).decision).toMatchObject({ by: 'ana' });
	});

	test('a form that opens too late is replaced by a link to the page', async () => {
		const shop = await openSlackShop(redis);
		await shop.propose(refund('600.00'));
		const card = await shop.cardOf('ana');
		await shop.hand.press(card, 'edit', { user: members.ana, payload: { trigger_id: 'expired' } });
		const told = await shop.slack.waitFor(({ kind }) => kind === 'whisper');
		expect(JSON.stringify(told.blocks)).toMatch(/http:\/\/127\.0\.0\.1:4400\/r\/[0-9A-Za-z]{22}"/);
	});

	test('an amount above what Slack may approve is approved on the page; rejecting it works', async () => {
		const shop = await openSlackShop(redis);
		const id = await shop.propose(refund('4500.00'));
		const card = await shop.cardOf('ana');
		await shop.hand.press(card, 'approve', { user: members.ana });
		const told = await shop.slack.waitFor(({ kind }) => kind === 'whisper');
		expect(told.text).toMatch(/cannot be done here/);
		expect(JSON.stringify(told.blocks)).toMatch(/\/r\/[0-9A-Za-z]{22}"/);
		expect(await shop.get(id)).toMatchObject({ state: 'in_review', replies: [] });
		await shop.hand.press(card, 'reject', { user: members.ana });
		expect((await shop.until(id)).state).toBe('rejected');
	});
});

describe('where answers go', () => {
	const slacks = ['https://hooks.slack.com'];
	test.each([
		['https://hooks.slack.com/actions/T0/1/x', true],
		['http://hooks.slack.com/actions/T0/1/x', false],
		['https://hooks.slack.com.evil.example/x', false],
		['https://hooks.slack.com@evil.example/x', false],
		['https://user:pass@hooks.slack.com/x', false],
		['https://hooks.slack.com:8443/x', false],
		['https://evil.example/?https://hooks.slack.com/', false],
		['javascript:alert(1)', false],
		['', false],
		[undefined, false],
	])('%s: %s', (url, wanted) => {
		expect(isSlacks(url, slacks)).toBe(wanted);
	});
});

describe('secrets', () => {
	test('an empty signing secret refuses to start', async () => {
		const shop = await openSlackShop(redis);
		expect(() =>
			slackRoutes({
				engine: shop.app.front,
				desk: { receive: async () => ({ status: 200 }), settled: async () => undefined },
				signingSecret: '',
			}),
		).toThrow(/SLACK_SIGNING_SECRET/);
	});

	test('half a configuration is named', () => {
		const start = (env: Record<string, string>) => () => readConfig({ NODE_ENV: 'test', ...env });
		expect(start({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_ID: 'A0LOCAL', SLACK_SIGNING_SECRET: '' })).toThrow(
			/SLACK_SIGNING_SECRET: must be set/,
		);
		expect(start({ SLACK_SIGNING_SECRET: 'x'.repeat(32) })).toThrow(/SLACK_BOT_TOKEN, SLACK_APP_ID: must be set/);
		expect(start({ SLACK_BOT_TOKEN: 'token', SLACK_APP_ID: 'A0LOCAL', SLACK_SIGNING_SECRET: 'x'.repeat(32) })).toThrow(
			/SLACK_BOT_TOKEN: must be a bot token/,
		);
		expect(start({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_ID: 'A0LOCAL', SLACK_APP_TOKEN: 'xapp-1' })().slack).toMatchObject({
			signingSecret: null,
		});
	});
});

test('the endpoint stands with the other pages where Slack is configured, and nowhere else', async () => {
	const shop = await openSlackShop(redis);
	const { front, connect } = shop.app;
	const slack = { ...slackWorkspace, appToken: null, apiUrl: shop.apiUrl };
	for (const [given, status] of [
		[{ slack }, 401],
		[{}, 404],
	] as const) {
		const routes = httpRoutes({ engine: front, connect, apiKeys: [], publicUrl: 'http://127.0.0.1:4400', ...given });
		const response = await routes.app.request('/hooks/slack/interactions', { method: 'POST', body: 'payload=%7B%7D' });
		expect(response.status).toBe(status);
		routes.close();
	}
});
