/** What CEL rules see of an action and of the facts: named fields with types, so that a misspelt one is refused at load. */
import type { Facts } from '../domain/facts.ts';
import { decimalsOf, type Money } from '../domain/money.ts';
import { toBase } from './rates.ts';
import type { Scene } from './scene.ts';

/** Fields of `action` and their CEL types. Absent ones are errors unless asked for with `has()`. */
export const actionFields = {
	tenant: 'string',
	agent: 'string',
	operation: 'string',
	/** Whether the policy registers the operation. */
	known: 'bool',
	risk_class: 'string',
	arguments: 'map',
	context: 'map',
	/** Absolute, in whole units of the policy's currency; absent without an amount or a rate. */
	amount: 'double',
	currency: 'string',
	reference_amount: 'double',
	quoted_amount: 'double',
	confidence: 'double',
	reasoning: 'string',
	user: 'string',
	payee: 'string',
	conversation_id: 'string',
	/** Sent or found. */
	signals: 'list<string>',
} as const;

/** Fields of `facts` and their CEL types. */
export const factsFields = {
	agent_rejections_in_a_row: 'double',
	user_approvals_24h: 'double',
	user_confidences_1h: 'list<double>',
	repeat_of: 'string',
	refusals: 'double',
	/** By limit: `facts.windows["daily"].count`, `.sum` in whole units. */
	windows: 'map',
} as const;

const whole = (minor: number, currency: string): number => minor / 10 ** decimalsOf(currency);

export class ActionView {
	readonly #scene: Scene;

	constructor(scene: Scene) {
		this.#scene = scene;
	}

	get tenant(): string {
		return this.#scene.proposal.tenant;
	}
	get agent(): string {
		return this.#scene.proposal.agent;
	}
	get operation(): string {
		return this.#scene.proposal.operation;
	}
	get known(): boolean {
		return this.#scene.operation.known;
	}
	get risk_class(): string {
		return this.#scene.operation.riskClass;
	}
	get arguments(): unknown {
		return this.#scene.proposal.arguments;
	}
	get context(): unknown {
		return this.#scene.proposal.context;
	}
	get amount(): number | undefined {
		const { stake, policy } = this.#scene;
		return stake.minor === null || stake.unconvertible !== null ? undefined : whole(stake.minor, policy.rates.base);
	}
	get currency(): string | undefined {
		return this.#scene.proposal.amount?.currency;
	}
	get reference_amount(): number | undefined {
		return this.#inBase(this.#scene.proposal.referenceAmount);
	}
	get quoted_amount(): number | undefined {
		return this.#inBase(this.#scene.proposal.quotedAmount);
	}
	get confidence(): number {
		// What people said of similar actions can lower it here, and never raise it: no rule is overridden by memory.
		return Math.min(this.#scene.given.effective, this.#scene.confidence.effective);
	}
	get reasoning(): string | undefined {
		return this.#scene.proposal.reasoning;
	}
	get user(): string | undefined {
		return this.#scene.proposal.user;
	}
	get payee(): string | undefined {
		return this.#scene.proposal.payee;
	}
	get conversation_id(): string | undefined {
		return this.#scene.proposal.conversationId;
	}
	get signals(): readonly string[] {
		return this.#scene.signals.names;
	}

	#inBase(money: Money | undefined): number | undefined {
		const { rates } = this.#scene.policy;
		const minor = money === undefined ? null : toBase(money, rates);
		return minor === null ? undefined : whole(minor, rates.base);
	}
}

export class FactsView {
	readonly #facts: Facts;
	readonly #base: string;

	constructor(facts: Facts, base: string) {
		this.#facts = facts;
		this.#base = base;
	}

	get agent_rejections_in_a_row(): number {
		return this.#facts.agentRejectionsInARow;
	}
	get user_approvals_24h(): number {
		return this.#facts.userApprovals24h;
	}
	get user_confidences_1h(): readonly number[] {
		return this.#facts.userConfidences1h;
	}
	get repeat_of(): string | undefined {
		return this.#facts.repeatOf ?? undefined;
	}
	get refusals(): number {
		return this.#facts.refusals;
	}
	get windows(): Record<string, { count: number; sum: number }> {
		return Object.fromEntries(
			Object.entries(this.#facts.windows).map(([id, { count, sum }]) => [id, { count, sum: whole(sum, this.#base) }]),
		);
	}
}
