/** The single door for the answer to a spot check. It labels what ran and changes nothing about it. */
import type { Action } from '../domain/action.ts';
import type { SpotCheck } from '../domain/spot-check.ts';
import type { Engine } from '../engine/engine.ts';
import { maySpotCheck } from '../policy/spot-checks.ts';
import type { CheckResult } from '../store/spot-checks.ts';

/** `not_allowed`: policy does not ask this person, or they have a hand in it. */
export type SpotCheckResult = CheckResult | 'not_allowed';

/** Records whether something that ran by itself was right. */
export async function answerCheck(
	engine: Engine,
	about: { readonly action: Action; readonly reviewer: string },
	right: boolean,
): Promise<SpotCheckResult> {
	const { action, reviewer } = about;
	if (!maySpotCheck(engine.policy(), action, reviewer)) return 'not_allowed';
	return engine.store.learning.spotChecks.answer(action.id, { reviewer, right });
}

/** The check of an action that waits for this person, or null. */
export async function openCheck(engine: Engine, action: Action, reviewer: string): Promise<SpotCheck | null> {
	if (!maySpotCheck(engine.policy(), action, reviewer)) return null;
	const check = await engine.store.learning.spotChecks.get(action.id);
	return check === null || check.answer !== null ? null : check;
}
