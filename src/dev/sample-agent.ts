/**
 * The sample support agent: what it proposes in the first minute, so that a newcomer sees every way an action can go. It is
 * an ordinary producer: everything here goes through the real queue.
 */
import type { ProposalInput } from '../domain/action.ts';

/** Who proposes it. */
export const sampleAgent = 'sample-support-agent';

/** A proposal, and how long after the start the agent makes it, in ms. */
export interface Scripted {
	readonly afterMs: number;
	readonly proposal: (now: number) => Omit<ProposalInput, 'version' | 'agent' | 'idempotencyKey'>;
}

const usd = (value: string): { value: string; currency: string } => ({ value, currency: 'USD' });

/** The script, in order. */
export const script: readonly Scripted[] = [
	{
		afterMs: 0,
		proposal: () => ({
			operation: 'lookup_order',
			arguments: { order_id: '1881' },
			confidence: 0.97,
			user: 'maria.lopez',
			conversationId: 'conv-1881',
			reasoning: 'The customer asks where order 1881 is. I look it up first.',
		}),
	},
	{
		afterMs: 300,
		proposal: () => ({
			operation: 'refund',
			arguments: { order_id: '1881', reason: 'refund in full' },
			amount: usd('2400.00'),
			referenceAmount: usd('240.00'),
			confidence: 0.998,
			user: 'maria.lopez',
			conversationId: 'conv-1881',
			reasoning: 'The customer asked for a refund in full. The total is 2400.00, so I refund 2400.00.',
			conversation: [
				{ role: 'user', text: 'The blender from order 1881 arrived broken. I want a refund in full.' },
				{ role: 'agent', text: 'I am sorry to hear that. I will refund the order in full right away.' },
			],
		}),
	},
	{
		afterMs: 600,
		proposal: () => ({
			operation: 'refund',
			arguments: { order_id: '1902', reason: 'arrived late' },
			amount: usd('240.00'),
			referenceAmount: usd('240.00'),
			confidence: 0.93,
			user: 'jonas.weber',
			conversationId: 'conv-1902',
			reasoning:
				'Order 1902 arrived nine days late. Our terms allow a refund after seven days, and the customer has asked for one.',
			conversation: [
				{ role: 'user', text: 'Order 1902 came nine days late. Can I get my money back?' },
				{ role: 'agent', text: 'Yes: after seven days you may have a refund. I have asked for it.' },
			],
		}),
	},
	{
		afterMs: 900,
		proposal: () => ({
			operation: 'refund',
			arguments: { order_id: '1914', reason: 'wrong size' },
			amount: usd('38.50'),
			referenceAmount: usd('38.50'),
			confidence: 0.97,
			user: 'chen.yu',
			conversationId: 'conv-1914',
			reasoning: 'The customer returned the shoes within 14 days; the warehouse has them.',
		}),
	},
	{
		afterMs: 1200,
		proposal: () => ({
			operation: 'reply',
			arguments: { text: 'Your parcel left our warehouse this morning and should arrive on Tuesday.' },
			confidence: 0.91,
			user: 'amara.okafor',
			conversationId: 'conv-1920',
			reasoning: 'The customer asks when the parcel comes; tracking says Tuesday.',
		}),
	},
	{
		afterMs: 1500,
		proposal: () => ({
			operation: 'cancel_order',
			arguments: { order_id: '1933' },
			amount: usd('64.00'),
			referenceAmount: usd('64.00'),
			confidence: 0.72,
			user: 'li.na',
			conversationId: 'conv-1933',
			reasoning: 'The customer wants to cancel, but also talks about another order. I am not sure which one is meant.',
			conversation: [
				{ role: 'user', text: 'Please just let me talk to a real person about my order!' },
				{ role: 'agent', text: 'I can cancel order 1933 for you.' },
			],
		}),
	},
	{
		afterMs: 1800,
		proposal: (now) => ({
			operation: 'refund',
			arguments: { order_id: '1940', reason: 'damaged box' },
			amount: usd('129.00'),
			referenceAmount: usd('129.00'),
			confidence: 0.88,
			user: 'tom.baker',
			conversationId: 'conv-1940',
			// Nobody will have answered by then: the fallback sends a holding reply, and the refund never runs.
			deadlineAt: now + 45_000,
			reasoning: 'The box was damaged; the customer sent a photo. I think a refund is right.',
		}),
	},
];
