/** The confidence map beside a policy: found by the name that the policy gives, and held against the digest that it states. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ConfidenceMapping } from './domain/confidence.ts';
import { Fault } from './domain/errors.ts';
import { parseJson } from './domain/json.ts';
import { type ConfidenceMapFile, parseConfidenceMap } from './learning/confidence-map.ts';
import type { Policy } from './policy/policy.ts';

/** Largest map that is read, in bytes, and how it may nest. */
const limits = { bytes: 32 * 1024 * 1024, depth: 8, keys: 100, elements: 100_000 } as const;

/** The policy with the map that it names; as it is where it names none. Throws `confidence_map_invalid`. */
export async function withItsMap(policy: Policy, path: string): Promise<Policy> {
	const named = policy.document.confidence_map;
	if (named === undefined) return policy;
	const { map } = await readConfidenceMap(resolve(dirname(path), named.file));
	if (map.digest !== named.digest) {
		throw new Fault(
			'confidence_map_invalid',
			`the confidence map \`${named.file}\` has the digest ${map.digest}; the policy was made for another`,
		);
	}
	return { ...policy, confidenceMap: map };
}

/** Reads a map file. Throws `confidence_map_invalid` with what is wrong. */
export async function readConfidenceMap(path: string): Promise<{ map: ConfidenceMapping; file: ConfidenceMapFile }> {
	const invalid = (what: string): Fault => new Fault('confidence_map_invalid', `the confidence map \`${path}\` ${what}`);
	const found = await stat(path).catch(() => null);
	if (found === null || !found.isFile()) throw invalid('is not a readable file');
	if (found.size > limits.bytes) throw invalid(`is larger than ${limits.bytes} bytes`);
	const json = parseJson(await readFile(path, 'utf8'), limits);
	if (!json.ok) throw invalid(`cannot be read: ${json.problem.message}`);
	const read = parseConfidenceMap(json.value);
	if (!read.ok) throw invalid(read.message);
	return read;
}
