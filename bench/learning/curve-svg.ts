/** Curves of wrong share against executed share, as one SVG that reads on light and on dark. */
import type { CurvePoint } from './curve.ts';

export interface Line {
	readonly name: string;
	readonly colour: string;
	readonly dash?: string;
	readonly points: readonly CurvePoint[];
}

export interface Mark {
	readonly name: string;
	readonly colour: string;
	readonly share: number;
	readonly wrongShare: number;
}

const size = { width: 760, height: 420, left: 64, right: 16, top: 24, bottom: 52 };
const most = { share: 0.75, wrong: 0.12 };

const x = (share: number): number => size.left + (share / most.share) * (size.width - size.left - size.right);
const y = (wrong: number): number => size.height - size.bottom - (wrong / most.wrong) * (size.height - size.top - size.bottom);
const place = (value: number): string => value.toFixed(1);
const percent = (value: number): string => `${Math.round(value * 100)} %`;

/** `rows`: how many there are in all. Points of a few executed rows are left out: their wrong share jumps with every row. */
export function curveSvg(lines: readonly Line[], marks: readonly Mark[], rows: number): string {
	const grid = [0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12].map(
		(wrong) =>
			`<line x1="${place(x(0))}" x2="${place(x(most.share))}" y1="${place(y(wrong))}" y2="${place(y(wrong))}" stroke="#8884"/>` +
			`<text x="${size.left - 8}" y="${place(y(wrong) + 4)}" text-anchor="end">${percent(wrong)}</text>`,
	);
	const ticks = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map(
		(share) => `<text x="${place(x(share))}" y="${size.height - size.bottom + 18}" text-anchor="middle">${percent(share)}</text>`,
	);
	const drawn = lines.map(({ name, colour, dash, points }) => {
		const shown = points
			.map(({ executed, wrong }) => ({
				share: executed / rows,
				wrong: executed === 0 ? 0 : wrong / executed,
				few: executed > 0 && executed < 20,
			}))
			.filter(({ share, wrong, few }) => !few && share <= most.share && wrong <= most.wrong)
			.map(({ share, wrong }) => `${place(x(share))},${place(y(wrong))}`);
		return `<polyline fill="none" stroke="${colour}" stroke-width="2"${dash === undefined ? '' : ` stroke-dasharray="${dash}"`} points="${shown.join(' ')}"><title>${name}</title></polyline>`;
	});
	const dots = marks.map(
		({ name, colour, share, wrongShare }) =>
			`<circle cx="${place(x(share))}" cy="${place(y(wrongShare))}" r="5" fill="${colour}"><title>${name}</title></circle>` +
			`<text x="${place(x(share) + 9)}" y="${place(y(wrongShare) - 7)}">${name}</text>`,
	);
	const legend = lines.map(
		({ name, colour, dash }, i) =>
			`<line x1="${size.left + 16}" x2="${size.left + 44}" y1="${size.top + 16 + 20 * i}" y2="${size.top + 16 + 20 * i}" stroke="${colour}" stroke-width="2"${dash === undefined ? '' : ` stroke-dasharray="${dash}"`}/>` +
			`<text x="${size.left + 52}" y="${size.top + 20 + 20 * i}">${name}</text>`,
	);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#777">`,
		'<title>Share of executed actions that are wrong, against the share executed</title>',
		...grid,
		...ticks,
		`<text x="${place((x(0) + x(most.share)) / 2)}" y="${size.height - 12}" text-anchor="middle">actions executed without a person, of all</text>`,
		`<text transform="translate(16 ${place((y(0) + y(most.wrong)) / 2)}) rotate(-90)" text-anchor="middle">wrong, of the executed</text>`,
		...drawn,
		...dots,
		...legend,
		'</svg>',
		'',
	].join('\n');
}
