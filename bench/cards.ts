/** How many cards one core renders in a second, channel by channel: each for another action and reader, as workers meet them. */
import { cardOf, linksTo, type Viewer } from '../src/channels/card.ts';
import { type Content, reviewContent } from '../src/channels/content.ts';
import { renderMail } from '../src/channels/email-card.ts';
import { renderSlack } from '../src/channels/slack-card.ts';
import { renderText } from '../src/channels/sms-card.ts';
import { standingOf } from '../src/channels/standing.ts';
import { type Action, payloadDigest } from '../src/domain/action.ts';
import { noFacts } from '../src/domain/facts.ts';
import { parseProposal } from '../src/domain/parse.ts';
import { reviewPage } from '../src/http/pages/review-page.ts';
import { evaluate } from '../src/policy/evaluate.ts';
import { shippedPolicy } from './ours/app.ts';
import { refund } from './rig/actions.ts';
import { type Benchmark, figureOf } from './rig/benchmark.ts';

const now = Date.UTC(2026, 8, 15, 12);

interface Shown {
	readonly action: Action;
	readonly viewer: Viewer;
}

/** Actions in review with reasons, warnings, prose and arguments; readers of both languages in several zones. */
async function shownOnes(count: number): Promise<Shown[]> {
	const policy = await shippedPolicy();
	const zones = ['Europe/Berlin', 'Asia/Shanghai', 'America/New_York', 'UTC'];
	return Array.from({ length: count }, (_, n) => {
		const read = parseProposal({
			...refund(n, 0.9),
			amount: { value: `${2400 + n}.00`, currency: 'USD' },
			reasoning: `The customer of order ${n} reports a damaged lamp and asks for a refund in full.\nPhotos were attached. The order total is $240.`,
			payee: `card ending ${1000 + (n % 9000)}`,
		});
		if (!read.ok) throw new Error(read.problem.message);
		const { proposal } = read;
		const verdict = evaluate(proposal, noFacts(now), policy, now);
		const action: Action = {
			id: `act_${String(n).padStart(25, '0')}`,
			tenant: proposal.tenant,
			agent: proposal.agent,
			state: 'in_review',
			version: 2,
			revision: 1,
			proposal,
			fingerprint: '',
			payloadDigest: payloadDigest(proposal),
			createdAt: now,
			updatedAt: now,
			verdict,
			plan: verdict.plan,
			armId: null,
			dueAt: null,
			deadlineAt: now + (n % 120) * 60_000,
			tier: 0,
			replies: [],
			decision: null,
			owner: null,
			attempt: null,
			fallbacks: 0,
			outcome: null,
			reservedAt: null,
			lastEdit: null,
		};
		const viewer: Viewer = {
			id: 'ana',
			reviewer: {
				name: 'Ana Ruiz',
				email: 'ana@shop.example',
				language: n % 3 === 0 ? 'zh-CN' : 'en',
				timeZone: zones[n % zones.length] ?? 'UTC',
				active: true,
			},
			now: now + n * 1000,
			links: linksTo(`https://countersign.shop.example/r/${String(n).padStart(22, '0')}`),
			reply: { code: '7K4M', mail: true },
		};
		return { action, viewer };
	});
}

const content = ({ action, viewer }: Shown): Content => reviewContent(action, viewer, 0);

/** What each channel does with one action for one reader, from the record to what is sent. */
const channels: Readonly<Record<string, (shown: Shown) => unknown>> = {
	'mail, HTML and text': (shown) => renderMail(content(shown), { private: false }),
	'text message': (shown) => renderText(content(shown)),
	Slack: (shown) => JSON.stringify(renderSlack(content(shown))),
	page: ({ action, viewer }) =>
		reviewPage({
			card: cardOf(action, viewer),
			standing: standingOf(action, viewer),
			form: { action: '/r/x', nonce: 'n', asked: null },
		}),
};

/** One action for one reader, by every channel. */
const inAll = (shown: Shown): unknown[] => Object.values(channels).map((render) => render(shown));

export const cards: Benchmark = {
	name: 'cards',
	async run(size) {
		const shown = await shownOnes(size.short ? 1_000 : 3_000);
		const ways = [...Object.entries(channels), ['all four', inAll] as const];
		return ways.map(([channel, render]) => {
			size.say(channel);
			const once = (): number => {
				// Of this process alone: the figure is about the code, whatever else the machine does.
				const before = process.cpuUsage();
				for (const each of shown) render(each);
				const { user, system } = process.cpuUsage(before);
				return (shown.length * 1_000_000) / (user + system);
			};
			for (let i = 0; i < 2; i++) once();
			const rounds = Array.from({ length: size.short ? 5 : 15 }, once);
			return figureOf({
				name: `cards rendered, ${channel}, per second of CPU`,
				unit: 'cards/s',
				rounds: { floor: [], ours: rounds },
				goal: render === inAll ? null : { of: 'value', atLeast: 5_000 },
			});
		});
	},
};
