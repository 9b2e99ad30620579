/** The rows of a JSONL file as proposals: through a map, or proposals already. Both `submit` and `replay` read this way. */
import type { Proposal } from '../domain/action.ts';
import type { ErrorCode } from '../domain/errors.ts';
import { parseJson } from '../domain/json.ts';
import { parseProposal } from '../domain/parse.ts';
import type { RowMap, RowReading } from '../learning/map.ts';
import { parseMap } from '../learning/map.ts';
import { readYaml } from '../policy/yaml-source.ts';
import { Exit } from './exit.ts';
import { bytesOf, type Line, linesOf } from './lines.ts';

/** One row of the file. `input` is the wire form that is sent. */
export interface FileRow {
	readonly line: number;
	readonly input: Readonly<Record<string, unknown>>;
	readonly proposal: Proposal;
	readonly label: boolean | null;
	readonly at: number | null;
	/** What it shares its mistakes with, where the map says so. */
	readonly cluster?: string;
}

/** A row that cannot be used, and why. */
export interface BadRow {
	readonly line: number;
	/** Stable, where whoever found it has one. */
	readonly code?: string;
	readonly message: string;
}

/** Rows of foreign logs may be wider than a proposal; what is proposed out of them may not. */
export const rowLimits = { bytes: 1024 * 1024, depth: 64, keys: 10_000, elements: 100_000 } as const;
/** How many bad rows are named. */
const mostNamed = 20;

/** Reads a map file, or ends with every problem and its place. */
export async function mapOf(path: string): Promise<RowMap> {
	const yaml = readYaml(await bytesOf(path));
	const read = yaml.ok ? parseMap(yaml.source) : yaml;
	if (read.ok) return read.map;
	const lines = read.problems.map((problem) => `  ${path}:${problem.line}:${problem.column} ${problem.message}`);
	throw new Exit('invalid', `the map does not validate\n${lines.join('\n')}`, { details: read.problems });
}

/** Every row, good or bad, in the order of the file. */
export async function* rowsOf(path: string, map: RowMap | null): AsyncGenerator<FileRow | BadRow> {
	for await (const line of linesOf(path)) yield rowOf(line, map);
}

/** One line as a row. */
export function rowOf({ number, text }: Line, map: RowMap | null): FileRow | BadRow {
	const parsed = parseJson(text, rowLimits);
	if (!parsed.ok) return { line: number, message: parsed.problem.message.replace(/^the body/, 'the row') };
	const read = map === null ? nativeRow(parsed.value) : map.read(parsed.value);
	return read.ok ? { line: number, ...read } : { line: number, message: read.message };
}

function nativeRow(value: unknown): RowReading {
	const parsed = parseProposal(value);
	if (!parsed.ok) return { ok: false, message: parsed.problem.message };
	return { ok: true, input: value as Record<string, unknown>, proposal: parsed.proposal, label: null, at: null };
}

export const isBad = (row: FileRow | BadRow): row is BadRow => 'message' in row;

/** Collects bad rows, and ends the command with their lines where there are any. */
export class BadRows {
	count = 0;
	readonly #named: BadRow[] = [];

	add(row: BadRow): void {
		this.count += 1;
		if (this.#named.length < mostNamed) this.#named.push(row);
	}

	/** Throws where a row was bad. */
	refuse(path: string, code?: ErrorCode): void {
		if (this.count === 0) return;
		const lines = this.#named.map(
			({ line, code: own, message: why }) => `  line ${line}: ${own === undefined ? '' : `${own}: `}${why}`,
		);
		if (this.count > lines.length) lines.push(`  and ${this.count - lines.length} more`);
		const message = `${this.count} of the rows of \`${path}\` cannot be used; mend them or the map, or leave them out with --skip-bad\n${lines.join('\n')}`;
		throw new Exit('invalid', message, { ...(code && { code }), details: { bad: this.count, rows: this.#named } });
	}
}

/** What `--routes FILE` keeps of one action: the same from a replay and from the live system. */
export interface RouteLine {
	readonly line: number;
	/** The action's id. */
	readonly id: string;
	/** The idempotency key: the row's own id. */
	readonly key: string;
	readonly route: string;
	/** Rule ids, strictest first. */
	readonly reasons: readonly string[];
}
