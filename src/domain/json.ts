/**
 * Strict JSON. `JSON.parse` keeps the last of two equal keys, rounds numbers silently and stores `__proto__` as data; every one
 * of these lets two readers of the same bytes see two different actions, so all of them are refused.
 *
 * Text stays as it was sent: no Unicode normalisation. The same name in NFC and in NFD is two different strings, here and in
 * every digest, because changing what somebody wrote is not ours to do.
 */
import { isSafeNumber } from 'lossless-json';
import { proposalLimits } from './action.ts';
import type { ErrorCode, Problem } from './errors.ts';
import { excerpt } from './shown.ts';
import { type JsonLimits, survey } from './structure.ts';

export type JsonResult = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: Problem };

/**
 * Parses JSON text strictly. Codes: `payload_too_large`, `too_deep`, `body_unreadable`, `number_unsafe`, `duplicate_key`,
 * `key_forbidden`, `too_many_fields`, `text_malformed`. Linear in the length of the text.
 */
export function parseJson(text: string, limits: JsonLimits = proposalLimits): JsonResult {
	if (tooLong(text, limits.bytes)) return refusal('payload_too_large', `the body must be at most ${limits.bytes} bytes`);
	const scan = scanOf(text, limits.depth);
	if (scan.tooDeep) return refusal('too_deep', `the body must nest at most ${limits.depth} levels`);
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		return refusal('body_unreadable', `the body must be valid JSON${syntaxHint(error)}`);
	}
	if (scan.unsafeNumber !== null) {
		return refusal('number_unsafe', `number \`${excerpt(scan.unsafeNumber)}\` is not exactly representable; send it as a string`);
	}
	const { problem, members } = survey(value, limits);
	if (problem !== null) return { ok: false, problem };
	// Valid JSON has one colon per member outside its strings: fewer members in the value mean that a key came twice.
	if (members !== scan.colons) return refusal('duplicate_key', `${duplicateIn(text)} is there twice in one object; send it once`);
	return { ok: true, value };
}

const refusal = (code: ErrorCode, message: string): JsonResult => ({ ok: false, problem: { code, message } });

function tooLong(text: string, bytes: number): boolean {
	// A UTF-16 unit is one to three bytes of UTF-8: only between these bounds does it have to be counted.
	if (text.length > bytes) return true;
	return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes;
}

/** ` (line 1, column 7)` where the engine says it; nothing of the input itself. */
function syntaxHint(error: unknown): string {
	const found = error instanceof Error ? /line (\d+) column (\d+)/.exec(error.message) : null;
	return found === null ? '' : ` (line ${found[1]}, column ${found[2]})`;
}

const code = (character: string): number => character.charCodeAt(0);
const quote = code('"');
const backslash = code('\\');
const [colon, openBrace, closeBrace, openBracket, closeBracket] = [code(':'), code('{'), code('}'), code('['), code(']')];
const [minus, plus, point, zero, nine, lowerE, upperE] = [
	code('-'),
	code('+'),
	code('.'),
	code('0'),
	code('9'),
	code('e'),
	code('E'),
];

/** The index just after the string that opens at `start`. */
function afterString(text: string, start: number): number {
	for (let i = start + 1; i < text.length; i++) {
		const at = text.charCodeAt(i);
		if (at === backslash) i++;
		else if (at === quote) return i + 1;
	}
	return text.length;
}

interface Scan {
	readonly tooDeep: boolean;
	/** Colons outside strings: members of objects. */
	readonly colons: number;
	/** The first number that a double does not hold exactly. */
	readonly unsafeNumber: string | null;
}

/** One pass over the text before anything is built from it. */
function scanOf(text: string, maxDepth: number): Scan {
	let depth = 0;
	let colons = 0;
	let unsafeNumber: string | null = null;
	for (let i = 0; i < text.length; i++) {
		const at = text.charCodeAt(i);
		if (at === quote) i = afterString(text, i) - 1;
		else if (at === colon) colons++;
		else if (at === openBrace || at === openBracket) {
			if (++depth > maxDepth) return { tooDeep: true, colons, unsafeNumber };
		} else if (at === closeBrace || at === closeBracket) depth--;
		else if (at === minus || (at >= zero && at <= nine)) {
			const end = afterNumber(text, i);
			if (unsafeNumber === null && !isExact(text, i, end)) unsafeNumber = text.slice(i, end);
			i = end - 1;
		}
	}
	return { tooDeep: false, colons, unsafeNumber };
}

function afterNumber(text: string, start: number): number {
	let i = start + 1;
	for (; i < text.length; i++) {
		const at = text.charCodeAt(i);
		const digit = at >= zero && at <= nine;
		if (!digit && at !== point && at !== lowerE && at !== upperE && at !== minus && at !== plus) break;
	}
	return i;
}

function isExact(text: string, start: number, end: number): boolean {
	const length = end - start;
	const token = text.slice(start, end);
	// Fifteen significant digits always survive the way through a double, and that is nearly every number there is.
	if (length <= 15 && !/[eE]/.test(token)) return true;
	return length <= 100 && isSafeNumber(token);
}

/** The key that came twice, for the message: only a refusal pays for this second pass. */
function duplicateIn(text: string): string {
	const open: (Set<string> | null)[] = [];
	for (let i = 0; i < text.length; i++) {
		const at = text.charCodeAt(i);
		if (at === openBrace) open.push(new Set());
		else if (at === openBracket) open.push(null);
		else if (at === closeBrace || at === closeBracket) open.pop();
		else if (at === quote) {
			const end = afterString(text, i);
			const keys = open.at(-1);
			if (keys && isKey(text, end)) {
				const key = JSON.parse(text.slice(i, end)) as string;
				if (keys.has(key)) return `key \`${excerpt(key)}\``;
				keys.add(key);
			}
			i = end - 1;
		}
	}
	return 'a key';
}

/** Whether the string that ends at `end` is followed by a colon. */
function isKey(text: string, end: number): boolean {
	let i = end;
	while (text.charCodeAt(i) === 0x20 || (text.charCodeAt(i) >= 0x09 && text.charCodeAt(i) <= 0x0d)) i++;
	return text.charCodeAt(i) === colon;
}
