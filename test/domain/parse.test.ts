import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprintOf, type ProposalInput, payloadDigest, proposal } from '../../src/domain/action.ts';
import { callbackUrlFlaw, isPublicAddress } from '../../src/domain/callback-url.ts';
import { errorCodes } from '../../src/domain/errors.ts';
import { nearest } from '../../src/domain/issue.ts';
import { maxDeadlineMs, parseProposal } from '../../src/domain/parse.ts';
import { badProposals, changed, forbiddenUrls, goodProposal } from './proposal-cases.ts';

const now = 1_790_000_000_000;

describe('what is refused', () => {
	test.each(badProposals)('$name: $code', ({ change, code, field }) => {
		const parsed = parseProposal(changed(change), { sentAt: Date.now() });
		if (parsed.ok) throw new Error('it was accepted');
		expect(parsed.problem.code).toBe(code);
		if (field !== undefined) expect(parsed.problem.field).toBe(field);
		expect(parsed.problem.message.length).toBeLessThanOrEqual(320);
		expect(parsed.problem.message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]|\.$/u);
	});

	test.each([null, undefined, [], 'x', 42, true])('%j is no object', (input) => {
		expect(parseProposal(input)).toMatchObject({ ok: false, problem: { code: 'object_required' } });
	});

	test('says what was probably meant', () => {
		const message = (change: Record<string, unknown>): string => {
			const parsed = parseProposal(changed(change));
			return parsed.ok ? '' : parsed.problem.message;
		};
		expect(message({ idempotency_key: 'x', idempotencyKey: undefined })).toContain('did you mean `idempotencyKey`?');
		expect(message({ amout: 1 })).toContain('did you mean `amount`?');
		expect(message({ approved: true })).toContain('remove it');
		expect(nearest('x'.repeat(1000), ['x'])).toBeNull();
	});

	test.each([
		['a date', new Date(0)],
		['undefined', undefined],
		['a bigint', 5n],
		['a function', () => 1],
		['a map', new Map()],
		['NaN', Number.NaN],
		['an infinity', Number.NEGATIVE_INFINITY],
		['a list with a hole', Object.assign([], { 1: 'x' })],
	])('%s inside the arguments, from a caller in this process', (_, value) => {
		const parsed = parseProposal({ ...goodProposal, arguments: { value } });
		expect(parsed.ok ? '' : parsed.problem.code).toMatch(/field_type|number_unsafe/);
	});

	test('a cycle ends', () => {
		const loop: Record<string, unknown> = {};
		loop.self = loop;
		expect(parseProposal({ ...goodProposal, context: loop })).toMatchObject({ problem: { code: 'too_deep' } });
	});

	test('a message shows at most 100 characters of the input', () => {
		const parsed = parseProposal({ ...goodProposal, operation: `${'\u202e'}${'x'.repeat(5000)}` });
		expect(parsed.ok ? '' : parsed.problem.message).toMatch(
			/^`operation` must have at most 128 characters, not `"\\u\{202e\}x+…"`$/,
		);
	});
});

describe('what is accepted', () => {
	test('a good one, with its defaults, and money in minor units', () => {
		const parsed = parseProposal({
			version: 1,
			agent: 'a',
			idempotencyKey: 'k',
			operation: 'o',
			amount: { value: 240.5, currency: 'USD' },
		});
		expect(parsed).toEqual({
			ok: true,
			proposal: {
				version: 1,
				tenant: 'default',
				agent: 'a',
				idempotencyKey: 'k',
				operation: 'o',
				arguments: {},
				amount: { minor: 24050, currency: 'USD' },
				signals: [],
				context: {},
			},
		});
	});

	test('optional fields that a caller left undefined', () => {
		expect(parseProposal({ ...goodProposal, payee: undefined, deadlineAt: undefined }).ok).toBe(true);
	});

	test('hostile prose is text: inert, and not ours to change', () => {
		const reasoning = '\u202e\u2066<script>{{7*7}}\r\nBcc: x@y \u001b[2J';
		expect(parseProposal({ ...goodProposal, reasoning })).toMatchObject({ ok: true, proposal: { reasoning } });
	});

	test('deadlines between a second and a year ahead; any, where nobody knows when it was sent', () => {
		const at = (deadlineAt: number, sentAt?: number): boolean => parseProposal({ ...goodProposal, deadlineAt }, { sentAt }).ok;
		expect([at(now + 999, now), at(now + 1000, now), at(now + maxDeadlineMs, now), at(now + maxDeadlineMs + 1, now)]).toEqual([
			false,
			true,
			true,
			false,
		]);
		expect(at(1)).toBe(true);
	});

	test('the schema and the fast way agree', () => {
		const input = {
			...goodProposal,
			context: { a: [1, { b: null }] },
			correlation: { run: 'r' },
			conversation: [{ role: 'user', text: 'hi', at: 5 }],
		};
		expect(parseProposal(input)).toEqual({ ok: true, proposal: proposal.parse(input) });
		for (const { change } of badProposals) {
			const slow = proposal.safeParse(changed(change)).success;
			if (!slow) expect(parseProposal(changed(change), { sentAt: Date.now() }).ok).toBe(false);
		}
	});
});

