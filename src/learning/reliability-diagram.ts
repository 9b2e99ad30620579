/** A reliability diagram as SVG: how sure, against how often right. Readable on light and on dark ground. */
import type { Reliability } from './reliability.ts';

/** One row of dots. `id`: `a` or `b`. */
interface Series {
	readonly id: 'a' | 'b';
	readonly name: string;
	readonly reliability: Reliability;
}

const [size, left, top] = [360, 56, 48];
const x = (share: number): string => (left + share * size).toFixed(1);
const y = (share: number): string => (top + (1 - share) * size).toFixed(1);
const percent = (share: number): string => `${Math.round(100 * share)} %`;

const style = `
  svg { background: #ffffff; font: 13px system-ui, sans-serif; }
  text { fill: #1f2430; } .quiet { fill: #5b6475; }
  .grid { stroke: #d9dde5; } .ideal { stroke: #5b6475; stroke-dasharray: 5 5; }
  .a { fill: #b3541e; stroke: #b3541e; } .b { fill: #0b6bcb; stroke: #0b6bcb; }
  .dot { fill-opacity: 0.55; } .line { fill: none; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    svg { background: #14171f; } text { fill: #e8ebf2; } .quiet { fill: #a3acbd; }
    .grid { stroke: #343b4a; } .ideal { stroke: #a3acbd; }
    .a { fill: #ff9f6b; stroke: #ff9f6b; } .b { fill: #6cb6ff; stroke: #6cb6ff; }
  }`;

/** The diagram. The larger a dot, the more actions; its tooltip tells them. */
export function reliabilityDiagram(reported: Reliability, mapped: Reliability | null): string {
	const series: Series[] = [
		{ id: 'a', name: 'as reported', reliability: reported },
		...(mapped === null ? [] : [{ id: 'b' as const, name: 'after the map, out of fold', reliability: mapped }]),
	];
	const most = Math.max(1, ...series.flatMap(({ reliability }) => reliability.bins.map(({ weight }) => weight)));
	const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
	const grid = ticks.flatMap((tick) => [
		`<line class="grid" x1="${x(tick)}" y1="${y(0)}" x2="${x(tick)}" y2="${y(1)}"/>`,
		`<line class="grid" x1="${x(0)}" y1="${y(tick)}" x2="${x(1)}" y2="${y(tick)}"/>`,
		`<text class="quiet" x="${x(tick)}" y="${top + size + 20}" text-anchor="middle">${tick}</text>`,
		`<text class="quiet" x="${left - 8}" y="${y(tick)}" text-anchor="end" dominant-baseline="middle">${percent(tick)}</text>`,
	]);
	const lines = [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + size + 32} ${top + size + 100}" role="img" aria-labelledby="t d">`,
		'<title id="t">Reliability of confidence</title>',
		`<desc id="d">${series.map(({ name, reliability }) => `${name}: expected calibration error ${reliability.ece.toFixed(3)}, Brier score ${reliability.brier.toFixed(3)}`).join('; ')}</desc>`,
		`<style>${style}\n</style>`,
		`<text x="${left}" y="24" font-size="16" font-weight="600">How sure, and how often right</text>`,
		...grid,
		`<line class="ideal" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"><title>where confidence is what it says</title></line>`,
		...series.flatMap((each) => dots(each, most)),
		`<text class="quiet" x="${left + size / 2}" y="${top + size + 42}" text-anchor="middle">confidence</text>`,
		`<text class="quiet" x="${left - 44}" y="${top - 18}">right</text>`,
		...series.map(
			({ id, name, reliability }, i) =>
				`<g transform="translate(${left} ${top + size + 64 + i * 20})"><circle class="${id}" cx="6" cy="-4" r="6"/><text x="20">${name}: error ${reliability.ece.toFixed(3)}, Brier ${reliability.brier.toFixed(3)}</text></g>`,
		),
		'</svg>',
	];
	return `${lines.join('\n')}\n`;
}

function dots({ id, name, reliability: { bins } }: Series, most: number): string[] {
	const points = bins.map(({ confidence, rate }) => `${x(confidence)},${y(rate)}`).join(' ');
	return [
		...(bins.length > 1 ? [`<polyline class="line ${id}" style="fill:none" points="${points}"/>`] : []),
		...bins.map(
			({ confidence, rate, rows, weight }) =>
				`<circle class="dot ${id}" cx="${x(confidence)}" cy="${y(rate)}" r="${(3 + 11 * Math.sqrt(weight / most)).toFixed(1)}"><title>${name}: confidence ${confidence.toFixed(3)}, right ${(100 * rate).toFixed(1)} %, ${rows} actions</title></circle>`,
		),
	];
}
