/** How many verdicts one core gives with the shipped policy. */
import type { Proposal, ProposalInput } from '../src/domain/action.ts';
import { type Facts, noFacts } from '../src/domain/facts.ts';
import { parseProposal } from '../src/domain/parse.ts';
import { evaluate } from '../src/policy/evaluate.ts';
import { shippedPolicy } from './ours/app.ts';
import { refund } from './rig/actions.ts';
import { type Benchmark, figureOf } from './rig/benchmark.ts';
import { monotonicMs } from './rig/clock.ts';

const now = Date.UTC(2026, 8, 15);

/** What a support agent proposes on a day, with texts and contexts of its own; routes of every kind come up. */
function proposals(): Proposal[] {
	const kinds: ((n: number) => ProposalInput)[] = [
		(n) => refund(n, 0.995),
		(n) => ({
			...refund(n, 0.97),
			amount: { value: '640.00', currency: 'EUR' },
			referenceAmount: { value: '900.00', currency: 'EUR' },
		}),
		(n) => ({ ...refund(n, 0.9), amount: { value: '2400.00', currency: 'USD' } }),
		(n) => simple(n, 'lookup_order', { order_id: `order-${n}` }),
		(n) => simple(n, 'reply', { text: `Your parcel ${n} is on its way and should arrive tomorrow before noon.` }),
		(n) => simple(n, 'cancel_order', { order_id: `order-${n}`, reason: 'ordered twice' }),
		(n) => simple(n, 'update_address', { order_id: `order-${n}`, address: '12 Long Lane, Springfield' }),
		(n) => simple(n, 'something_else', { what: n }),
	];
	return Array.from({ length: 4_000 }, (_, n) => {
		const read = parseProposal((kinds[n % kinds.length] as (n: number) => ProposalInput)(n));
		if (!read.ok) throw new Error(read.problem.message);
		return read.proposal;
	});
}

const simple = (n: number, operation: string, given: NonNullable<ProposalInput['arguments']>): ProposalInput => {
	const { amount: _, referenceAmount: __, ...rest } = refund(n, 0.8 + (n % 20) / 100);
	return { ...rest, operation, arguments: given };
};

export const verdicts: Benchmark = {
	name: 'verdicts',
	async run(size) {
		const policy = await shippedPolicy();
		const given = proposals();
		const facts: Facts = {
			...noFacts(now),
			userConfidences1h: [0.9, 0.8],
			windows: { refunds_per_customer: { count: 1, sum: 2400 }, money_per_agent: { count: 9, sum: 21600 } },
		};
		const once = (): number => {
			const start = monotonicMs();
			for (const proposal of given) evaluate(proposal, facts, policy, now);
			return (given.length * 1000) / (monotonicMs() - start);
		};
		for (let i = 0; i < 5; i++) once();
		const rounds = Array.from({ length: size.short ? 15 : 50 }, once);
		return [
			figureOf({
				name: 'verdicts of evaluate(), one core, shipped policy',
				unit: 'verdicts/s',
				rounds: { floor: [], ours: rounds },
				goal: { of: 'value', atLeast: 100_000 },
			}),
		];
	},
};
