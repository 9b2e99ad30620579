/** Refusals on the wire: RFC 9457 problem+json with a stable `code`. Never a stack, never more than 100 characters of input. */

import { type ErrorCode, errorCodes, type Problem } from '../domain/errors.ts';
import type { Decision } from '../domain/review.ts';

/** What a problem may carry besides: the decision that won a lost race, methods that are allowed, when to come again. */
export interface ProblemExtras {
	readonly winner?: Decision | null;
	readonly headers?: Readonly<Record<string, string>>;
}

/** Codes after which the same request, sent again unchanged, may succeed. */
const retryable: ReadonlySet<ErrorCode> = new Set([
	'storage_unavailable',
	'storage_full',
	'storage_rewound',
	'held',
	'rate_limited',
	'internal',
]);

/** The answer for a problem. */
export function problemResponse(problem: Problem, extras: ProblemExtras = {}): Response {
	const { status, title } = errorCodes[problem.code];
	const again = retryable.has(problem.code);
	const body = {
		type: `urn:countersign:error:${problem.code}`,
		title,
		status,
		detail: problem.message,
		code: problem.code,
		...(problem.field !== undefined && { field: problem.field }),
		retryable: again,
		...(extras.winner && { winner: { ...extras.winner, at: new Date(extras.winner.at).toISOString() } }),
	};
	return new Response(JSON.stringify(body), {
		status,
		headers: {
			'content-type': 'application/problem+json',
			...(again && { 'retry-after': problem.code === 'storage_full' || problem.code === 'held' ? '30' : '1' }),
			...extras.headers,
		},
	});
}
