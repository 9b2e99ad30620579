/** What a rule may not do although CEL allows it: match patterns that backtrack, loop in loops in loops, misspell inside `has()`. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { actionFields, factsFields } from './cel-views.ts';
import { didYouMean } from './did-you-mean.ts';
import { patternProblem } from './linear-pattern.ts';

const loops = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
/** Two loops over 1000 elements are a million steps; a third would be a billion. */
const deepestLoop = 2;
const fields: Readonly<Record<string, object>> = { action: actionFields, facts: factsFields };

/** Why a parsed rule is refused, or null. */
export function programProblem(node: ASTNode, depth = 0): string | null {
	const own =
		node.op === 'rcall' ? callProblem(node) : node.op === 'call' && node.args[0] === 'has' ? hasProblem(node.args[1][0]) : null;
	if (own !== null) return own;
	const looping = node.op === 'rcall' && loops.has(node.args[0]) ? depth + 1 : depth;
	if (looping > deepestLoop) return `nests loops deeper than ${deepestLoop}`;
	for (const child of childrenOf(node)) {
		const problem = programProblem(child, looping);
		if (problem !== null) return problem;
	}
	return null;
}

function callProblem(node: Extract<ASTNode, { op: 'rcall' }>): string | null {
	const [name, , [pattern]] = node.args;
	if (name !== 'matches') return null;
	if (pattern?.op !== 'value' || typeof pattern.args !== 'string') return '`matches` needs a pattern written out as a string';
	const problem = patternProblem(pattern.args);
	return problem === null ? null : `the pattern of \`matches\` ${problem}`;
}

/** `has(action.amout)` would type-check and always be false: a rule that never matches. */
function hasProblem(argument: ASTNode | undefined): string | null {
	let node = argument;
	while (node !== undefined && node.op === '.') {
		const [receiver, field] = node.args;
		const known = receiver.op === 'id' ? fields[receiver.args] : undefined;
		if (known !== undefined && !Object.hasOwn(known, field)) {
			return `\`${(receiver as { args: string }).args}\` has no field \`${field}\`${didYouMean(field, Object.keys(known))}`;
		}
		node = receiver;
	}
	return null;
}

function childrenOf(node: ASTNode): ASTNode[] {
	const found: ASTNode[] = [];
	const collect = (part: unknown): void => {
		if (Array.isArray(part)) for (const inner of part) collect(inner);
		else if (typeof part === 'object' && part !== null && 'op' in part) found.push(part as ASTNode);
	};
	collect(node.args);
	return found;
}