describe('properties', () => {
	const text = fc
		.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
		.filter((each) => /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u.test(each));
	const json = fc.dictionary(
		text.filter((key) => !/^(__proto__|constructor|prototype)$/.test(key)),
		fc.oneof(text, fc.maxSafeInteger(), fc.boolean(), fc.constant(null)),
	);
	const input: fc.Arbitrary<ProposalInput> = fc.record(
		{
			version: fc.constant(1 as const),
			agent: text,
			idempotencyKey: text,
			operation: text,
			tenant: text,
			arguments: json,
			context: json,
			amount: fc.record({
				value: fc.integer({ min: -9_999_999, max: 9_999_999 }).map((cents) => (cents / 100).toFixed(2)),
				currency: fc.constantFrom('USD', 'EUR', 'CNY'),
			}),
			confidence: fc.double({ min: 0, max: 1, noNaN: true }),
			user: text,
			signals: fc.array(text, { maxLength: 5 }),
		},
		{ requiredKeys: ['version', 'agent', 'idempotencyKey', 'operation'] },
	);

	test('the order of keys and the way over the wire change no digest', () => {
		fc.assert(
			fc.property(input, (given) => {
				const reversed = Object.fromEntries(Object.entries(given).reverse());
				const [here, there] = [parseProposal(given), parseProposal(JSON.parse(JSON.stringify(reversed)))];
				if (!here.ok || !there.ok) throw new Error(JSON.stringify([here, there]));
				expect(fingerprintOf(there.proposal)).toBe(fingerprintOf(here.proposal));
				expect(payloadDigest(there.proposal)).toBe(payloadDigest(here.proposal));
				// What is stored is parsed JSON again.
				expect(fingerprintOf(JSON.parse(JSON.stringify(here.proposal)))).toBe(fingerprintOf(here.proposal));
			}),
		);
	});

	test('one thing put wrong never throws, and answers with a code of the catalogue', () => {
		const anything = fc.anything({
			maxDepth: 3,
			withBigInt: true,
			withDate: true,
			withMap: true,
			withNullPrototype: true,
			withSparseArray: true,
		});
		fc.assert(
			fc.property(input, fc.constantFrom(...Object.keys(proposal.shape), 'x', '__proto__'), anything, (given, field, value) => {
				const spoilt = { ...given };
				Object.defineProperty(spoilt, field, { value, enumerable: true, configurable: true, writable: true });
				const parsed = parseProposal(spoilt, { sentAt: now });
				if (!parsed.ok) expect(errorCodes).toHaveProperty(parsed.problem.code);
			}),
			{ numRuns: 2000 },
		);
	});
});

describe('callback URLs', () => {
	test.each([
		'https://hooks.example.com/x?y=1#z',
		'https://hooks.example.com:8443/',
		'https://8.8.8.8/',
		'https://[2606:4700::1111]/x',
	])('%s', (url) => {
		expect(callbackUrlFlaw(url)).toBeNull();
	});
	test('an allowed host may be private, but not spelled in disguise', () => {
		expect(callbackUrlFlaw('http://127.0.0.1:4000/hook', ['127.0.0.1:4000'])).toBeNull();
		expect(callbackUrlFlaw('http://127.0.0.1:4001/hook', ['127.0.0.1:4000'])).not.toBeNull();
		expect(callbackUrlFlaw('http://agent:4000/hook', ['agent'])).toBeNull();
		expect(callbackUrlFlaw('http://0x7f000001:4000/hook', ['127.0.0.1:4000'])).not.toBeNull();
		expect(callbackUrlFlaw('http://u:p@agent/hook', ['*'])).not.toBeNull();
		for (const url of forbiddenUrls.filter((each) => /^http:\/\/[\w.]+\/[\w-]*$/.test(each)))
			expect(callbackUrlFlaw(url, ['other'])).not.toBeNull();
	});
	test('addresses', () => {
		expect(['1.1.1.1', '2606:4700::1'].map(isPublicAddress)).toEqual([true, true]);
		expect(['127.0.0.1', '::1', '::ffff:10.0.0.1', 'fe80::1', 'x', ''].some(isPublicAddress)).toBe(false);
	});
});
