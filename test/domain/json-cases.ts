/** Raw JSON texts that must be refused, with the code: one row per kind of lie that a lenient parser would believe. */
import type { ErrorCode } from '../../src/domain/errors.ts';

export interface TextCase {
	readonly name: string;
	readonly text: string;
	readonly code: ErrorCode;
}

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const manyKeys = (count: number): string => `{${Array.from({ length: count }, (_, i) => `"k${i}":1`).join(',')}}`;

export const badTexts: readonly TextCase[] = [
	{ name: 'nothing', text: '', code: 'body_unreadable' },
	{ name: 'white space only', text: ' \n\t', code: 'body_unreadable' },
	{ name: 'cut off', text: '{"version":1', code: 'body_unreadable' },
	{ name: 'two documents', text: '{}{}', code: 'body_unreadable' },
	{ name: 'a trailing comma', text: '{"a":1,}', code: 'body_unreadable' },
	{ name: 'a comment', text: '{"a":1/*x*/}', code: 'body_unreadable' },
	{ name: 'single quotes', text: "{'a':1}", code: 'body_unreadable' },
	{ name: 'NaN', text: '{"confidence":NaN}', code: 'body_unreadable' },
	{ name: 'Infinity', text: '{"confidence":-Infinity}', code: 'body_unreadable' },
	{ name: 'a hexadecimal number', text: '{"a":0x10}', code: 'body_unreadable' },
	{ name: 'a leading zero', text: '{"a":010}', code: 'body_unreadable' },
	{ name: 'a leading plus', text: '{"a":+1}', code: 'body_unreadable' },
	{ name: 'a bare control character in a string', text: '{"a":"x\ny"}', code: 'body_unreadable' },
	{ name: 'a broken escape', text: '{"a":"\\x41"}', code: 'body_unreadable' },
	{ name: 'a byte order mark', text: '\ufeff{}', code: 'body_unreadable' },
	{ name: 'JSON inside JSON, cut', text: '"{\\"a\\":1', code: 'body_unreadable' },
	{ name: 'msgpack', text: '\u0082\u00a1a\u0001', code: 'body_unreadable' },

	{ name: 'a key twice', text: '{"amount":1,"amount":2}', code: 'duplicate_key' },
	{ name: 'a key twice with one value', text: '{"a":1,"a":1}', code: 'duplicate_key' },
	{ name: 'a key twice, once escaped', text: '{"amount":1,"\\u0061mount":2}', code: 'duplicate_key' },
	{ name: 'a key twice, deep down', text: '{"a":[{"b":{"c":1, "c" :2}}]}', code: 'duplicate_key' },
	{ name: 'an integer key twice', text: '{"1":1,"1":2}', code: 'duplicate_key' },
	{ name: 'an empty key twice', text: '{"":1,"":2}', code: 'duplicate_key' },
	{ name: 'a key with a colon twice', text: '{"a:b":1,"a:b":2}', code: 'duplicate_key' },

	{ name: 'an integer above 2^53', text: '{"order":9007199254740993}', code: 'number_unsafe' },
	{ name: '2^53 itself', text: '{"order":9007199254740992}', code: 'number_unsafe' },
	{ name: 'an unsafe integer with a fraction', text: '{"order":9007199254740992.0}', code: 'number_unsafe' },
	{ name: 'more digits than a double has', text: '{"a":0.12345678901234567890123}', code: 'number_unsafe' },
	{ name: 'an overflow', text: '{"a":1e400}', code: 'number_unsafe' },
	{ name: 'an underflow', text: '{"a":1e-400}', code: 'number_unsafe' },
	{ name: 'a huge exponent', text: '{"a":1E+308}', code: 'number_unsafe' },
	{ name: 'a number of a thousand digits', text: `{"a":${'9'.repeat(1000)}}`, code: 'number_unsafe' },

	{ name: '__proto__', text: '{"__proto__":{"admin":true}}', code: 'key_forbidden' },
	{ name: '__proto__, escaped', text: '{"\\u005f_proto__":{}}', code: 'key_forbidden' },
	{ name: 'constructor, deep down', text: '{"a":{"constructor":{"prototype":{}}}}', code: 'key_forbidden' },
	{ name: 'prototype in an array', text: '[{"prototype":1}]', code: 'key_forbidden' },

	{ name: 'half a surrogate pair', text: '{"a":"\\ud83d"}', code: 'text_malformed' },
	{ name: 'a pair in the wrong order', text: '{"a":"\\udc00\\ud800"}', code: 'text_malformed' },
	{ name: 'half a pair in a key', text: '{"\\udfff":1}', code: 'text_malformed' },
	{ name: 'a NUL', text: '{"a":"x\\u0000y"}', code: 'text_malformed' },
	{ name: 'a NUL in a key', text: '{"a\\u0000":1}', code: 'text_malformed' },

	{ name: '21 levels of arrays', text: nested(21), code: 'too_deep' },
	{ name: '21 levels, never closed', text: '['.repeat(21), code: 'too_deep' },
	{ name: '100,000 levels', text: nested(100_000), code: 'too_deep' },
	{ name: '100,000 levels of objects', text: '{"a":'.repeat(30_000), code: 'too_deep' },
	{ name: '1,001 keys', text: manyKeys(1001), code: 'too_many_fields' },
	{ name: '10,000 keys', text: manyKeys(10_000), code: 'too_many_fields' },
	{ name: '1,001 elements', text: `[${'1,'.repeat(1000)}1]`, code: 'too_many_fields' },
	{ name: 'one byte too many', text: `"${'x'.repeat(256 * 1024 - 1)}"`, code: 'payload_too_large' },
	{ name: 'too many bytes in few characters', text: `"${'中'.repeat(100_000)}"`, code: 'payload_too_large' },
];

/** Texts that look odd and are right. */
export const goodTexts: readonly { name: string; text: string; value: unknown }[] = [
	{ name: 'a scalar', text: ' "x" ', value: 'x' },
	{ name: '20 levels', text: nested(20), value: JSON.parse(nested(20)) },
	{
		name: 'colons and braces inside strings',
		text: '{"a":"{:[\\\\\\"]}:","b":"\\"a\\":1"}',
		value: { a: '{:[\\"]}:', b: '"a":1' },
	},
	{ name: 'one key in two objects', text: '[{"a":1},{"a":2},{"b":{"a":3}}]', value: [{ a: 1 }, { a: 2 }, { b: { a: 3 } }] },
	{
		name: 'the largest safe integers',
		text: '[9007199254740991,-9007199254740991]',
		value: [9007199254740991, -9007199254740991],
	},
	{ name: 'decimals with trailing zeros', text: '[240.00,1e2,0.1,-0.5E-3]', value: [240, 100, 0.1, -0.0005] },
	{ name: 'the shortest form of a long double', text: '[0.30000000000000004]', value: [0.30000000000000004] },
	{ name: 'a whole surrogate pair, escaped', text: '"\\ud83d\\ude00"', value: '😀' },
	{ name: 'NFD stays NFD', text: '"e\\u0301"', value: 'e\u0301' },
	{ name: 'keys of Object.prototype', text: '{"toString":1,"hasOwnProperty":2}', value: { toString: 1, hasOwnProperty: 2 } },
	{ name: '1,000 keys', text: manyKeys(1000), value: JSON.parse(manyKeys(1000)) },
];
