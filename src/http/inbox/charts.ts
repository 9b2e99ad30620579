/** Charts as inline SVG: no scripts, no images from anywhere; every figure stands in a table beside it, and no colour stands alone. */
import { html, type Markup } from '../../channels/markup.ts';

export interface Series {
	/** Class that gives the colour and the pattern of the legend. */
	readonly kind: string;
	readonly name: string;
}

/** One column of a stacked chart: its label, and a value for each series. */
export interface Column {
	readonly label: string;
	readonly values: readonly number[];
}

const width = 720;
const height = 200;
const left = 44;
const bottom = 24;

/** A round number at or above a value, for the axis. */
export function ceiling(value: number): number {
	if (value <= 5) return 5;
	const power = 10 ** Math.floor(Math.log10(value));
	return power * ([1, 2, 2.5, 5, 10].find((step) => step * power >= value) ?? 10);
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Columns of several series on each other, the first at the bottom. */
export function stacked(title: string, series: readonly Series[], columns: readonly Column[]): Markup {
	const sums = columns.map(({ values }) => values.reduce((sum, each) => sum + each, 0));
	const most = ceiling(Math.max(0, ...sums));
	const step = (width - left) / Math.max(1, columns.length);
	const y = (value: number): number => round((height - bottom) * (1 - value / most) + 8);
	const bars = columns.map(({ label, values }, i) => {
		let below = 0;
		const parts = values.map((value, k) => {
			const from = below;
			below += value;
			const top = y(below);
			return value === 0
				? null
				: html`<rect class="${series[k]?.kind ?? ''}" x="${round(left + i * step + step * 0.12)}" y="${top}" width="${round(step * 0.76)}" height="${round(y(from) - top)}"></rect>`;
		});
		return html`<g><title>${label}: ${values.map((value, k) => `${series[k]?.name ?? ''} ${value}`).join(', ')}</title>${parts}</g>`;
	});
	// As many labels as stand beside each other without touching.
	const every = Math.max(1, Math.ceil(columns.length / 8));
	const labels = columns.map(({ label }, i) =>
		i % every !== 0
			? null
			: html`<text x="${round(left + i * step + step / 2)}" y="${height + 2}" text-anchor="middle">${label}</text>`,
	);
	return html`<figure><svg viewBox="0 0 ${width} ${height + 8}" role="img" aria-label="${title}">${axis(most, y)}${bars}${labels}</svg>${legend(series)}</figure>`;
}

const axis = (most: number, y: (value: number) => number): Markup =>
	html`${[0, most / 2, most].map(
		(value) =>
			html`<line class="grid" x1="${left}" x2="${width}" y1="${y(value)}" y2="${y(value)}"></line><text x="${left - 6}" y="${y(value) + 4}" text-anchor="end">${round(value)}</text>`,
	)}`;

const legend = (series: readonly Series[]): Markup =>
	html`<figcaption>${series.map(({ kind, name }) => html`<span class="key"><svg width="14" height="14" aria-hidden="true"><rect class="${kind}" width="14" height="14" rx="3"></rect></svg> ${name}</span>`)}</figcaption>`;

/** One rate with its interval: a dot on a line. */
export interface Interval {
	readonly name: string;
	readonly rate: number;
	readonly low: number;
	readonly high: number;
	readonly text: string;
}

/** Rates with their intervals below each other, on one scale from zero. */
export function intervals(title: string, rates: readonly Interval[]): Markup {
	const most = Math.max(0.01, ...rates.map(({ high }) => high));
	const row = 44;
	const x = (value: number): number => round(8 + (width - 16) * (value / most));
	const lines = rates.map(({ name, rate, low, high, text }, i) => {
		const y = i * row + 32;
		return html`<g><title>${name}: ${text}</title><text class="name" x="8" y="${y - 13}">${name}</text><text x="${width - 8}" y="${y - 13}" text-anchor="end">${text}</text><line class="track" x1="8" x2="${width - 8}" y1="${y}" y2="${y}"></line><line class="span" x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}"></line><circle class="dot" cx="${x(rate)}" cy="${y}" r="6"></circle></g>`;
	});
	return html`<figure><svg viewBox="0 0 ${width} ${rates.length * row + 8}" role="img" aria-label="${title}">${lines}</svg></figure>`;
}
