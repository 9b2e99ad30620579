/** A proposed policy out of a calibration: the live one with other thresholds, and nothing else changed. It is never put in force here. */
import type { Calibration } from '../learning/calibrate.ts';
import { askAlways, type NextThresholds, nextThresholds, type Thresholds } from '../learning/next-thresholds.ts';
import { parsePolicy } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { Exit } from './exit.ts';
import { editPolicy, type PolicyChange } from './policy-edit.ts';

/** What is proposed for one risk class or operation. */
export interface ProposedThresholds extends NextThresholds {
	readonly group: string;
	readonly current: Thresholds;
	/** Where the evidence would lead in the end; null where there is none for the confidences of a new map. */
	readonly found: number | null;
}

export interface PolicyProposal {
	readonly changes: readonly ProposedThresholds[];
	/** The text of the proposed policy; that of the live one where nothing changes. */
	readonly text: string;
}

export interface ProposalQuestion {
	readonly calibration: Calibration;
	readonly by: 'operation' | 'risk';
	/** The largest loosening at once. */
	readonly step: number;
	/** The map that the thresholds are for, where it is a new one. */
	readonly confidenceMap: { readonly file: string; readonly digest: string } | null;
}

/** Works the proposal out. `text` is that of the live policy. */
export function proposePolicy(
	policy: Policy,
	text: string,
	{ calibration, by, step, confidenceMap }: ProposalQuestion,
): PolicyProposal {
	const changes = calibration.groups.flatMap(({ group, thresholds }): ProposedThresholds[] => {
		const found = thresholds.clusters;
		const current = currentOf(policy, group, by);
		if (current === null) return [];
		if (found === null) return confidenceMap === null ? [] : [{ group, current, found: null, ...askAlways(current) }];
		return [{ group, current, found: found.threshold, ...nextThresholds(current, found.threshold, step) }];
	});
	const moved = changes.filter(({ change }) => change !== 'keep');
	const edits: PolicyChange[] = [
		...(confidenceMap === null ? [] : [{ path: ['confidence_map'], value: { ...confidenceMap } }]),
		...moved.map(({ group, thresholds }) => ({
			path: by === 'risk' ? ['thresholds', group] : ['operations', group, 'thresholds'],
			value: { ...thresholds },
		})),
	];
	const proposed = edits.length === 0 ? text : editPolicy(text, edits);
	const read = parsePolicy(proposed, 'the proposed policy');
	if (!read.ok)
		throw new Exit(
			'error',
			`the proposed policy does not validate: ${read.problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
		);
	return { changes, text: proposed };
}

function currentOf({ document, operations }: Policy, group: string, by: 'operation' | 'risk'): Thresholds | null {
	if (by === 'risk') return document.thresholds[group] ?? null;
	return operations.get(group)?.bands.threshold ?? null;
}
