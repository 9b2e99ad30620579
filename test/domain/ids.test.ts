import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionId, actionIdForm, newId, type Prefix } from '../../src/domain/ids.ts';

const prefixes: Prefix[] = ['act', 'rvw', 'dlv', 'arm', 'exe', 'qrn'];

describe('newId', () => {
	test.each(prefixes)('`%s` says what it names, in a form that BullMQ takes as a job id', (prefix) => {
		const id = newId(prefix);
		expect(id).toMatch(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{25}$`));
		expect(id).not.toContain(':');
	});

	test('is fresh every time, and uses every place of the alphabet', () => {
		const ids = Array.from({ length: 5000 }, () => newId('act'));
		expect(new Set(ids).size).toBe(ids.length);
		for (let place = 4; place < 29; place++) expect(new Set(ids.map((id) => id[place])).size, `place ${place}`).toBe(32);
	});
});

describe('actionId', () => {
	const part = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });

	test('has the form that the edges check, and is the same for the same submission', () => {
		fc.assert(
			fc.property(part, part, part, (tenant, agent, key) => {
				const id = actionId(tenant, agent, key);
				expect(id).toMatch(actionIdForm);
				expect(actionId(tenant, agent, key)).toBe(id);
			}),
		);
	});

	test('differs when any part differs, wherever the parts are cut', () => {
		fc.assert(
			fc.property(fc.tuple(part, part, part), fc.tuple(part, part, part), (a, b) => {
				expect(actionId(...a) === actionId(...b)).toBe(a.every((each, index) => each === b[index]));
			}),
		);
		expect(actionId('a', 'b', 'c')).not.toBe(actionId('a","b', 'c', ''));
		expect(actionId('ab', 'c', 'd')).not.toBe(actionId('a', 'bc', 'd'));
	});

	test('never changes between releases: stored actions are found by it', () => {
		expect(actionId('default', 'support-agent', 'refund-1881')).toBe('act_f2f61j8m304wrqwjj8aq9pfws');
	});
});
