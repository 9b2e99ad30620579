/** Messages in Slack: every limit held, every text plain, whatever an agent writes; the API's failures as receipts. */
import { describe, expect, it } from 'vitest';
import { type Content, caseContent, digestContent, noteContent, reviewContent } from '../../src/channels/content.ts';
import { type Copy, copyOf, markOf } from '../../src/channels/copy.ts';
import { slackApi, slackFailure } from '../../src/channels/slack-api.ts';
import { renderCopy, renderSlack } from '../../src/channels/slack-card.ts';
import { editForm, readForm } from '../../src/channels/slack-form.ts';
import { buttonValue, isFor, readValue } from '../../src/channels/slack-value.ts';
import { createSlack } from '../../src/dev/slack.ts';
import { buttonOf } from '../../src/dev/slack-hand.ts';
import type { Action } from '../../src/domain/action.ts';
import type { Reviewer } from '../../src/domain/review.ts';
import { serveOn } from '../../src/http/server.ts';
import { infected, injectedTexts } from './injected.ts';
import { ana, sampleAction, sampleLinks, viewerOf, wei } from './sample-action.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
interface Found {
	readonly path: string;
	readonly value: { readonly [key: string]: Json };
}

/** Every object in a value, with its path. */
function* objectsIn(value: Json, path = ''): Generator<Found> {
	if (typeof value !== 'object' || value === null) return;
	if (Array.isArray(value)) {
		for (const [i, each] of value.entries()) yield* objectsIn(each, `${path}[${i}]`);
		return;
	}
	yield { path, value: value as Found['value'] };
	for (const [key, each] of Object.entries(value)) yield* objectsIn(each, `${path}.${key}`);
}
const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
const length = (text: Json | undefined): number => (typeof text === 'string' ? text.length : 0);

/** What Slack refuses a message for, and what we allow ourselves. */
function wrongWith(rendered: { readonly blocks: unknown }): string[] {
	const wrong: string[] = [];
	const blocks = json(rendered.blocks);
	if (!Array.isArray(blocks) || blocks.length === 0 || blocks.length > 50) wrong.push('blocks');
	for (const { path, value } of objectsIn(blocks)) {
		const say = (what: string, is: boolean): void => void (is && wrong.push(`${path}: ${what}`));
		const text = value.text as { readonly [key: string]: Json } | undefined;
		switch (value.type) {
			case 'mrkdwn':
				say('markup', true);
				break;
			case 'plain_text':
				say('empty or too long', length(value.text) < 1 || length(value.text) > 3000);
				say('emoji', value.emoji !== false);
				break;
			case 'header':
				say('header', length(text?.text) > 150);
				break;
			case 'section': {
				const fields = (value.fields ?? []) as readonly { text: string }[];
				say('fields', fields.length > 10 || fields.some((field) => field.text.length > 2000));
				break;
			}
			case 'actions':
				say('elements', (value.elements as readonly Json[]).length > 25 || (value.elements as readonly Json[]).length === 0);
				break;
			case 'button':
				say('button', length(text?.text) > 75 || length(value.value) > 2000 || length(value.url) > 3000);
				break;
			default:
		}
		const confirm = value.confirm as Record<string, { text: string }> | undefined;
		if (confirm !== undefined && typeof confirm === 'object' && 'title' in confirm)
			say(
				'confirm',
				length(confirm.title?.text) > 100 ||
					length(confirm.text?.text) > 300 ||
					length(confirm.confirm?.text) > 30 ||
					length(confirm.deny?.text) > 30,
			);
	}
	return wrong;
}

const contentsOf = (action: Action, reader: Reviewer): Content[] => {
	const viewer = viewerOf(reader);
	return [
		reviewContent(action, viewer, 0),
		reviewContent(action, viewer, 1),
		caseContent(action, viewer),
		noteContent({ ...action, state: 'failed' }, viewer),
		digestContent([{ action, url: null }], viewer),
	];
};
const copiesOf = (action: Action, reader: Reviewer): Copy[] => {
	const viewer = viewerOf(reader);
	return [
		copyOf(action, viewer, { revision: 1, purpose: 'review' }),
		copyOf({ ...action, state: 'rejected' }, viewer, { revision: 1, purpose: 'review' }),
		copyOf({ ...action, revision: 2 }, viewer, { revision: 1, purpose: 'review' }),
		copyOf({ ...action, state: 'escalated' }, viewer, { revision: 1, purpose: 'case' }),
	];
};
const rendered = (action: Action, reader: Reviewer) =>
	[...contentsOf(action, reader).map(renderSlack), ...copiesOf(action, reader).map(renderCopy)].map((message) => {
		if (message === null) throw new Error('not rendered');
		return message;
	});

