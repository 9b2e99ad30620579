/** One action as the parts of a judgement see it: what is costly to know is found once, and only when somebody asks. */
import type { Proposal } from '../domain/action.ts';
import type { Facts } from '../domain/facts.ts';
import { type Stake, stakeOf } from './amounts.ts';
import { type Operation, operationOf, type Policy } from './policy.ts';
import type { Signals } from './signals.ts';
import { memoryOf, withSimilar } from './similar.ts';
import { type Confidence, effectiveConfidence } from './thresholds.ts';

export class Scene {
	readonly operation: Operation;
	/** Before what people said of similar actions. */
	readonly given: Confidence;
	/** The one that thresholds see. */
	readonly confidence: Confidence;
	readonly stake: Stake;
	readonly proposal: Proposal;
	readonly facts: Facts;
	readonly policy: Policy;
	readonly now: number;
	#signals: Signals | undefined;

	constructor(policy: Policy, proposal: Proposal, at: { readonly facts: Facts; readonly now: number }) {
		this.policy = policy;
		this.proposal = proposal;
		this.facts = at.facts;
		this.now = at.now;
		this.operation = operationOf(policy, proposal.operation);
		this.given = effectiveConfidence(policy, proposal);
		this.confidence = withSimilar(this.given, at.facts.similar, memoryOf(policy, proposal.operation));
		this.stake = stakeOf(proposal, this.operation, policy.rates);
	}

	get signals(): Signals {
		this.#signals ??= this.policy.signals.detect(this.proposal);
		return this.#signals;
	}
}
