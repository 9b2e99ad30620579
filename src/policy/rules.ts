/**
 * Rules in CEL over `action`, `facts` and `now`. Programs are compiled and type-checked when the policy is loaded.
 *
 * INVARIANT I6: a rule that fails to evaluate, or gives something that is neither true nor false, counts against the action.
 * It is treated as if it had matched, at approval at least; an erring `block` hands over instead of refusing, because a person
 * should see a broken rule before a customer does. An erring allow-list rule allows nothing, and asks.
 */
import { Environment } from '@marcbachmann/cel-js';
import type { Reason, Route } from '../domain/verdict.ts';
import { programProblem } from './cel-limits.ts';
import { ActionView, actionFields, FactsView, factsFields } from './cel-views.ts';
import type { RuleEntry } from './document-condition.ts';
import { brief, type Grounds, reason, say } from './grounds.ts';
import type { Scene } from './scene.ts';

/** One rule, compiled. */
export interface Rule {
	readonly id: string;
	/** An allow-list rule: it takes the place of the thresholds instead of adding to them. */
	readonly allows: boolean;
	readonly program: (context: RuleContext) => unknown;
	readonly reason: Reason;
	/** The route when it fails. */
	readonly onError: Route;
}

/** What a rule sees. */
export interface RuleContext {
	readonly action: ActionView;
	readonly facts: FactsView;
	readonly now: Date;
}

/** The context of a scene. */
export const ruleContext = (scene: Scene): RuleContext => ({
	action: new ActionView(scene),
	facts: new FactsView(scene.facts, scene.policy.rates.base),
	now: new Date(scene.now),
});

/** Parses and type-checks rules. */
export interface RuleCompiler {
	/** A program, or why there is none. */
	compile(when: string): { readonly program: Rule['program'] } | { readonly problem: string };
}

export function ruleCompiler(): RuleCompiler {
	const environment = new Environment({
		enableOptionalTypes: true,
		homogeneousAggregateLiterals: false,
		limits: { maxAstNodes: 500, maxDepth: 40, maxListElements: 500, maxMapEntries: 100, maxCallArguments: 16 },
	})
		.registerType('Action', { ctor: ActionView, fields: actionFields })
		.registerType('Facts', { ctor: FactsView, fields: factsFields })
		.registerVariable('action', 'Action', { description: 'the proposed action' })
		.registerVariable('facts', 'Facts', { description: 'what is known of the past' })
		.registerVariable('now', 'google.protobuf.Timestamp', { description: 'the instant of the judgement' });
	letNumbersMix(environment);
	return {
		compile(when) {
			try {
				const parsed = environment.parse(when);
				const problem = programProblem(parsed.ast);
				if (problem !== null) return { problem };
				const checked = parsed.check();
				if (!checked.valid) return { problem: summary(checked.error) };
				if (checked.type !== 'bool' && checked.type !== 'dyn') return { problem: `gives a ${checked.type}, not true or false` };
				return { program: parsed };
			} catch (error) {
				return { problem: summary(error) };
			}
		},
	};
}

/**
 * Every number of JSON is a CEL double, and `500` is a CEL int. CEL compares the two but does not calculate with both, so
 * `action.amount * 2 > 500` would be an error; here it is not.
 */
function letNumbersMix(environment: Environment): void {
	const operators: Record<string, (left: number, right: number) => number> = {
		'+': (left, right) => left + right,
		'-': (left, right) => left - right,
		'*': (left, right) => left * right,
		'/': (left, right) => left / right,
	};
	for (const [operator, calculate] of Object.entries(operators)) {
		const mixed = (left: unknown, right: unknown): number => calculate(Number(left), Number(right));
		environment.registerOperator(`double ${operator} int: double`, mixed);
		environment.registerOperator(`int ${operator} double: double`, mixed);
	}
	environment.registerOperator('double == int: bool', (left: number, right: bigint) => left === Number(right));
}

const summary = (error: unknown): string => {
	const words =
		(error as { summary?: string } | undefined)?.summary ?? (error instanceof Error ? error.message : 'cannot be read');
	return brief(words.charAt(0).toLowerCase() + words.slice(1), 120);
};

export function compileRule(entry: RuleEntry, program: Rule['program']): Rule {
	const allows = entry.route === 'auto' || entry.route === 'notify';
	const text = entry.text ?? say(`rule ${entry.id} matches`, `符合规则 ${entry.id}`);
	return {
		id: entry.id,
		allows,
		program,
		reason: reason(`rule.${entry.id}`, entry.route, text),
		onError: allows ? 'approval' : entry.route === 'approval' ? 'approval' : 'escalation',
	};
}

/** Runs the rules of an operation; gives back what the allow-list says, where it says something: the strictest of its matches. */
export function judgeRules(scene: Scene, grounds: Grounds): Reason | null {
	const { rules } = scene.operation;
	if (rules.length === 0) return null;
	const context = ruleContext(scene);
	let allowed: Reason | null = null;
	for (const rule of rules) {
		let answer: unknown;
		try {
			answer = rule.program(context);
		} catch (error) {
			grounds.add(failed(rule, summary(error)), 'medium');
			continue;
		}
		if (answer === false) continue;
		if (answer !== true)
			grounds.add(failed(rule, `gives a ${answer === null ? 'null' : typeof answer}, not true or false`), 'medium');
		else if (!rule.allows) grounds.add(rule.reason, 'medium');
		else if (allowed === null || rule.reason.route === 'notify') allowed = rule.reason;
	}
	return allowed;
}

const failed = ({ id, onError }: Rule, error: string): Reason => ({
	rule: `rule.${id}`,
	route: onError,
	text: say(`rule ${id} failed and counts against the action`, `规则 ${id} 出错，按不利处理`),
	error,
});