/** Block ids, action ids, styles, values and addresses: what an action's text must not change. */
const machinery = (blocks: unknown): string[] =>
	[...objectsIn(json(blocks))].flatMap(({ value }) =>
		['action_id', 'block_id', 'value', 'url', 'style'].flatMap((key) =>
			typeof value[key] === 'string' ? [`${key}=${value[key]}`] : [],
		),
	);

describe('the card', () => {
	it('names the deed first, and asks once more before it approves, with the amount', () => {
		const message = renderSlack(reviewContent(sampleAction(), viewerOf(), 0));
		expect(message?.blocks[0]).toMatchObject({
			type: 'header',
			text: { text: expect.stringMatching(/^\[Approve\?\] Refund USD 2,400\.00/) },
		});
		expect(message?.text).toMatch(/Refund USD 2,400\.00/);
		const event = { blocks: json(message?.blocks) as never };
		expect(buttonOf(event, 'approve')).toMatchObject({
			style: 'primary',
			confirm: { text: { type: 'plain_text', text: expect.stringContaining('USD 2,400.00') } },
		});
		expect(buttonOf(event, 'reject')).toMatchObject({ style: 'danger', confirm: {} });
		const actions = (json(message?.blocks) as { type: string; elements?: { action_id: string }[] }[]).find(
			({ type }) => type === 'actions',
		);
		expect(actions?.elements?.map(({ action_id }) => action_id)).toEqual(['approve', 'reject', 'take_over', 'edit', 'open']);
	});

	it.each([
		['en', ana],
		['zh-CN', wei],
	])('in %s', (_language, reader) => {
		expect(renderSlack(reviewContent(sampleAction(), viewerOf(reader), 0))).toMatchSnapshot();
		expect(
			renderCopy(
				copyOf(
					{
						...sampleAction(),
						state: 'executed',
						decision: {
							at: sampleAction().createdAt,
							event: 'approved_by_reviewers',
							by: 'bo',
							channel: 'email',
							payloadDigest: '',
						},
					},
					viewerOf(reader),
					{ revision: 1, purpose: 'review' },
				),
			),
		).toMatchSnapshot();
	});

	it('carries an opaque id and the beginning of a digest in its buttons, and nothing of the action', () => {
		const action = sampleAction();
		const value = buttonValue(sampleLinks.open, action.payloadDigest);
		expect(value).toMatch(/^[0-9A-Za-z]{22}\.[0-9a-f]{16}$/);
		const read = readValue(value ?? '');
		expect(read !== null && isFor(read, action.payloadDigest)).toBe(true);
		expect(read !== null && isFor(read, 'f'.repeat(64))).toBe(false);
		expect(buttonValue('https://countersign.shop.example/inbox', action.payloadDigest)).toBeNull();
	});

	it('stays within every limit of Slack, however much an agent sends', () => {
		const many = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`argument_${i}`, 'x'.repeat(5000)]));
		const large = sampleAction({
			arguments: many,
			reasoning: 'word '.repeat(1500),
			user: 'u'.repeat(200),
			payee: 'p'.repeat(200),
			operation: 'o'.repeat(128),
		});
		for (const reader of [ana, wei]) {
			for (const message of rendered(large, reader)) expect(wrongWith(message)).toEqual([]);
			const digest = renderSlack(
				digestContent(
					Array.from({ length: 500 }, () => ({ action: large, url: null })),
					viewerOf(reader),
				),
			);
			expect(digest === null ? ['none'] : wrongWith(digest)).toEqual([]);
		}
	});

	it('is not sent for what is none for Slack', () => {
		expect(renderSlack({ kind: 'bundle', bundle: { language: 'en', items: [] } })).toBeNull();
	});
});

