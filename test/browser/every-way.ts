/** The six ways in which a person answers, each with real parts: what the person does, and what they are told. */
import type { Browser, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { slackChannel } from '../../src/channels/slack.ts';
import type { Mail } from '../../src/dev/mailbox.ts';
import { createSlack, type Slack, slackWorkspace } from '../../src/dev/slack.ts';
import { buttonOf, type SlackHand, slackHand } from '../../src/dev/slack-hand.ts';
import type { Answer } from '../../src/domain/review.ts';
import { serveOn } from '../../src/http/server.ts';
import { createClient } from '../../src/producers/client.ts';
import { refund } from '../flows/shop.ts';
import { type Desk, openDesk } from '../inbound/desk.ts';
import type { TestRedis } from '../support/redis.ts';

/** Ana and Ben, who are asked by mail, by text and in Slack at once. */
const policy = `
version: 1
currency: USD
operations:
  refund: { risk_class: financial, at_least: approval, fallback: { handler: null } }
reviewers:
  ana: { name: Ana, email: ana@shop.example, phone: "+15550100001", slack: { team: ${slackWorkspace.team}, user: U0ANA } }
  ben: { name: Ben, email: ben@shop.example, phone: "+15550100002", slack: { team: ${slackWorkspace.team}, user: U0BEN } }
groups: { support: [ana, ben] }
on_call: support
plans: [{ route: approval, deadline: 30m, tiers: [{ after: 0s, to: [support], channels: [email, sms, slack] }] }]
notify_digest: false
interruptions: false
`;

const people = {
	ana: { name: 'Ana', mail: 'ana@shop.example', phone: '+15550100001', member: 'U0ANA' },
	ben: { name: 'Ben', mail: 'ben@shop.example', phone: '+15550100002', member: 'U0BEN' },
} as const;
export type Person = keyof typeof people;

export interface Office {
	readonly desk: Desk;
	readonly slack: Slack;
	readonly hand: SlackHand;
	/** Proposes a refund; gives back its id once everybody was asked. */
	ask(): Promise<string>;
}

/** Opens it all; it closes after the test. */
export async function openOffice(redis: TestRedis): Promise<Office> {
	const slack = createSlack();
	const slackServer = await serveOn(slack.app, { host: '127.0.0.1', port: 0 });
	onTestFinished(() => slackServer.close());
	const apiUrl = `${slackServer.url}/api/`;
	const { token, appId, signingSecret } = slackWorkspace;
	const desk = await openDesk(redis, {
		policy,
		more: { slack: slackChannel({ token, baseUrl: apiUrl }) },
		entrances: { slack: { token, appId, signingSecret, appToken: null, apiUrl }, signIn: { mail: null, oidc: null } },
	});
	const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
	onTestFinished(() => client.close());
	return {
		desk,
		slack,
		hand: slackHand({ hookUrl: `${desk.url}/hooks/slack/interactions`, slackUrl: slackServer.url }),
		async ask() {
			const { id } = await client.propose(refund('240.00'));
			await desk.until(id, 'in_review');
			return id;
		},
	};
}

/** One person about to answer one action: `answer` does it and gives back what they are told. */
export type Ready = (answer: Answer) => Promise<string>;

/** One person before what they were sent about one action. */
export interface Looking {
	readonly office: Office;
	readonly person: Person;
	readonly id: string;
	readonly browser: () => Browser;
}

/** A way to answer. `look`: the person opens what they were sent, before anybody has answered. */
export interface Way {
	readonly look: (at: Looking) => Promise<Ready>;
	/** The channel that is on record. */
	readonly channel: 'email' | 'sms' | 'slack' | 'inbox';
	readonly needsBrowser: boolean;
}

const words = { approve: 'Y', reject: 'N', take_over: 'M' } as const;

const mailTo = ({ desk }: Office, person: Person): Promise<Mail> =>
	desk.mailbox.waitFor(
		({ recipients, headers }) => recipients.includes(people[person].mail) && headers['auto-submitted'] === 'auto-generated',
	);
const textTo = ({ desk }: Office, person: Person) => desk.phone.waitFor(({ to }) => to === people[person].phone);

async function openPage(browser: Browser, phone: boolean): Promise<Page> {
	const context = await browser.newContext({
		viewport: phone ? { width: 375, height: 667 } : { width: 1280, height: 800 },
		javaScriptEnabled: !phone,
	});
	onTestFinished(() => context.close());
	return context.newPage();
}

const labels = { approve: 'Approve', reject: 'Reject', take_over: 'Take over' } as const;
const buttons = { approve: /approve Refund USD 240\.00/, reject: /reject/, take_over: /take it over/ } as const;

/** Chooses on a page, presses, and reads what comes. */
const pressed =
	(page: Page, receipt: string): Ready =>
	async (answer) => {
		await page.locator('.tile', { hasText: labels[answer] }).click();
		await page.getByRole('button', { name: buttons[answer] }).click();
		await page.locator(receipt).first().waitFor();
		return page.locator('main').innerText();
	};

export const ways = {
	'email link': {
		channel: 'email',
		needsBrowser: true,
		async look({ office, person, browser }) {
			const page = await openPage(browser(), false);
			await page.setContent((await mailTo(office, person)).html ?? '');
			await page.getByRole('link', { name: 'Approve', exact: true }).click();
			await page.waitForURL(/\/r\//);
			return pressed(page, '.done h1');
		},
	},
	'email reply': {
		channel: 'email',
		needsBrowser: false,
		async look({ office, person }) {
			const mail = await mailTo(office, person);
			return async (answer) => {
				const from = people[person].mail;
				const sent = await office.desk.mail({
					from,
					to: mail.headers['reply-to'] ?? '',
					subject: `Re: ${mail.subject}`,
					inReplyTo: mail.messageId,
					text: `${words[answer]}\n\nOn Sun, 22 Nov 2026 at 14:30, Countersign wrote:\n\n${mail.text.replace(/^/gm, '> ')}`,
				});
				expect(sent).toEqual({ ok: true });
				const told = await office.desk.mailbox.waitFor(
					({ recipients, headers }) => recipients.includes(from) && headers['auto-submitted'] === 'auto-replied',
				);
				return `${told.subject}\n${told.text}`;
			};
		},
	},
	'SMS link': {
		channel: 'sms',
		needsBrowser: true,
		async look({ office, person, browser }) {
			const page = await openPage(browser(), true);
			await page.goto(/https?:\S+/.exec((await textTo(office, person)).body)?.[0] ?? 'no link');
			return pressed(page, '.done h1');
		},
	},
	'SMS reply': {
		channel: 'sms',
		needsBrowser: false,
		async look({ office, person }) {
			const code = /Y ([0-9A-Z]{4})\b/.exec((await textTo(office, person)).body)?.[1];
			return async (answer) => (await office.desk.text(people[person].phone, `${words[answer]} ${code}`)).words ?? '';
		},
	},
	'Slack button': {
		channel: 'slack',
		needsBrowser: false,
		async look({ office: { slack, hand }, person }) {
			const user = people[person].member;
			const card = await slack.waitFor((event) => event.channel === `D${user.slice(1)}` && buttonOf(event, 'approve') !== null);
			return async (answer) => {
				const pressed = await hand.press(card, answer, { user });
				expect(pressed.status).toBe(200);
				// Every copy is updated whoever wins: their own answer, or a word to them alone.
				const told = await slack.waitFor(
					({ kind, ts, user: to, text }) =>
						(kind === 'update' && ts === card.ts && text.includes(people[person].name)) || (kind === 'whisper' && to === user),
				);
				return `${told.text}\n${JSON.stringify(told.blocks)}`;
			};
		},
	},
	inbox: {
		channel: 'inbox',
		needsBrowser: true,
		async look({ office: { desk }, person, id, browser }) {
			const page = await openPage(browser(), false);
			const { id: value } = await desk.app.front.store.sessions.open(person, 'link');
			const cookie = { name: 'countersign-session', value, url: desk.url, httpOnly: true, sameSite: 'Lax' } as const;
			await page.context().addCookies([cookie]);
			await page.goto(`${desk.url}/inbox/actions/${id}`);
			return pressed(page, '.done h2');
		},
	},
} as const satisfies Record<string, Way>;
