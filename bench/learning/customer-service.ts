/**
 * `npm run figures -- FILE [--json] [--svg FILE]`: what policies/customer-service.yaml is worth on recorded actions, beside the
 * field report's rule set. docs/learning.md explains the figures. Exit code 1 where a goal is missed.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parsePolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { curveSvg } from './curve-svg.ts';
import { fieldPolicyText } from './field-policy.ts';
import { type Counts, type Figures, figuresOf, isCheck } from './figures.ts';
import { recordedRows } from './judged-rows.ts';

const pathOf = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		json: { type: 'boolean', default: false },
		svg: { type: 'string' },
		map: { type: 'string', default: pathOf('examples/recorded-actions.map.yaml') },
		policy: { type: 'string', default: pathOf('policies/customer-service.yaml') },
		task: { type: 'string', default: 'taskId' },
		customer: { type: 'string', default: 'userId' },
	},
});
const [file] = positionals;
if (file === undefined || positionals.length > 1) {
	console.error('npm run figures -- FILE [--json] [--svg FILE] [--policy FILE] [--map FILE] [--task FIELD] [--customer FIELD]');
	process.exit(2);
}

const loaded = (text: string, name: string): Policy => {
	const read = parsePolicy(text, name);
	if (!read.ok) throw new Error(`${name}: ${read.problems.map(({ message }) => message).join('; ')}`);
	return read.policy;
};
const rows = await recordedRows(file, values);
const figures = figuresOf(rows, {
	shipped: loaded(await readFile(values.policy, 'utf8'), values.policy),
	field: loaded(fieldPolicyText(await readFile(pathOf('policies/recorded-actions.yaml'), 'utf8')), "the field report's rules"),
});
const { foldOut, field, atTheSameShare: same } = figures;
const goals = {
	timesAsManyAtLeast1_3: figures.timesAsMany >= 1.3 && (foldOut.wrongShare ?? 1) <= (field.wrongShare ?? 1),
	halfAsManyWrongAtTheSameShare: same.wrong !== null && same.wrong <= same.fieldWrong / 2,
};

if (values.svg !== undefined) await writeFile(values.svg, svgOf(figures));
if (values.json) console.log(JSON.stringify({ ...figures, goals }));
else for (const line of lines(figures)) console.log(line);
process.exitCode = Object.values(goals).every(Boolean) ? 0 : 1;

function svgOf({ curves, shipped, rows: all }: Figures): string {
	const mark = (name: string, colour: string, counts: Counts) => ({
		name,
		colour,
		share: counts.share,
		wrongShare: counts.wrongShare ?? 0,
	});
	return curveSvg(
		[
			{ name: 'confidence alone', colour: '#999', dash: '2 4', points: curves.confidence },
			{ name: "the field report's rules", colour: '#c60', points: curves.field },
			{ name: 'policies/customer-service.yaml, fold-out', colour: '#06c', points: curves.foldOut },
			{ name: 'an oracle', colour: '#393', dash: '6 4', points: curves.oracle },
		],
		[mark('as it was', '#c60', field), mark('as shipped', '#06c', shipped)],
		all,
	);
}

function* lines(of: Figures): Generator<string> {
	const percent = (share: number | null): string => (share === null ? '-' : `${(100 * share).toFixed(1)} %`);
	const told = ({ executed, share, wrong, wrongShare }: Counts): string =>
		`${executed} executed (${percent(share)}), ${wrong} of them wrong (${percent(wrongShare)})`;
	const pair = ({ wrong, right }: { wrong: number; right: number }): string => `${wrong} / ${right}`.padStart(11);
	const [low, high] = of.intervals.timesAsMany;
	const full = of.fullAgreement;
	yield `${of.rows} actions of ${of.tasks} tasks and ${of.customers} customers, ${of.wrong} wrong`;
	yield `field report        ${told(of.field)}`;
	yield `shipped             ${told(of.shipped)}`;
	yield `shipped, fold-out   ${told(of.foldOut)}: ${of.timesAsMany.toFixed(2)} times as many (95 %: ${low.toFixed(2)} to ${high.toFixed(2)})`;
	yield `the same, no checks ${told(of.withoutChecks)}`;
	yield `at the same share   ${same.executed} executed, ${same.wrong?.toFixed(1) ?? '-'} wrong where the field report has ${same.fieldWrong}`;
	yield `at full agreement   ${full.wrong} of ${full.rows} wrong, ${full.mistakes} mistakes that runs share: checks hold ${full.caughtByChecks}, people look at ${full.leftToPeople}, ${full.executed} run`;
	yield '';
	yield `${'wrong caught / right held'.padEnd(36)}      fires       alone  no confidence  agreement 1`;
	for (const check of of.checks) {
		yield `${isCheck(check.rule) ? ' ' : '*'} ${check.rule.padEnd(36)}${pair(check.fires)} ${pair(check.alone)}    ${pair(check.aloneWithoutConfidence)}  ${pair(check.atFullAgreement)}`;
	}
	yield '* no check of facts: asks a person, right or wrong';
	for (const [goal, met] of Object.entries(goals)) yield `${met ? 'met' : 'MISSED'}: ${goal}`;
}
