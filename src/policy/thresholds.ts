/** Routes by confidence: four bands for each risk class. */
import type { Proposal } from '../domain/action.ts';
import type { Reason, Route } from '../domain/verdict.ts';
import type { Threshold } from './document-operation.ts';
import { reason, say } from './grounds.ts';
import type { Policy } from './policy.ts';

/**
 * The confidence that counts. `problem`: it was missing or no number from 0 to 1, or the map that the policy names does not
 * speak for it; it then counts as 0.
 */
export interface Confidence {
	readonly reported: number | null;
	readonly effective: number;
	readonly problem: 'missing' | 'invalid' | 'unmapped' | null;
}

/** INVARIANT I6: what is no confidence is none. */
export function confidenceOf(reported: unknown): Confidence {
	if (reported === undefined || reported === null) return { reported: null, effective: 0, problem: 'missing' };
	// Written so that NaN fails it.
	if (typeof reported === 'number' && reported >= 0 && reported <= 1) return { reported, effective: reported, problem: null };
	return { reported: null, effective: 0, problem: 'invalid' };
}

/** What a proposal's confidence is worth by the map that the policy names; as reported where it names none. */
export function effectiveConfidence(policy: Policy, proposal: Proposal): Confidence {
	const given = confidenceOf(proposal.confidence);
	if (policy.document.confidence_map === undefined || given.problem !== null) return given;
	const effective = policy.confidenceMap?.effective(proposal, given.effective) ?? null;
	return effective === null ? { ...given, effective: 0, problem: 'unmapped' } : { ...given, effective };
}

/** The bands of one risk class, with what can be said of them beforehand. */
export interface Bands {
	readonly riskClass: string;
	readonly threshold: Threshold;
	readonly ends: Readonly<Record<'auto' | 'notify' | 'approval' | 'escalation', readonly [en: string, zh: string]>>;
}

export function compileBands(riskClass: string, threshold: Threshold): Bands {
	const { auto, notify, approval } = threshold;
	return {
		riskClass,
		threshold,
		ends: {
			auto: [`is at least ${auto}: ${riskClass} runs`, `不低于 ${auto}：${riskClass} 自动执行`],
			notify: [
				`is from ${notify} to ${auto}: ${riskClass} runs and is reported`,
				`在 ${notify} 至 ${auto} 之间：${riskClass} 执行并告知`,
			],
			approval: [
				`is from ${approval} to ${notify}: ${riskClass} needs approval`,
				`在 ${approval} 至 ${notify} 之间：${riskClass} 需要审批`,
			],
			escalation: [`is below ${approval}: ${riskClass} is handed over`, `低于 ${approval}：${riskClass} 转人工`],
		},
	};
}

/** The route that a confidence gets. */
export function routeByConfidence(confidence: number, threshold: Threshold): Exclude<Route, 'block'> {
	if (confidence >= threshold.auto) return 'auto';
	if (confidence >= threshold.notify) return 'notify';
	return confidence >= threshold.approval ? 'approval' : 'escalation';
}

/** The reason of the thresholds. */
export function thresholdReason(confidence: Confidence, bands: Bands): Reason {
	const route = routeByConfidence(confidence.effective, bands.threshold);
	const [en, zh] = bands.ends[route];
	const rule = `threshold.${bands.riskClass}`;
	if (confidence.problem === 'missing')
		return { rule, route, text: say(`no confidence given, counts as 0: ${en}`, `未给出置信度，按 0 计：${zh}`) };
	const shown = decimals(confidence.effective);
	return { rule, route, text: say(`confidence ${shown} ${en}`, `置信度 ${shown} ${zh}`) };
}

/** A confidence that is no number says that the agent is broken: nothing of it runs without a person. */
export const invalidConfidence = reason(
	'confidence.invalid',
	'approval',
	say('the confidence is not a number from 0 to 1 and counts as 0', '置信度不是 0 到 1 之间的数，按 0 计'),
);

/** Without its map, a policy that was calibrated on mapped confidences would be laxer than meant. */
export const unmappedConfidence = reason(
	'confidence.unmapped',
	'approval',
	say('the confidence map of the policy is not at hand; the confidence counts as 0', '缺少策略所用的置信度映射，置信度按 0 计'),
);

/** At most four decimals, cut and not rounded: 0.98999 is not 0.99, and must not look as if it had reached it. */
function decimals(value: number): string {
	const text = String(value);
	if (value < 0.0001) return '0';
	return text.length <= 6 ? text : text.slice(0, 6);
}
