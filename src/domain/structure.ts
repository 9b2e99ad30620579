/** The structure of a JSON value, whoever parsed it: depth, breadth, keys that poison objects, text that is no text. */
import { proposalLimits } from './action.ts';
import type { ErrorCode, Problem } from './errors.ts';
import { pathText, shown } from './shown.ts';

/** How large a JSON value may be. `bytes` counts UTF-8 for text; for a value that is already parsed it bounds its characters. */
export interface JsonLimits {
	readonly bytes: number;
	readonly depth: number;
	/** Keys of one object. */
	readonly keys: number;
	/** Elements of one array. */
	readonly elements: number;
}

/** What is wrong with the structure of a value that was parsed elsewhere (by BullMQ, or never); null where it is sound. */
export function structuralProblem(value: unknown, limits: JsonLimits = proposalLimits): Problem | null {
	return survey(value, limits).problem;
}

/** The same, with the number of object members in the whole value. Codes as for `parseJson`, and `field_type` for what is no JSON. */
export function survey(value: unknown, limits: JsonLimits): { problem: Problem | null; members: number } {
	const walk: Walk = { limits, members: 0, characters: 0 };
	const flaw = flawOf(value, 0, walk);
	if (flaw === null) return { problem: null, members: walk.members };
	const { code, message, path } = flaw;
	if (path.length === 0) return { problem: { code, message: `the value ${message}` }, members: walk.members };
	const field = pathText(path);
	return { problem: { code, message: `\`${field}\` ${message}`, field }, members: walk.members };
}

interface Flaw {
	readonly code: ErrorCode;
	readonly message: string;
	/** Grows from the inside while the walk returns. */
	readonly path: (string | number)[];
}

interface Walk {
	readonly limits: JsonLimits;
	members: number;
	characters: number;
}

const forbidden = new Set(['__proto__', 'constructor', 'prototype']);
const flawed = (code: ErrorCode, message: string): Flaw => ({ code, message, path: [] });

/** The first flaw of a value, depth first. The recursion ends at the depth limit, for a cycle too. */
function flawOf(value: unknown, depth: number, walk: Walk): Flaw | null {
	switch (typeof value) {
		case 'string':
			return textFlaw(value, walk);
		case 'boolean':
			return null;
		case 'number':
			// NaN in a field of the schema's own is left to the schema, which knows what the field is for.
			if (Number.isFinite(value) ? !Number.isInteger(value) || Number.isSafeInteger(value) : depth === 1) return null;
			return flawed('number_unsafe', `must be a number that is exactly representable, not ${shown(value)}; send it as a string`);
		case 'object':
			return value === null ? null : containerFlaw(value, depth, walk);
		case 'undefined':
			// An optional field that a caller in this process left undefined; deeper down it would vanish on the wire.
			return depth === 1 ? null : flawed('field_type', 'must be a JSON value, not undefined');
		default:
			return flawed('field_type', `must be a JSON value, not ${shown(value)}`);
	}
}

function containerFlaw(value: object, depth: number, walk: Walk): Flaw | null {
	if (depth >= walk.limits.depth) return flawed('too_deep', `must nest at most ${walk.limits.depth} levels`);
	if (Array.isArray(value)) return arrayFlaw(value, depth, walk);
	const prototype = Object.getPrototypeOf(value);
	if (prototype !== Object.prototype && prototype !== null) return flawed('field_type', 'must be a plain JSON object');
	return objectFlaw(value as Record<string, unknown>, depth, walk);
}

function textFlaw(text: string, walk: Walk): Flaw | null {
	walk.characters += text.length;
	if (walk.characters > walk.limits.bytes)
		return flawed('payload_too_large', `must be at most ${walk.limits.bytes} bytes in all`);
	if (text.includes('\0')) return flawed('text_malformed', 'must not hold a NUL character');
	if (!text.isWellFormed()) return flawed('text_malformed', 'must not hold half of a surrogate pair');
	return null;
}

function arrayFlaw(value: readonly unknown[], depth: number, walk: Walk): Flaw | null {
	if (value.length > walk.limits.elements) {
		return flawed('too_many_fields', `must have at most ${walk.limits.elements} elements, not ${value.length}`);
	}
	for (let i = 0; i < value.length; i++) {
		const element = value[i];
		const flaw =
			element === undefined ? flawed('field_type', 'must be a JSON value, not undefined') : flawOf(element, depth + 1, walk);
		if (flaw !== null) {
			flaw.path.unshift(i);
			return flaw;
		}
	}
	return null;
}

function objectFlaw(value: Readonly<Record<string, unknown>>, depth: number, walk: Walk): Flaw | null {
	const keys = Object.keys(value);
	if (keys.length > walk.limits.keys) {
		return flawed('too_many_fields', `must have at most ${walk.limits.keys} keys, not ${keys.length}`);
	}
	walk.members += keys.length;
	for (const key of keys) {
		if (forbidden.has(key)) return flawed('key_forbidden', `must not have the key \`${key}\`; rename it`);
		const flaw = textFlaw(key, walk) ?? flawOf(value[key], depth + 1, walk);
		if (flaw !== null) {
			flaw.path.unshift(key);
			return flaw;
		}
	}
	return null;
}
