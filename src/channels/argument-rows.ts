/** The arguments as rows of path and value, so that a person reads exactly what would run, nested or not. */
import type { Proposal } from '../domain/action.ts';
import { cut, show } from './untrusted.ts';

/**
 * `path` as a program would write it (`items[0].sku`). `value`: text as it is, anything else in JSON; text that reads like JSON
 * (`"1881"`, `"true"`) keeps its quotes, because it is another value. Both visible, on one line.
 */
export interface ArgumentRow {
	readonly path: string;
	readonly value: string;
}

/** The rows, how many are left out by the limit, and how many hidden characters they held. */
export interface ArgumentRows {
	readonly rows: readonly ArgumentRow[];
	readonly leftOut: number;
	readonly hidden: number;
}

const maxRows = 100;
const maxValue = 2000;
const maxPath = 120;

/** Lists every leaf of the arguments in order; empty objects and arrays are leaves too. */
export function argumentRowsOf(given: Proposal['arguments']): ArgumentRows {
	const rows: ArgumentRow[] = [];
	let leaves = 0;
	let hidden = 0;
	const visible = (text: string, max: number): string => {
		const shown = show(text);
		hidden += shown.hidden;
		return cut(shown.text.replaceAll('\n', ' ↵ '), max);
	};
	const walk = (value: unknown, path: string): void => {
		const isContainer = typeof value === 'object' && value !== null;
		const entries = isContainer ? Object.entries(value) : [];
		if (entries.length === 0) {
			leaves += 1;
			if (leaves > maxRows) return;
			rows.push({
				path: visible(path, maxPath),
				value: visible(valueText(value), maxValue),
			});
			return;
		}
		const step = Array.isArray(value)
			? (key: string) => `${path}[${key}]`
			: (key: string) => (path === '' ? key : `${path}.${key}`);
		for (const [key, inner] of entries) walk(inner, step(key));
	};
	if (Object.keys(given).length > 0) walk(given, '');
	return { rows, leftOut: Math.max(0, leaves - maxRows), hidden };
}

const valueText = (value: unknown): string =>
	typeof value === 'string' && !/^(?:-?\d[\d.eE+-]*|true|false|null|)$/.test(value) ? value : JSON.stringify(value);
