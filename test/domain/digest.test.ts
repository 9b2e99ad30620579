import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Proposal, payloadDigest, proposal } from '../../src/domain/action.ts';
import { canonicalJson, digestOf } from '../../src/domain/digest.ts';

/** A double from its IEEE 754 bits, as RFC 8785 lists them. */
const fromBits = (hex: string): number => Buffer.from(hex, 'hex').readDoubleBE();

describe('canonical JSON (RFC 8785)', () => {
	test('the example of section 3.2.2', () => {
		const input = JSON.parse(String.raw`{
			"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
			"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
			"literals": [null, true, false]
		}`);
		expect(canonicalJson(input)).toBe(
			String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		);
	});

	test('keys sort by UTF-16 code units (section 3.2.3)', () => {
		const input = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
		expect([...canonicalJson(input).matchAll(/:(\d)/g)].map(([, value]) => value)).toEqual(['2', '4', '6', '7', '1', '5', '3']);
	});

	test.each([
		['0000000000000000', '0'],
		['8000000000000000', '0'],
		['0000000000000001', '5e-324'],
		['8000000000000001', '-5e-324'],
		['7fefffffffffffff', '1.7976931348623157e+308'],
		['ffefffffffffffff', '-1.7976931348623157e+308'],
		['4340000000000000', '9007199254740992'],
		['c340000000000000', '-9007199254740992'],
		['4430000000000000', '295147905179352830000'],
		['44b52d02c7e14af5', '9.999999999999997e+22'],
		['44b52d02c7e14af6', '1e+23'],
		['44b52d02c7e14af7', '1.0000000000000001e+23'],
		['444b1ae4d6e2ef4e', '999999999999999700000'],
		['444b1ae4d6e2ef4f', '999999999999999900000'],
		['444b1ae4d6e2ef50', '1e+21'],
		['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
		['3eb0c6f7a0b5ed8d', '0.000001'],
		['41b3de4355555553', '333333333.3333332'],
		['41b3de4355555554', '333333333.33333325'],
		['41b3de4355555555', '333333333.3333333'],
		['41b3de4355555556', '333333333.3333334'],
		['41b3de4355555557', '333333333.33333343'],
		['becbf647612f3696', '-0.0000033333333333333333'],
		['43143ff3c1cb0959', '1424953923781206.2'],
	])('the number %s of appendix B is %s', (bits, text) => {
		expect(canonicalJson(fromBits(bits))).toBe(text);
	});

	test.each([
		['NaN', fromBits('7fffffffffffffff')],
		['infinity', fromBits('7ff0000000000000')],
		['a lone surrogate', { text: '\ud800' }],
		['a lone surrogate in a key', { '\udead': 1 }],
		['undefined', undefined],
		['a function', () => 1],
		['a bigint', 1n],
	])('%s has no JSON form', (_, value) => {
		expect(() => canonicalJson(value)).toThrow();
	});

	test('any JSON value reads back as itself', () => {
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
				expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
			}),
		);
	});
});

describe('digestOf', () => {
	test('is SHA-256 in lower-case hexadecimal', () => {
		expect(digestOf({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
	});

	test('does not depend on the order of keys, at any depth', () => {
		const shuffled = (value: unknown): unknown => {
			if (Array.isArray(value)) return value.map(shuffled);
			if (value === null || typeof value !== 'object') return value;
			return Object.fromEntries(
				Object.entries(value)
					.reverse()
					.map(([key, inner]) => [key, shuffled(inner)]),
			);
		};
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
				const plain = JSON.parse(JSON.stringify(value));
				expect(digestOf(shuffled(plain))).toBe(digestOf(plain));
			}),
		);
	});

	test('differs wherever the values differ', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
				expect(digestOf(a) === digestOf(b)).toBe(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
			}),
		);
	});
});

/** The value with the keys of its objects sorted, by a way of its own, which keeps `{}` and `[]` apart. */
function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return ['array', value.map(sorted)];
	if (value === null || typeof value !== 'object') return value;
	const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, sorted(inner)]);
	return ['object', entries.sort(([a], [b]) => (a < b ? -1 : 1))];
}

describe('payloadDigest', () => {
	const base = {
		version: 1,
		tenant: 'shop',
		agent: 'support-agent',
		idempotencyKey: 'refund-1881',
		operation: 'refund',
		arguments: { order: '1881', items: [1, 2] },
		amount: { value: '240.00', currency: 'USD' },
		user: 'u-1',
		payee: 'p-1',
	} as const;
	const digest = (changes: object): string => payloadDigest(proposal.parse({ ...base, ...changes }) satisfies Proposal);

	test.each([
		{ tenant: 'other' },
		{ agent: 'other-agent' },
		{ operation: 'cancel_order' },
		{ arguments: { order: '1882', items: [1, 2] } },
		{ arguments: { order: '1881', items: [2, 1] } },
		{ arguments: { order: 1881, items: [1, 2] } },
		{ amount: { value: '2400.00', currency: 'USD' } },
		{ amount: { value: '240.00', currency: 'EUR' } },
		{ amount: undefined },
		{ user: 'u-2' },
		{ payee: 'p-2' },
		{ payee: undefined },
	])('another payload has another digest: %j', (change) => {
		expect(digest(change)).not.toBe(digest({}));
	});

	test.each([
		{ reasoning: 'because' },
		{ confidence: 0.5 },
		{ context: { order: { total: 240 } } },
		{ signals: ['legal_matter'] },
		{ idempotencyKey: 'another' },
		{ arguments: { items: [1, 2], order: '1881' } },
		{ amount: { value: 240, currency: 'USD' } },
	])('what would not run differently does not change it: %j', (change) => {
		expect(digest(change)).toBe(digest({}));
	});
});
