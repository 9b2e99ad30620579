/** The labelled rows of a JSONL file, for whoever learns from them. */
import { parseJson } from '../domain/json.ts';
import { compileSource, type FieldSource } from '../learning/field-source.ts';
import { History } from '../learning/history.ts';
import type { Coverage } from '../learning/history-findings.ts';
import type { Observed } from '../learning/observe.ts';
import { SeenKeys } from '../learning/text-ids.ts';
import { Exit } from './exit.ts';
import { lineBatchesOf } from './lines.ts';
import { progressBar } from './progress.ts';
import { BadRows, mapOf, rowLimits } from './rows.ts';

export interface HistoryOptions {
	readonly map: string;
	/** A path into the row that names the cluster, instead of the map's. */
	readonly cluster?: string;
	/** What stands for certainty: 1, or 100 for percentages. */
	readonly scale?: number;
	readonly skipBad?: boolean;
}

export interface LabelledHistory {
	readonly history: History;
	/** Rows read, without those that were left out or came twice. */
	readonly actions: number;
	readonly skipped: number;
	readonly repeated: number;
	readonly coverage: Coverage;
	/** Whether anything says which rows belong together. */
	readonly clustered: boolean;
	/** The tenant of all rows, or null where there are several. */
	readonly tenant: string | null;
}

/** Reads a history, or ends with every bad row, by line and code. */
export async function readHistory(path: string, options: HistoryOptions): Promise<LabelledHistory> {
	const map = await mapOf(options.map);
	if (!map.labelled) throw new Exit('invalid', `the map \`${options.map}\` names no \`label\``, { code: 'history_invalid' });
	const cluster = clusterSource(options.cluster);
	const observe = map.observer({ ...(cluster && { cluster }), scale: options.scale ?? 1 });
	const bad = new BadRows();
	const taken = new Taken();
	const bar = progressBar();
	try {
		for await (const batch of lineBatchesOf(path, bar)) {
			for (const { number, text } of batch) {
				const json = parseJson(text, rowLimits);
				if (!json.ok) {
					const hint = number === 1 && !/^\s*[[{]/.test(text) ? '; a history is JSON Lines, one object on each line' : '';
					const message = `${json.problem.message.replace(/^the body/, 'the row')}${hint}`;
					bad.add({ line: number, code: json.problem.code, message });
					continue;
				}
				const read = observe(json.value);
				if (!read.ok) bad.add({ line: number, code: read.code, message: read.message });
				else if (!taken.add(read.observed)) {
					const message = '`idempotencyKey` was used on an earlier line for something else';
					bad.add({ line: number, code: 'key_reused', message });
				}
			}
		}
	} finally {
		bar.end();
	}
	if (options.skipBad !== true) bad.refuse(path, 'history_invalid');
	return taken.result(bad.count);
}

function clusterSource(path: string | undefined): FieldSource | undefined {
	if (path === undefined) return undefined;
	const compiled = compileSource(path);
	if ('source' in compiled) return compiled.source;
	throw new Exit('usage', `--cluster: ${compiled.problem.message}`, { code: 'usage' });
}

class Taken {
	readonly #history = new History();
	readonly #seen = new SeenKeys();
	readonly #labelled = new Array<number>(10).fill(0);
	readonly #unlabelled = new Array<number>(10).fill(0);
	readonly #tenants = new Set<string>();
	#actions = 0;
	#repeated = 0;
	#clustered = true;

	/** False where the same key came with something else. */
	add({ tenant, agent, operation, key, confidence, label, cluster, weight, at }: Observed): boolean {
		const seen = this.#seen.add(`${tenant}\n${agent}\n${key}`, [operation, confidence, label, cluster, weight]);
		if (seen === 'other') return false;
		if (seen === 'same') {
			this.#repeated += 1;
			return true;
		}
		this.#actions += 1;
		this.#tenants.add(tenant);
		const band = Math.min(9, Math.floor(confidence * 10));
		const counts = label === null ? this.#unlabelled : this.#labelled;
		counts[band] = (counts[band] as number) + 1;
		if (cluster === null) this.#clustered = false;
		if (label !== null)
			this.#history.add({ agent, operation, cluster: cluster ?? `${agent}\n${key}`, confidence, right: label, weight, at });
		return true;
	}

	result(skipped: number): LabelledHistory {
		const [tenant, ...others] = this.#tenants;
		return {
			history: this.#history,
			actions: this.#actions,
			skipped,
			repeated: this.#repeated,
			coverage: { labelled: this.#labelled, unlabelled: this.#unlabelled },
			clustered: this.#clustered,
			tenant: others.length > 0 ? null : (tenant ?? null),
		};
	}
}
