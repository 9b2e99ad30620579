/** The actions that are proposed: refunds as the sample agent sends them, about 1 kB of JSON each. */
import type { ProposalInput } from '../../src/domain/action.ts';

const reasoning = [
	'The parcel arrived with a broken lid; the customer sent two photos and asks for a part of the price back.',
	'The order is paid, was delivered four days ago and is within the return period of thirty days.',
	'Ten percent is what the shop offers for damage that leaves the goods usable, and the customer agrees to keep them.',
	'Nothing was paid back on this order before, and no other request of this customer is open at the moment.',
].join(' ');

/** How many actions one agent proposes: the shipped policy bounds the money of an agent and hour to 5,000.00. */
const actionsPerAgent = 100;

/**
 * A refund of 24.00 on an order of 240.00. Every one is for another customer: the third approval of one customer in a day
 * would be escalated, as it should.
 */
export function refund(n: number, confidence: number): ProposalInput {
	// Seven digits: shorter numbers have meanings of their own to the shipped policy (12315 is a complaints hotline).
	const number = 1_000_000 + n;
	return {
		version: 1,
		agent: `support-agent-${Math.floor(n / actionsPerAgent)}`,
		idempotencyKey: `bench-${number}`,
		operation: 'refund',
		arguments: { order_id: `order-${number}`, amount: '24.00', reason: 'damaged on arrival' },
		amount: { value: '24.00', currency: 'USD' },
		referenceAmount: { value: '240.00', currency: 'USD' },
		confidence,
		reasoning,
		user: `customer-${number}`,
		conversationId: `conversation-${number}`,
		context: { order: { status: 'delivered', items: 3, paid: true }, customer: { since: 2019, orders: 14, country: 'US' } },
		correlation: { run: `run-${number}`, thread: `thread-${number}` },
	};
}
