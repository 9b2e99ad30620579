/** The edge of calibration: one row of a log as what is learned from it, or a stable code for why not. */
import { shown } from '../domain/shown.ts';
import type { FieldSource, Row } from './field-source.ts';

/** What is read of one row. */
export interface Observed {
	readonly tenant: string;
	readonly agent: string;
	readonly operation: string;
	/** What tells this action from every other. */
	readonly key: string;
	/** 0 to 1; a missing one counts as 0, as in policy. */
	readonly confidence: number;
	/** Null where nobody has said. */
	readonly label: boolean | null;
	/** Null where the map names nothing that rows could share. */
	readonly cluster: string | null;
	readonly weight: number;
	readonly at: number | null;
}

/** Codes of rows that cannot be learned from. Stable; docs/learning.md explains each. */
export const observeCodes = [
	'row_not_object',
	'field_failed',
	'field_required',
	'confidence_range',
	'confidence_scale',
	'label_invalid',
	'cluster_required',
	'weight_invalid',
	'instant_invalid',
] as const;
export type ObserveCode = (typeof observeCodes)[number];

export type ObservedReading =
	| { readonly ok: true; readonly observed: Observed }
	| { readonly ok: false; readonly code: ObserveCode; readonly message: string };

interface Sources {
	readonly sources: ReadonlyMap<string, FieldSource>;
	readonly label: FieldSource | null;
	readonly at: FieldSource | null;
	readonly cluster: FieldSource | null;
	readonly weight: FieldSource | null;
	readonly before: (row: Row) => Row;
	/** Throws an `Error` where a value is no instant. */
	readonly instantOf: (value: unknown) => number;
}

/** Why a row is refused; thrown and caught in this file alone. */
class Refusal extends Error {
	readonly code: ObserveCode;
	constructor(code: ObserveCode, message: string) {
		super(message);
		this.code = code;
	}
}

/** Makes the reader. `scale`: what stands for certainty in the log, such as 100 for percentages; 1 by default. */
export function observer(
	given: Sources,
	{ cluster, scale = 1 }: { readonly cluster?: FieldSource; readonly scale?: number } = {},
): (row: unknown) => ObservedReading {
	const source = (name: string): FieldSource | undefined => given.sources.get(name);
	const [tenant, agent, operation, key, confidence] = ['tenant', 'agent', 'operation', 'idempotencyKey', 'confidence'].map(
		source,
	);
	// The customer shares more mistakes than the conversation: it is the more careful choice where nothing is named.
	const clusterOf = cluster ?? given.cluster ?? source('user') ?? source('conversationId');
	return (row) => {
		try {
			if (typeof row !== 'object' || row === null || Array.isArray(row))
				throw new Refusal('row_not_object', 'must be a JSON object');
			const known = given.before(row as Row);
			const observed: Observed = {
				tenant: tenant === undefined ? 'default' : (optionalText('tenant', asked('tenant', tenant, known)) ?? 'default'),
				agent: requiredText('agent', asked('agent', agent, known)),
				operation: requiredText('operation', asked('operation', operation, known)),
				key: requiredText('idempotencyKey', asked('idempotencyKey', key, known)),
				confidence: confidenceIn(asked('confidence', confidence, known), scale),
				label: labelIn(asked('label', given.label ?? undefined, row as Row)),
				cluster: clusterIn(asked('cluster', clusterOf, row as Row), clusterOf !== undefined),
				weight: given.weight === null ? 1 : weightIn(asked('weight', given.weight, row as Row)),
				at: given.at === null ? null : instantIn(asked('at', given.at, known), given.instantOf),
			};
			return { ok: true, observed };
		} catch (error) {
			if (error instanceof Refusal) return { ok: false, code: error.code, message: error.message };
			throw error;
		}
	};
}

function asked(name: string, source: FieldSource | undefined, row: Row): unknown {
	try {
		return source?.(row) ?? null;
	} catch (error) {
		throw new Refusal('field_failed', `\`${name}\`: ${error instanceof Error ? error.message : String(error)}`);
	}
}

const optionalText = (name: string, value: unknown): string | null => {
	if (value === null) return null;
	if (typeof value === 'string' && value.length > 0 && value.length <= 200) return value;
	throw new Refusal('field_required', `\`${name}\` must be text of 1 to 200 characters, not ${shown(value)}`);
};

function requiredText(name: string, value: unknown): string {
	const text = optionalText(name, value);
	if (text === null) throw new Refusal('field_required', `\`${name}\` is missing`);
	return text;
}

function confidenceIn(value: unknown, scale: number): number {
	if (value === null) return 0;
	if (typeof value !== 'number' || !(value >= 0)) {
		throw new Refusal('confidence_range', `\`confidence\` must be a number from 0 to ${scale}, not ${shown(value)}`);
	}
	if (value <= scale) return value / scale;
	if (scale === 1 && value <= 100)
		throw new Refusal('confidence_scale', `\`confidence\` is ${shown(value)}; if 100 stands for certain, say --scale 100`);
	throw new Refusal('confidence_range', `\`confidence\` must be at most ${scale}, not ${shown(value)}`);
}

function labelIn(value: unknown): boolean | null {
	if (value === null || typeof value === 'boolean') return value;
	throw new Refusal('label_invalid', `\`label\` must be true, false or nothing, not ${shown(value)}`);
}

function clusterIn(value: unknown, named: boolean): string | null {
	if (typeof value === 'string' && value !== '') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	if (!named) return null;
	throw new Refusal('cluster_required', `the cluster must be text or a number, not ${shown(value)}`);
}

function weightIn(value: unknown): number {
	if (typeof value === 'number' && value > 0 && value <= 1e6) return value;
	throw new Refusal('weight_invalid', `\`weight\` must be a number above 0 and at most 1000000, not ${shown(value)}`);
}

function instantIn(value: unknown, instantOf: Sources['instantOf']): number | null {
	if (value === null) return null;
	try {
		return instantOf(value);
	} catch (error) {
		throw new Refusal('instant_invalid', error instanceof Error ? error.message : String(error));
	}
}
