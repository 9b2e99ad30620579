/** Exit codes; scripts and shell agents branch on them. docs/cli.md explains each. */
import { type ErrorCode, errorCodes } from '../domain/errors.ts';

export const exitCodes = {
	ok: 0,
	/** Something failed that is nobody's answer: Redis is away, a file cannot be read. */
	error: 1,
	/** The command line does not make sense. */
	usage: 2,
	not_found: 3,
	/** Somebody else was first, or the state does not allow it. */
	conflict: 4,
	/** A policy, a map or another input file does not validate. */
	invalid: 5,
	/** The command worked, and what it found is bad: a policy test fails. */
	findings: 6,
	/** `wait`: how the action ended. 0 stands for executed, or resolved by hand. */
	rejected: 10,
	expired: 11,
	withdrawn: 12,
	failed: 13,
	unaccounted: 14,
	/** `wait`: it has not ended yet. */
	waiting: 15,
	interrupted: 130,
} as const;

export type ExitName = keyof typeof exitCodes;

/** Ends a command with a code; `problem` is told on standard error. */
export class Exit extends Error {
	readonly exit: ExitName;
	/** The stable error code, where there is one. */
	readonly code: ErrorCode | 'usage' | null;
	/** More about it, for `--json`. */
	readonly details: unknown;
	constructor(exit: ExitName, message: string, about: { code?: ErrorCode | 'usage'; details?: unknown } = {}) {
		super(message);
		this.name = 'Exit';
		this.exit = exit;
		this.code = about.code ?? null;
		this.details = about.details;
	}
}

/** The exit that an error code stands for. */
export function exitOf(code: ErrorCode): ExitName {
	if (code === 'not_found') return 'not_found';
	if (code === 'policy_invalid' || code === 'confidence_map_invalid' || code === 'history_invalid') return 'invalid';
	if (code === 'not_enough_evidence') return 'findings';
	const { status } = errorCodes[code];
	if (status === 409 || status === 410) return 'conflict';
	return 'error';
}
