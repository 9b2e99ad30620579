/** Policies about people that cannot be meant: refused, or accepted with a warning, with the line and the path of what is wrong. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parsePolicy } from '../../src/policy/load.ts';

const finding = z.strictObject({ line: z.number(), path: z.string(), message: z.string() });
const rows = z
	.array(z.strictObject({ name: z.string(), text: z.string(), problem: finding.optional(), warning: finding.optional() }))
	.parse(parse(readFileSync(new URL('schedule-bad.yaml', import.meta.url), 'utf8')));

describe('a policy about people', () => {
	it.each(rows)('$name', ({ text, problem, warning }) => {
		const read = parsePolicy(text);
		const [first] = read.ok ? read.policy.warnings : read.problems;
		expect({ refused: !read.ok, line: first?.line, path: first?.path }).toEqual({
			refused: problem !== undefined,
			line: (problem ?? warning)?.line,
			path: (problem ?? warning)?.path,
		});
		expect(first?.message).toContain((problem ?? warning)?.message);
		expect(first?.message).toMatch(/^[^A-Z].*[^.]$/);
	});

	it('may have circles of delegates that are never away at the same time, and shared nights with something urgent in them', () => {
		const read = parsePolicy(`
version: 1
operations: { look: { risk_class: read_only } }
reviewers:
  ana: { name: Ana, email: ana@example.com, quiet_hours: { from: "22:00", to: "07:00" }, leave: [{ from: 2027-02-20, to: 2027-02-25, delegate: bob }] }
  bob: { name: Bob, email: bob@example.com, leave: [{ from: 2027-03-20, to: 2027-03-25, delegate: ana }] }
plans: [{ route: approval, deadline: 30m, tiers: [{ after: 0s, to: [ana], channels: [email] }, { after: 20m, to: [ana], channels: [email] }] }]
`);
		expect(read.ok ? read.policy.warnings : read.problems).toEqual([]);
		expect(read.ok && read.policy.operations.get('look')?.plans.approval[0]?.calm.tiers.map((tier) => tier.urgent)).toEqual([
			undefined,
			true,
		]);
	});
});
