import { expect, test } from 'vitest';
import { bulkCaps } from '../../src/policy/bulk.ts';
import { parsePolicy } from '../../src/policy/load.ts';
import { shopPolicy } from '../flows/shop.ts';

const read = (line: string) => parsePolicy(`${shopPolicy}${line}\n`);

test('how much can be decided at once: defaults, own caps, off', () => {
	const caps = (line: string) => {
		const policy = read(line);
		if (!policy.ok) throw new Error(JSON.stringify(policy.problems));
		return bulkCaps(policy.policy.document);
	};
	expect(caps('')).toEqual({ count: 20, sum: { minor: 100_000, currency: 'USD' }, sumText: 'USD 1,000.00' });
	expect(caps('bulk: { max_count: 5, max_sum: "250.00" }')).toMatchObject({ count: 5, sum: { minor: 25_000 } });
	expect(caps('bulk: false')).toBeNull();
});

test.each([
	['bulk: { max_sum: "1.001" }', 'max_sum'],
	['bulk: { max_count: 0 }', 'max_count'],
	['bulk: true', 'bulk'],
	['bulk: { max: 3 }', 'max'],
])('`%s` is refused', (line, where) => {
	const policy = read(line);
	expect(policy.ok).toBe(false);
	if (!policy.ok) expect(JSON.stringify(policy.problems)).toContain(where);
});
