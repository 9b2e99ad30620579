/** Checks of risk classes and operations. */
import { compileArguments, undeclaredRequired } from './argument-schema.ts';
import { didYouMean } from './did-you-mean.ts';
import type { PolicyDocument } from './document.ts';
import type { OperationEntry, Threshold } from './document-operation.ts';
import type { Report } from './semantics.ts';
import type { Path } from './yaml-source.ts';

export function checkOperations(document: PolicyDocument, report: Report): void {
	for (const [name, given] of Object.entries(document.thresholds)) checkThreshold(['thresholds', name], given, report);
	if (Object.keys(document.operations).length === 0) report.problem(['operations'], 'must register at least one operation');
	if (Object.keys(document.operations).length > 2000) report.problem(['operations'], 'must register at most 2000 operations');
	const { operations } = document;
	for (const [name, entry] of Object.entries(document.operations)) checkOperation(name, entry, { document, report, operations });
}

function checkThreshold(path: Path, { auto, notify, approval }: Threshold, report: Report): void {
	if (notify > auto) report.problem([...path, 'notify'], `must not be above \`auto\` (${auto})`);
	if (approval > notify) report.problem([...path, 'approval'], `must not be above \`notify\` (${notify})`);
}

interface Context {
	readonly document: PolicyDocument;
	readonly report: Report;
	readonly operations: Readonly<Record<string, OperationEntry>>;
}

function checkOperation(name: string, entry: OperationEntry, { document, report, operations }: Context): void {
	const path = ['operations', name];
	if (entry.thresholds !== undefined) checkThreshold([...path, 'thresholds'], entry.thresholds, report);
	if (!Object.hasOwn(document.thresholds, entry.risk_class)) {
		report.problem(
			[...path, 'risk_class'],
			`unknown risk class \`${entry.risk_class}\`${didYouMean(entry.risk_class, Object.keys(document.thresholds))}`,
		);
	}
	checkArguments(name, entry, report);
	const { handler } = entry.fallback;
	const at = [...path, 'fallback', 'handler'];
	if (handler === name) report.problem(at, 'must not be the operation itself: nobody answering must never run the action');
	else if (handler !== null && !Object.hasOwn(operations, handler)) {
		report.problem(
			at,
			`unknown operation \`${handler}\`; register it under \`operations\`${didYouMean(handler, Object.keys(operations))}`,
		);
	} else if (handler !== null) {
		const fallback = operations[handler] as OperationEntry;
		const costs =
			fallback.amount === 'required' ||
			(fallback.amount === undefined && fallback.risk_class === 'financial') ||
			fallback.amount_argument !== undefined;
		if (costs) report.problem(at, `\`${handler}\` moves money; a fallback must be cheaper than what it stands for`);
		const ceiling = document.thresholds.low_risk_write?.auto ?? 0;
		if (((fallback.thresholds ?? document.thresholds[fallback.risk_class])?.auto ?? 1) > ceiling) {
			report.problem(
				at,
				`\`${handler}\` is \`${fallback.risk_class}\`; a fallback must be at most as risky as \`low_risk_write\``,
			);
		}
		if (fallback.at_least !== undefined)
			report.problem(at, `\`${handler}\` never runs by itself (\`at_least: ${fallback.at_least}\`); a fallback must`);
	}
}

function checkArguments(name: string, entry: OperationEntry, report: Report): void {
	const path = ['operations', name, 'arguments'];
	const schema = entry.arguments;
	if (schema === undefined) return;
	if (schema.type !== 'object') report.problem([...path, 'type'], 'must be `object`: arguments are named');
	for (const missing of undeclaredRequired(schema)) {
		report.problem(
			[...path, ...missing.map((key, i) => (missing[i - 1] === 'required' ? Number(key) : key))],
			'is required and not among `properties`',
		);
	}
	try {
		compileArguments(schema);
	} catch (error) {
		report.problem(path, `cannot be used: ${error instanceof Error ? error.message : 'unknown error'}`);
	}
	const [first = '', ...rest] = entry.amount_argument?.split('.') ?? [];
	if (entry.amount_argument === undefined) return;
	const properties = schema.properties ?? {};
	if (!Object.hasOwn(properties, first) && schema.additionalProperties === false) {
		report.problem(
			['operations', name, 'amount_argument'],
			`\`${[first, ...rest].join('.')}\` is not among the arguments${didYouMean(first, Object.keys(properties))}`,
		);
	}
}
