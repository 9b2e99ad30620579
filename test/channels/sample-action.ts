/** An action in review, as the store would give it; tests change what they are about. */
import type { Links, Viewer } from '../../src/channels/card.ts';
import { linksTo } from '../../src/channels/card.ts';
import { type Action, type ProposalInput, payloadDigest, proposal } from '../../src/domain/action.ts';
import type { Reviewer } from '../../src/domain/review.ts';
import type { Verdict } from '../../src/domain/verdict.ts';

/** Sunday, 22 November 2026, 06:02 UTC: 14:02 in Shanghai. */
export const now = Date.UTC(2026, 10, 22, 6, 2);

export const sampleProposal: ProposalInput = {
	version: 1,
	agent: 'support-agent',
	idempotencyKey: 'k-1',
	operation: 'refund',
	arguments: { order_id: '1881', reason: 'damaged on arrival', items: [{ sku: 'LAMP-2', quantity: 1 }] },
	amount: { value: '2400.00', currency: 'USD' },
	referenceAmount: { value: '240.00', currency: 'USD' },
	confidence: 0.985,
	reasoning: 'The customer reports a damaged lamp and asks for a refund in full. Photos were attached.\nThe order total is $240.',
	user: 'u-1042',
	payee: 'card ending 4242',
	conversation: [
		{ role: 'user', text: 'Hello, the lamp arrived broken. I want my money back.', at: now - 600_000 },
		{ role: 'agent', text: 'I am sorry to hear that. Could you send a photo?', at: now - 540_000 },
		{ role: 'user', text: '我已经发了照片,请尽快退款。', at: now - 300_000 },
	],
};

export const sampleVerdict: Verdict = {
	route: 'approval',
	riskClass: 'financial',
	reportedConfidence: 0.985,
	confidence: 0.91,
	priority: 'normal',
	reasons: [
		{
			rule: 'check.over_reference',
			route: 'approval',
			text: {
				en: 'The amount USD 2,400.00 is above the reference amount USD 240.00',
				'zh-CN': '金额 USD 2,400.00 高于参考金额 USD 240.00',
			},
		},
		{
			rule: 'amount.above_500',
			route: 'approval',
			text: { en: 'The amount is above USD 500.00', 'zh-CN': '金额高于 USD 500.00' },
		},
	],
	policyDigest: 'd'.repeat(64),
	plan: {
		reviewers: ['ana', 'bo'],
		quorum: 1,
		tiers: [{ afterMs: 0, to: ['ana'], channels: ['email', 'sms'] }],
		deadlineMs: 1_800_000,
		fallback: { handler: 'send_holding_reply', maxAttempts: 3 },
	},
	executor: { kind: 'handler', url: null, timeoutMs: 30_000, lapseMs: 3_600_000, writeOffMs: 86_400_000 },
};

/** An action; `proposed` and `changes` replace parts of the sample. */
export function sampleAction(proposed: Partial<ProposalInput> = {}, changes: Partial<Action> = {}): Action {
	const given = proposal.parse(JSON.parse(JSON.stringify({ ...sampleProposal, ...proposed })));
	return {
		id: 'act_0123456789abcdefghjkmnpqr',
		tenant: given.tenant,
		agent: given.agent,
		state: 'in_review',
		version: 3,
		revision: 1,
		proposal: given,
		fingerprint: 'f'.repeat(64),
		payloadDigest: payloadDigest(given),
		createdAt: now - 60_000,
		updatedAt: now,
		verdict: sampleVerdict,
		plan: sampleVerdict.plan,
		armId: 'arm_1',
		dueAt: null,
		deadlineAt: now + 28 * 60_000,
		tier: 0,
		replies: [],
		decision: null,
		owner: null,
		attempt: null,
		fallbacks: 0,
		outcome: null,
		reservedAt: null,
		lastEdit: null,
		...changes,
	};
}

export const ana: Reviewer = {
	name: 'Ana Ruiz',
	email: 'ana@shop.example',
	phone: '+15551230001',
	language: 'en',
	timeZone: 'Asia/Shanghai',
	active: true,
};
export const wei: Reviewer = { ...ana, name: '王伟', email: 'wei@shop.example', phone: '+8613800138000', language: 'zh-CN' };

export const sampleLinks: Links = linksTo('https://countersign.shop.example/r/0a1B2c3D4e5F6g7H8i9J0k');

/** Somebody who looks; Ana by default. */
export const viewerOf = (reviewer: Reviewer = ana, changes: Partial<Viewer> = {}): Viewer => ({
	id: reviewer === wei ? 'wei' : 'ana',
	reviewer,
	now,
	links: sampleLinks,
	nameOf: (id) => ({ ana: ana.name, wei: wei.name, bo: 'Bo Lindqvist' })[id],
	...changes,
});
