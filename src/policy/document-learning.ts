/** What a policy document says of learning from people. Every section is off where it is absent, and none can override a rule, a check or an amount. */
import { z } from 'zod';
import { name, scope } from './vocabulary.ts';

/** People look afterwards at a random part of what ran by itself. */
export const spotChecks = z.strictObject({
	share: z
		.number()
		.min(0.0001)
		.max(1)
		.default(0.02)
		.describe('The share of what ran by `auto` and `notify` that a person is asked about afterwards. Default 0.02.'),
	at_least: z
		.number()
		.int()
		.min(0)
		.max(1000)
		.default(5)
		.describe(
			'In each operation and band of confidence, the first so many of a week are all looked at, and those after them less and ' +
				'less, down to `share`. Default 5.',
		),
	to: z
		.array(name)
		.min(1)
		.max(200)
		.default(['everyone'])
		.describe('Groups, roles and reviewers who are asked. Default: everyone.'),
	...scope,
});
export type SpotChecksEntry = z.output<typeof spotChecks>;