describe.each(injectedTexts)('injected text: $id', ({ text }) => {
	const action = infected(text);

	it('is plain text within the limits, and changes no button, id or address', () => {
		for (const reader of [ana, wei]) {
			const [clean, dirty] = [rendered(infected('x'), reader), rendered(action, reader)];
			for (const [i, message] of dirty.entries()) {
				expect(wrongWith(message)).toEqual([]);
				const machine = (blocks: unknown): string[] => machinery(blocks).map((each) => each.replace(/\.[0-9a-f]{16}$/, ''));
				expect(machine(message.blocks)).toEqual(machine(clean[i]?.blocks));
				// Slack reads this one as markup: nothing may stand in it that begins a link, a mention or a command.
				expect(message.text).not.toMatch(/<|>|&(?!amp;|lt;|gt;)|[a-z]:\/\//i);
				expect(JSON.stringify(message.blocks)).not.toMatch(/evil\.example|https?:\/\/(?!countersign\.shop\.example)/i);
			}
		}
	});

	it('stands in the form as it is, or not at all', () => {
		const form = json(editForm(action, 'en', 'x'));
		expect(wrongWith({ blocks: (form as { blocks: Json }).blocks }).filter((each) => !each.includes('too long'))).toEqual([]);
		const inputs = [...objectsIn(form)].filter(({ value }) => value.type === 'input');
		for (const { value } of inputs) {
			const element = value.element as { initial_value?: string };
			if (element.initial_value === undefined || value.block_id === 'amount') continue;
			expect([text, 'value']).toContain(element.initial_value);
			expect(String(value.block_id)).toMatch(/^argument-\d+$/);
		}
	});
});

describe('an edit', () => {
	const action = sampleAction({
		arguments: { order_id: '1881', count: 2, gift: false, nested: { a: 1 }, note: 'one\ntwo', huge: 'x'.repeat(2000) },
	});

	it('shows simple values only, and keeps the others', () => {
		const blocks = editForm(action, 'en', 'm').blocks.flatMap((block) => (block.type === 'input' ? [block.block_id] : []));
		expect(blocks).toEqual(['amount', 'argument-0', 'argument-1', 'argument-2', 'argument-4']);
		expect(readForm(action, { amount: '10.00', 'argument-1': '3', 'argument-2': 'true', 'argument-3': 'evil' }, 'en')).toEqual({
			edit: {
				amount: { minor: 1000, currency: 'USD' },
				arguments: { ...action.proposal.arguments, count: 3, gift: true },
			},
		});
	});

	it.each([
		[{ amount: '1,000.00' }, 'amount'],
		[{ amount: '10.001' }, 'amount'],
		[{ amount: '' }, 'amount'],
		[{ amount: '1e3' }, 'amount'],
		[{ 'argument-1': '0x10' }, 'argument-1'],
		[{ 'argument-1': 'Infinity' }, 'argument-1'],
		[{ 'argument-2': 'yes' }, 'argument-2'],
		[{}, 'amount'],
		[{ amount: '2400.00' }, 'amount'],
	])('%o is wrong at %s', (values, field) => {
		expect(readForm(action, values as Record<string, string>, 'en')).toMatchObject({ errors: { [field]: expect.any(String) } });
	});
});

describe('copies', () => {
	it('of the same news are the same, whenever they are looked at', () => {
		const decided: Action = {
			...sampleAction(),
			state: 'approved',
			decision: { at: 1, event: 'approved_by_reviewers', by: 'bo', channel: 'email', payloadDigest: '' },
		};
		const mark = (action: Action, now: number): string =>
			markOf(copyOf(action, viewerOf(ana, { now }), { revision: 1, purpose: 'review' }), action.version);
		expect(mark(decided, 1)).toBe(mark({ ...decided, state: 'executing', version: 9 }, 10_000_000));
		expect(mark(decided, 1)).not.toBe(mark({ ...decided, state: 'executed', outcome: { state: 'executed', at: 5 } }, 1));
	});
});

describe('failures of the API', () => {
	const platform = (error: string) => ({ data: { error } });
	it.each([
		[platform('channel_not_found'), true],
		[platform('not_in_channel'), true],
		[platform('is_archived'), true],
		[platform('token_revoked'), true],
		[platform('account_inactive'), true],
		[platform('invalid_auth'), true],
		[platform('invalid_blocks'), true],
		[platform('internal_error'), false],
		[platform('ratelimited'), false],
		[{ statusCode: 500 }, false],
		[{ statusCode: 404 }, true],
		[{ retryAfter: 30 }, false],
		[new Error('socket hang up'), false],
	])('%o is permanent: %s', (error, permanent) => {
		expect(slackFailure('chat.postMessage', error)).toMatchObject({ ok: false, permanent });
	});

	it('after a 429 nothing is asked of that method for as long as Slack said', async () => {
		const slack = createSlack();
		const server = await serveOn(slack.app, { host: '127.0.0.1', port: 0 });
		let now = 0;
		const api = slackApi({ token: 'xoxb-1', baseUrl: `${server.url}/api`, timeoutMs: 2000, now: () => now });
		const message = { text: 'x', blocks: [] };
		try {
			slack.fail({ retryAfter: 30 });
			expect(await api.post('U0ANA', message)).toMatchObject({
				ok: false,
				permanent: false,
				reason: expect.stringMatching(/ratelimited/),
			});
			slack.fail(null);
			now = 29_000;
			expect(await api.post('U0ANA', message)).toMatchObject({ ok: false });
			expect(slack.messages()).toEqual([]);
			now = 30_000;
			const sent = await api.post('U0ANA', message);
			expect(sent).toMatchObject({ ok: true, id: expect.stringMatching(/^D0ANA\//) });
			expect(slack.messages()[0]?.asked).toMatchObject({
				link_names: 'false',
				unfurl_links: 'false',
				unfurl_media: 'false',
				parse: 'none',
			});
			slack.fail({ status: 503 });
			expect(await api.update(sent.ok ? sent.id : '', message)).toMatchObject({ ok: false, permanent: false });
		} finally {
			await server.close();
		}
	});
});
