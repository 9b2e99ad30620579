import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { diffOf, editPolicy } from '../../src/cli/policy-edit.ts';

const text = `# head
version: 1   # kept
thresholds:
  refund: { auto: 0.9,  notify: 0.8, approval: 0.5 } # why
  reply:
    # before
    auto: 0.9
    notify: 0.7
    approval: 0.2
operations:
  a: &shared
    risk_class: refund
    list: [x,y]
  b: *shared
  c: *shared
`;
const thresholds = { auto: 0.95, notify: 0.85, approval: 0.5 };
const read = (yaml: string) => parseDocument(yaml).toJS();

describe('an edit of a policy', () => {
	test('changes the values and keeps comments, order and spaces', () => {
		const edited = editPolicy(text, [
			{ path: ['thresholds', 'refund'], value: thresholds },
			{ path: ['thresholds', 'reply'], value: { auto: 0.91 } },
			{ path: ['thresholds', 'new'], value: thresholds },
		]);
		expect(edited.split('\n')).toEqual([
			'# head',
			'version: 1   # kept',
			'thresholds:',
			expect.stringMatching(/^ {2}refund: \{ auto: 0\.95, notify: 0\.85, approval: 0\.5 \} # why$/),
			'  reply:',
			'    # before',
			'    auto: 0.91',
			'    notify: 0.7',
			'    approval: 0.2',
			'  new: { auto: 0.95, notify: 0.85, approval: 0.5 }',
			...text.split('\n').slice(9),
		]);
	});

	test.each([['a'], ['b']])('of what is shared changes `%s` alone', (name) => {
		const before = read(text);
		const after = read(editPolicy(text, [{ path: ['operations', name, 'thresholds'], value: thresholds }]));
		expect(after.operations[name]).toEqual({ ...before.operations[name], thresholds });
		for (const other of ['a', 'b', 'c']) if (other !== name) expect(after.operations[other]).toEqual(before.operations[other]);
	});

	test.each(['customer-service', 'support', 'recorded-actions', 'allow-list'])(
		'of the shipped policy `%s` shows only itself',
		(name) => {
			const policy = readFileSync(new URL(`../../policies/${name}.yaml`, import.meta.url), 'utf8');
			const edited = editPolicy(policy, [{ path: ['thresholds', 'financial'], value: thresholds }]);
			const changed = diffOf(policy, edited, { before: 'a', after: 'b' })
				.split('\n')
				.filter((line) => /^[+-](?!--|\+\+)/.test(line));
			expect(changed.length).toBeLessThanOrEqual(3);
			expect(read(edited)).toEqual({
				...read(policy),
				thresholds: { ...read(policy).thresholds, financial: thresholds },
			});
		},
	);

	test('no change is no diff', () => {
		expect(editPolicy(text, [])).toBe(text);
		expect(diffOf(text, text, { before: 'a', after: 'b' })).toBe('');
	});
});
