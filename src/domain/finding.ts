/** What a check of the installation found: a line of `countersign doctor`, and at the start a warning or a refusal. */

export interface Finding {
	/** What was looked at. */
	readonly check: string;
	readonly level: 'ok' | 'warn' | 'fail';
	/** Stable; by it an operator accepts a finding (`COUNTERSIGN_I_KNOW`). Null where all is well. */
	readonly code: string | null;
	readonly message: string;
	/** What to do. */
	readonly fix?: string;
}

export const ok = (check: string, message: string): Finding => ({ check, level: 'ok', code: null, message });

/** The findings, with those that the operator has accepted no longer failing. What drops approvals cannot be accepted. */
export const accepting = (findings: readonly Finding[], accepted: readonly string[]): Finding[] =>
	findings.map((each) =>
		each.level === 'fail' && each.code !== null && accepted.includes(each.code) && !unacceptable.includes(each.code)
			? { ...each, level: 'warn', message: `${each.message} (accepted by COUNTERSIGN_I_KNOW)` }
			: each,
	);

const unacceptable: readonly string[] = ['redis_evicts', 'redis_too_old', 'storage_rewound'];
