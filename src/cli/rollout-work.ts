/** The work of the commands that roll a policy out. */
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { App } from '../app.ts';
import type { Rollout } from '../domain/rollout.ts';
import { evidenceOf } from '../engine/rollout-evidence.ts';
import * as moves from '../engine/rollout-moves.ts';
import { promotionOf } from '../learning/rollout-guard.ts';
import { rollout as rolloutSection } from '../policy/document-learning.ts';
import type { Policy } from '../policy/policy.ts';
import { openPolicyFile } from '../policy-file.ts';
import { Exit, exitOf } from './exit.ts';
import { withApp } from './operator.ts';
import { inert, type Output } from './output.ts';

interface By {
	readonly by?: string;
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined } as never;

const rolling = (app: App, { by }: By): moves.Rolling => ({
	store: app.front.store,
	live: app.parts.policy.current(),
	by: by ?? `cli:${userInfo().username}`,
});

export async function shadowFile(path: string, options: By, output: Output): Promise<void> {
	const file = await openPolicyFile(path, quiet);
	const policy = file.current();
	const given = { policy, text: file.text(), map: await mapOf(policy, path) };
	file.close();
	await change(output, (app) => moves.shadow(rolling(app, options), given));
}

async function mapOf({ document }: Policy, path: string): Promise<moves.Given['map']> {
	const named = document.confidence_map;
	if (named === undefined) return null;
	return { digest: named.digest, text: await readFile(resolve(dirname(path), named.file), 'utf8') };
}

export const promoteCandidate = (options: By, output: Output): Promise<void> =>
	change(output, (app) => moves.promote(rolling(app, options)));

export const dropCandidate = (options: By & { toShadow?: boolean }, output: Output): Promise<void> =>
	change(output, (app) => moves.drop(rolling(app, options), options.toShadow ? 'shadow' : 'nothing'));

export const restoreOperation = (operation: string, options: By, output: Output): Promise<void> =>
	change(output, (app) => moves.restore(rolling(app, options), operation));

async function change(output: Output, make: (app: App) => Promise<moves.Promoted>): Promise<void> {
	await withApp(async (app) => {
		const made = await make(app);
		if (!made.ok && 'guard' in made) {
			const { why, lacks, needs } = made.guard;
			const code = why === 'not_enough_evidence' ? why : 'wrong_state';
			throw new Exit(why === 'complete' ? 'conflict' : 'findings', lacks.join('; '), { code, details: { why, lacks, needs } });
		}
		if (!made.ok) throw new Exit(exitOf(made.problem.code), made.problem.message, { code: made.problem.code });
		await tell(app, made.rollout, output);
	});
}

export const showRollout = (output: Output): Promise<void> =>
	withApp(async (app) => tell(app, await app.front.store.learning.rollout.read(), output));

async function tell(app: App, rollout: Rollout, output: Output): Promise<void> {
	const { store } = app.front;
	const live = app.parts.policy.current();
	const { candidate, demoted } = rollout;
	const evidence = candidate === null ? null : await evidenceOf(store, rollout, candidate);
	const next = evidence === null ? null : promotionOf(evidence, live.document.rollout ?? rolloutSection.parse({}));
	const history = await store.learning.rollout.history(20);
	if (output.json) return output.data({ live: live.digest, candidate, evidence, next, demoted, history });
	output.line(`in force  ${live.digest}`);
	if (candidate !== null && evidence !== null) {
		const judges =
			candidate.share === 0 ? 'in shadow: judges and decides nothing' : `judges ${candidate.share * 100} % of the traffic`;
		output.line(`candidate ${candidate.digest}, ${judges}`);
		const { judged, routes, answered, rejected } = evidence.differences;
		output.line(
			`both have judged ${judged}; of what it would let run people have judged ${answered}, and not approved ${rejected}`,
		);
		for (const { live: from, candidate: to, count } of routes) if (from !== to) output.line(`  ${from} -> ${to}: ${count}`);
		if (candidate.digest === live.digest) output.line('it is the policy in force by now: drop it');
		else if (candidate.share === 1) output.line('it judges everything: put its file in place of the policy');
		else if (next?.ok) output.line(`it may take the next stage: ${next.share * 100} %`);
		else for (const lack of next?.lacks ?? []) output.line(`not yet: ${lack}`);
	} else output.line('no candidate');
	for (const [operation, { route, why }] of Object.entries(demoted))
		output.line(inert(`demoted   ${operation}: ${route} at least, since ${why.en}`, 300));
	for (const { at, by, event, detail } of history)
		output.line(inert(`  ${new Date(at).toISOString()}  ${event}  ${detail}  by ${by}`, 300));
}
