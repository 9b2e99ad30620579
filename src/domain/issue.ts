/** Zod's issues as one problem: the stable code, what to fix, where. Of several the one that explains the others comes first. */
import type { z } from 'zod';
import { type ErrorCode, errorCodes, type Problem } from './errors.ts';
import { excerpt, type JsonPath, pathText, shown } from './shown.ts';

type Issue = z.core.$ZodIssue;

/** What the message may draw on: the input that was refused, and the fields that the schema knows at its top. */
export interface ProblemSource {
	readonly input?: unknown;
	readonly known?: readonly string[];
}

/** The problem that a zod error stands for. Codes: see `codeOf`; messages hold at most 100 characters of `input`. */
export function problemOf(error: z.core.$ZodError, source: ProblemSource = {}): Problem {
	const [first] = [...error.issues].sort((a, b) => rank(a) - rank(b));
	if (first === undefined) return { code: 'field_invalid', message: 'the value does not validate' };
	return problemOfIssue(first, source);
}

/** A wrong version explains unknown fields, and a misspelled field explains the missing one. */
function rank(issue: Issue): number {
	if (issue.path[0] === 'version') return 0;
	return issue.code === 'unrecognized_keys' ? 1 : 2;
}

/** The problem that one issue stands for. */
export function problemOfIssue(issue: Issue, source: ProblemSource): Problem {
	if (issue.code === 'unrecognized_keys') return unknownField(issue, source);
	const path = pathOf(issue);
	const input = at(source.input, path);
	const code = codeOf(issue, path, input);
	if (path.length === 0) return { code, message: `the body ${demandOf(issue, code)}` };
	const field = pathText(path);
	const instead = input === undefined ? '' : `, not ${shown(input)}`;
	return { code, message: `\`${field}\` ${demandOf(issue, code)}${code === 'field_required' ? '' : instead}`, field };
}

/** Money is read as a whole; its problem lies in one of its two parts. */
function pathOf(issue: Issue): (string | number)[] {
	const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
	if (issue.code !== 'custom' || !moneyFields.has(String(path.at(-1)))) return path;
	return [...path, issue.params?.code === 'currency_unknown' ? 'currency' : 'value'];
}

const moneyFields = new Set(['amount', 'referenceAmount', 'quotedAmount']);

function codeOf(issue: Issue, path: JsonPath, input: unknown): ErrorCode {
	if (issue.code === 'custom') {
		const given = issue.params?.code;
		return typeof given === 'string' && given in errorCodes ? (given as ErrorCode) : 'field_invalid';
	}
	if (path.length === 0) return 'object_required';
	if (path.length === 1 && path[0] === 'version') return 'version_unsupported';
	if (input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_union')) return 'field_required';
	const inMoney = path.findIndex((step) => moneyFields.has(String(step)));
	if (inMoney >= 0) {
		if (path[inMoney + 1] === 'currency') return 'currency_unknown';
		return issue.code === 'too_big' || issue.code === 'too_small' ? 'amount_range' : 'amount_type';
	}
	if (path.at(-1) === 'callbackUrl' && issue.code === 'invalid_format') return 'callback_url_forbidden';
	if (path.at(-1) === 'confidence' && typeof input === 'number') return 'confidence_range';
	return issue.code === 'invalid_type' || issue.code === 'invalid_union' ? 'field_type' : 'field_invalid';
}

function demandOf(issue: Issue, code: ErrorCode): string {
	if (code === 'field_required') return 'is required';
	if (code === 'version_unsupported' && issue.code === 'invalid_value')
		return `must be ${issue.values.map(String).join(' or ')}, which is what this server reads`;
	if (code === 'confidence_range') return 'must be a number from 0 to 1';
	if (code === 'currency_unknown') return 'must be an ISO 4217 currency code such as USD';
	if (code === 'amount_type' && issue.code !== 'custom') {
		return 'must be money such as {"value": "240.00", "currency": "USD"}';
	}
	if (issue.code === 'invalid_type') return `must be ${withArticle(issue.expected)}`;
	if (issue.code === 'invalid_value')
		return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((v) => `\`${String(v)}\``).join(', ')}`;
	if (issue.code === 'too_small' || issue.code === 'too_big') return boundOf(issue);
	if (issue.code === 'invalid_union') return unionOf(issue);
	if (issue.code === 'invalid_format' && issue.format !== 'regex')
		return `must be a valid ${issue.format === 'url' ? 'URL' : issue.format}`;
	return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
}

function boundOf(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
	const limit = String(issue.code === 'too_small' ? issue.minimum : issue.maximum);
	const side = issue.code === 'too_small' ? 'at least' : 'at most';
	if (issue.code === 'too_small' && limit === '1' && issue.origin !== 'number') return 'must not be empty';
	const unit = { string: ' characters', array: ' elements', object: ' keys', map: ' keys', set: ' elements' }[
		String(issue.origin)
	];
	return unit === undefined ? `must be ${side} ${limit}` : `must have ${side} ${limit}${unit}`;
}

function unionOf(issue: Extract<Issue, { code: 'invalid_union' }>): string {
	const expected = issue.errors.flatMap((branch) =>
		branch.map((each) => (each.code === 'invalid_type' ? withArticle(each.expected) : '')),
	);
	const kinds = [...new Set(expected.filter((kind) => kind !== ''))];
	return kinds.length === 0 ? 'has no acceptable form' : `must be ${kinds.join(' or ')}`;
}

const withArticle = (kind: string): string => {
	const named = kind === 'record' ? 'object' : kind === 'int' ? 'integer' : kind;
	return `${/^[aeio]/.test(named) ? 'an' : 'a'} ${named}`;
};

function unknownField(issue: Extract<Issue, { code: 'unrecognized_keys' }>, { known = [] }: ProblemSource): Problem {
	const path = pathOf(issue);
	const key = issue.keys[0] ?? '';
	const near = path.length === 0 ? nearest(key, known) : null;
	const advice = near === null ? 'remove it' : `did you mean \`${near}\`?`;
	return { code: 'unknown_field', message: `field \`${excerpt(key)}\` is unknown; ${advice}`, field: pathText([...path, key]) };
}

/** The known name that `name` was probably meant to be: at most two typing errors away, or the same but for case and `_`. */
export function nearest(name: string, known: readonly string[]): string | null {
	if (name.length > 64) return null;
	const plain = (text: string): string => text.toLowerCase().replace(/[_-]/g, '');
	const best = known
		.map((candidate) => ({ candidate, distance: distance(plain(name), plain(candidate)) }))
		.sort((a, b) => a.distance - b.distance)[0];
	return best !== undefined && best.distance <= Math.min(2, Math.floor(best.candidate.length / 3)) ? best.candidate : null;
}

/** Fewest insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
function distance(a: string, b: string): number {
	let before: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = (last[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
			let least = Math.min(change, (last[j] as number) + 1, (row[j - 1] as number) + 1);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
				least = Math.min(least, (before[j - 2] as number) + 1);
			row.push(least);
		}
		[before, last] = [last, row];
	}
	return last[b.length] as number;
}

/** The input at a path, or undefined where there is none. */
function at(input: unknown, path: JsonPath): unknown {
	let value = input;
	for (const step of path) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
		value = (value as Record<string | number, unknown>)[step];
	}
	return value;
}
