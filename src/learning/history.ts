/**
 * Labelled actions, column by column: a million of them take some twenty megabytes. Whoever reads rows fills it; every estimate
 * is made from it.
 */

import { TextIds } from './text-ids.ts';

/** Confidences are kept in steps of 1/10000, downwards: a row belongs to step k where k/10000 <= confidence. */
export const confidenceSteps = 10_000;

/** The step of a confidence; `confidence >= threshold` holds for a threshold of step k exactly where the step is at least k. */
export function stepOf(confidence: number): number {
	let step = Math.floor(confidence * confidenceSteps);
	// The product may round across the border.
	while (step < confidenceSteps && (step + 1) / confidenceSteps <= confidence) step += 1;
	while (step > 0 && step / confidenceSteps > confidence) step -= 1;
	return step;
}

/** The smallest confidence of a step. */
export const confidenceAt = (step: number): number => step / confidenceSteps;

/** One action whose outcome is known. */
export interface Observation {
	readonly agent: string;
	readonly operation: string;
	/** What shares its mistakes: conversation, task or customer. Rows of one cluster are not independent. */
	readonly cluster: string;
	/** 0 to 1. */
	readonly confidence: number;
	/** Whether people (or the ground truth) found it right. */
	readonly right: boolean;
	/** How many actions it stands for: 1, or the inverse of the probability with which it was sampled. Above 0. */
	readonly weight?: number;
	/** When it happened, in ms since the epoch. */
	readonly at?: number | null;
}

/** Names as small numbers, in the order in which they came. */
class Names {
	readonly list: string[] = [];
	readonly #ids = new Map<string, number>();

	idOf(name: string): number {
		const known = this.#ids.get(name);
		if (known !== undefined) return known;
		this.#ids.set(name, this.list.length);
		return this.list.push(name) - 1;
	}
}

const grown = <T extends Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array>(column: T, size: number): T => {
	const larger = new (column.constructor as new (length: number) => T)(size);
	larger.set(column as never);
	return larger;
};

/** All labelled actions that were read. Row numbers count from 0 in the order of reading. */
export class History {
	length = 0;
	readonly agents = new Names();
	readonly operations = new Names();
	readonly clusters = new TextIds();
	agent = new Uint32Array(1024);
	operation = new Uint32Array(1024);
	cluster = new Uint32Array(1024);
	step = new Uint16Array(1024);
	right = new Uint8Array(1024);
	weight = new Float32Array(1024);
	/** NaN where no instant is known. */
	at = new Float64Array(1024);

	add({ agent, operation, cluster, confidence, right, weight = 1, at = null }: Observation): void {
		if (this.length === this.step.length) this.#grow();
		const row = this.length++;
		this.agent[row] = this.agents.idOf(agent);
		this.operation[row] = this.operations.idOf(operation);
		this.cluster[row] = this.clusters.idOf(cluster);
		this.step[row] = stepOf(confidence);
		this.right[row] = right ? 1 : 0;
		this.weight[row] = weight;
		this.at[row] = at ?? Number.NaN;
	}

	#grow(): void {
		const size = this.length * 2;
		this.agent = grown(this.agent, size);
		this.operation = grown(this.operation, size);
		this.cluster = grown(this.cluster, size);
		this.step = grown(this.step, size);
		this.right = grown(this.right, size);
		this.weight = grown(this.weight, size);
		this.at = grown(this.at, size);
	}
}

/** A choice of rows of a history. */
export type Rows = Uint32Array;

/** Every row. */
export const allRows = (history: History): Rows => Uint32Array.from({ length: history.length }, (_, row) => row);

/** The rows of each group, by the group's name. `groupOf` is asked for each pair of agent and operation; null leaves the rows out. */
export function groupsOf(
	history: History,
	rows: Rows,
	groupOf: (agent: string, operation: string) => string | null,
): Map<string, Rows> {
	const byPair = new Map<number, number[] | null>();
	const byName = new Map<string, number[]>();
	const agents = history.agents.list.length;
	for (const row of rows) {
		const pair = (history.operation[row] as number) * agents + (history.agent[row] as number);
		let group = byPair.get(pair);
		if (group === undefined) {
			const name = groupOf(
				history.agents.list[history.agent[row] as number] as string,
				history.operations.list[history.operation[row] as number] as string,
			);
			group = name === null ? null : (byName.get(name) ?? []);
			if (name !== null && group !== null) byName.set(name, group);
			byPair.set(pair, group);
		}
		group?.push(row);
	}
	return new Map([...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, list]) => [name, Uint32Array.from(list)]));
}
