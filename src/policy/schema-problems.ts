/** What zod says about a document, put into words for the person who wrote it. */
import type { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';
import type { Path, PolicyProblem, YamlSource } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;
/** As much of JSON Schema as it takes to know which fields an object has. */
interface Node {
	readonly properties?: Record<string, Node>;
	readonly additionalProperties?: Node | boolean;
	readonly items?: Node;
	readonly anyOf?: readonly Node[];
	readonly allOf?: readonly Node[];
	readonly $ref?: string;
	readonly definitions?: Record<string, Node>;
}

/** Guesses at misspelt words take time: a document of nothing but unknown fields is told about the first ones. */
const mostIssues = 50;

/** Problems of a document that does not fit its schema. `schema` is the JSON Schema of it, for naming the known fields. */
export function schemaProblems(error: z.ZodError, source: YamlSource, schema: unknown): PolicyProblem[] {
	const root = schema as Node;
	return error.issues.slice(0, mostIssues).flatMap((issue) => problemsOf(issue, [], { source, root }));
}

function problemsOf(issue: Issue, under: Path, at: { source: YamlSource; root: Node }): PolicyProblem[] {
	const path = [...under, ...issue.path];
	if (issue.code === 'unrecognized_keys') {
		const known = fieldsAt(at.root, path);
		return issue.keys
			.slice(0, mostIssues)
			.map((key) => at.source.problem([...path, key], `unknown field \`${clip(key)}\`${didYouMean(key, known)}`, 'key'));
	}
	if (issue.code === 'invalid_union') {
		const nearest = nearestBranch(issue.errors);
		if (nearest !== undefined) return nearest.flatMap((inner) => problemsOf(inner as Issue, path, at));
	}
	if (issue.code === 'invalid_key' || (issue.code === 'invalid_element' && issue.issues.length > 0)) {
		const [first] = issue.issues;
		return [at.source.problem(path, first === undefined ? 'is not allowed here' : wording(first as Issue), 'key')];
	}
	return [at.source.problem(path, wording(issue))];
}

/** The branch that the author most likely meant: the one that got furthest before it failed. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
	const depth = (issues: readonly Issue[]): number =>
		Math.max(0, ...issues.map((issue) => issue.path.length + (issue.code === 'invalid_type' ? 0 : 0.5)));
	return [...branches].filter((issues) => issues.length > 0).sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
}

function wording(issue: Issue): string {
	switch (issue.code) {
		case 'invalid_type':
			if (issue.message !== '' && !issue.message.startsWith('Invalid input')) return issue.message;
			return issue.input === undefined
				? `is missing; it must be ${article(issue.expected)}`
				: `must be ${article(issue.expected)}, not ${article(typeName(issue.input))}`;
		case 'invalid_value': {
			const given = typeof issue.input === 'string' ? didYouMean(issue.input, issue.values.map(String)) : '';
			return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((value) => `\`${String(value)}\``).join(', ')}${given}`;
		}
		case 'too_small':
			return `must ${issue.origin === 'number' ? 'be' : 'have'} at least ${issue.minimum}${unit(issue.origin)}`;
		case 'too_big':
			return `must ${issue.origin === 'number' ? 'be' : 'have'} at most ${issue.maximum}${unit(issue.origin)}`;
		default:
			return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
	}
}

const unit = (origin: string): string => (origin === 'string' ? ' characters' : origin === 'array' ? ' elements' : '');
const typeName = (value: unknown): string =>
	value === null
		? 'null'
		: Array.isArray(value)
			? 'array'
			: typeof value === 'number' && !Number.isFinite(value)
				? 'number without a value'
				: typeof value;
const yamlNames: Record<string, string> = { object: 'mapping', record: 'mapping', array: 'list' };
const article = (type: string): string => {
	const word = yamlNames[type] ?? type;
	return word === 'null' ? 'empty' : `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
};
const clip = (word: string): string => (word.length > 60 ? `${word.slice(0, 60)}…` : word);

/** The fields known at a path. */
function fieldsAt(root: Node, path: Path): string[] {
	let nodes = expand(root, root);
	for (const key of path) {
		nodes = nodes.flatMap((node) => {
			const child = typeof key === 'number' ? node.items : (node.properties?.[String(key)] ?? node.additionalProperties);
			return typeof child === 'object' ? expand(child, root) : [];
		});
	}
	return nodes.flatMap((node) => Object.keys(node.properties ?? {}));
}

function expand(node: Node, root: Node): Node[] {
	const target = node.$ref === undefined ? node : root.definitions?.[node.$ref.replace('#/definitions/', '')];
	if (target === undefined) return [];
	return [target, ...[...(target.anyOf ?? []), ...(target.allOf ?? [])].flatMap((branch) => expand(branch, root))];
}
