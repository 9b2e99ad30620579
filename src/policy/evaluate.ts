/**
 * The verdict on one proposal: a pure function of the proposal, the facts, the policy and the instant.
 *
 * In order: the least the operation gets, hard escalation, checks, amounts and limits, rules, soft escalation, then the
 * confidence. Nothing ends the judgement early: the strictest route wins and every reason that holds the action is told.
 */
import type { Proposal } from '../domain/action.ts';
import type { Facts } from '../domain/facts.ts';
import type { Reason, Verdict } from '../domain/verdict.ts';
import { judgeAmount } from './amounts.ts';
import { judgeChecks } from './checks.ts';
import { judgeApprovals, judgeConfidences, judgeRejections, judgeSignals } from './escalation.ts';
import { brief, Grounds, say } from './grounds.ts';
import { judgeLimits } from './limits.ts';
import { judgeOpinions, opinionsIn } from './opinions.ts';
import { judgeEdits, planOf } from './plan-of-verdict.ts';
import { operationOf, type Policy } from './policy.ts';
import { judgeRules } from './rules.ts';
import { Scene } from './scene.ts';
import { memoryOf } from './similar.ts';
import { confidenceOf, invalidConfidence, thresholdReason, unmappedConfidence } from './thresholds.ts';

/** Judges a proposal. `now` is Redis time, in ms. Never throws: what fails is handed to a person (INVARIANT I6). */
// biome-ignore lint/complexity/useMaxParams: the four arguments are what a verdict depends on, and all of it
export function evaluate(proposal: Proposal, facts: Facts, policy: Policy, now: number): Verdict {
	try {
		return judge(new Scene(policy, proposal, { facts, now }));
	} catch (error) {
		return failedVerdict(proposal, policy, error);
	}
}

function judge(scene: Scene): Verdict {
	const { operation, confidence, policy } = scene;
	const grounds = new Grounds();
	if (operation.floor !== null) grounds.add(operation.floor);
	judgeDemotion(scene, grounds);
	judgeOpinions(scene, grounds);
	judgeSignals(scene, grounds);
	judgeRejections(scene, grounds);
	judgeChecks(scene, grounds);
	judgeAmount(scene, grounds);
	judgeLimits(scene, grounds);
	const allowed = judgeRules(scene, grounds);
	judgeConfidences(scene, grounds);
	grounds.addBase(baseReason(scene, allowed));
	if (confidence.problem === 'invalid') grounds.add(invalidConfidence);
	if (confidence.problem === 'unmapped') grounds.add(unmappedConfidence);
	judgeEdits(scene, grounds);
	judgeApprovals(scene, grounds);
	const plan = planOf(scene, grounds);
	const { route, priority } = grounds;
	return {
		route,
		riskClass: operation.riskClass,
		reportedConfidence: confidence.reported,
		confidence: confidence.effective,
		priority,
		...similarIn(scene),
		...opinionsIn(scene),
		reasons: grounds.reasons(),
		policyDigest: policy.digest,
		plan,
		executor: operation.executor,
	};
}

/** What went wrong too often is asked about again, until a person says otherwise. */
function judgeDemotion({ facts, operation }: Scene, grounds: Grounds): void {
	const { demoted } = facts;
	if (demoted !== undefined) grounds.add({ rule: `demotion.${operation.name}`, route: demoted.route, text: demoted.why });
}

/** Shown on the card, where policy remembers and there is something to remember. */
function similarIn({ facts, policy, proposal }: Scene): Pick<Verdict, 'similar'> {
	const { similar } = facts;
	if (similar === undefined || memoryOf(policy, proposal.operation) === null || similar.approved + similar.rejected === 0)
		return {};
	return { similar: { approved: similar.approved, rejected: similar.rejected } };
}

/** What is left when nothing forces a route: the allow-list where it speaks, else the confidence, or in mode `rules` the default. */
function baseReason({ operation, confidence, policy }: Scene, allowed: Reason | null): Reason {
	if (allowed !== null) return allowed;
	return operation.mode === 'rules' ? policy.otherwise : thresholdReason(confidence, operation.bands);
}

/** What judging itself could not do, a person does: by the plan and the executor of the operation, so that it can still be released. */
function failedVerdict(proposal: Proposal, policy: Policy, error: unknown): Verdict {
	const operation = operationOf(policy, proposal.operation);
	const { reported, effective } = confidenceOf(proposal.confidence);
	return {
		route: 'escalation',
		riskClass: operation.riskClass,
		reportedConfidence: reported,
		confidence: effective,
		priority: 'high',
		reasons: [
			{
				rule: 'policy.failed',
				route: 'escalation',
				text: say('policy could not judge this action', '策略无法评估此操作'),
				error: brief(error instanceof Error ? error.message : String(error), 120),
			},
		],
		policyDigest: policy.digest,
		plan: operation.plans.escalation.at(-1)?.urgent ?? policy.lastResort,
		executor: operation.executor,
	};
}
