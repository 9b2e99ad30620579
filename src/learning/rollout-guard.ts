/** Whether a candidate may take the next stage: what it would have run, what people said of that, and for how long. Pure. */
import { upperBound } from './bounds.ts';
import type { ErrorRate } from './error-rate.ts';
import { type Tally, versionOf } from './tallies.ts';

/** Policy's section `rollout`. */
export interface Guards {
	readonly stages: readonly number[];
	readonly stay: number;
	readonly at_least: number;
	readonly max_error: number;
	readonly confidence: number;
}

/** How the candidate and the policy in force differ, over what both were asked about. */
export interface Differences {
	/** Actions that both judged. */
	readonly judged: number;
	/** Where each would have sent them: `approval -> auto` and how often. */
	readonly routes: readonly { readonly live: string; readonly candidate: string; readonly count: number }[];
	/** What the candidate would run (or ran) that people judged: how often, and how often they said no. */
	readonly answered: number;
	readonly rejected: number;
}

const ran: ReadonlySet<string> = new Set(['auto', 'notify']);

/** Adds up the counts of actions that were judged by both. */
export function differencesOf(counts: Iterable<Tally>, candidateDigest: string): Differences {
	const candidate = versionOf(candidateDigest);
	const routes = new Map<string, number>();
	let [judged, answered, rejected] = [0, 0, 0];
	for (const { words, by } of counts) {
		const [kind, , , , version, route = '', otherVersion, otherRoute = '', how] = words;
		if (kind !== 'shadow' && kind !== 'shadow_ended') continue;
		if (version !== candidate && otherVersion !== candidate) continue;
		const [own, live] = version === candidate ? [route, otherRoute] : [otherRoute, route];
		if (kind === 'shadow') {
			judged += by;
			const pair = `${live} ${own}`;
			routes.set(pair, (routes.get(pair) ?? 0) + by);
		} else if (ran.has(own) && (how === 'approved' || how === 'rejected' || how === 'edited')) {
			answered += by;
			// What people changed before they let it run was not right as it came.
			if (how !== 'approved') rejected += by;
		}
	}
	const listed = [...routes].map(([pair, count]) => {
		const [live = '', own = ''] = pair.split(' ');
		return { live, candidate: own, count };
	});
	return { judged, answered, rejected, routes: listed.sort((a, b) => b.count - a.count) };
}

export interface Evidence {
	readonly differences: Differences;
	/** Error rate of what the candidate has let run, from spot checks; null in shadow. */
	readonly errors: ErrorRate | null;
	readonly share: number;
	/** How long it has been at its stage, in ms. */
	readonly heldMs: number;
	/** Operations that are demoted now. */
	readonly demoted: readonly string[];
}

/** `lacks`: what stands against it, each as a sentence; `needs`: labelled actions that are missing, where only they are. */
export type Promotion =
	| { readonly ok: true; readonly share: number }
	| {
			readonly ok: false;
			readonly why: 'not_enough_evidence' | 'guarded' | 'complete';
			readonly lacks: readonly string[];
			readonly needs: number;
	  };

/** The next stage, or why not. */
export function promotionOf({ differences, errors, share, heldMs, demoted }: Evidence, guards: Guards): Promotion {
	const next = guards.stages.find((stage) => stage > share);
	if (next === undefined) return { ok: false, why: 'complete', lacks: ['the candidate judges everything already'], needs: 0 };
	const lacks: string[] = [];
	const { answered, rejected } = differences;
	if (demoted.length > 0) lacks.push(`demoted: ${demoted.join(', ')}; restore what is mended first`);
	if (heldMs < guards.stay) lacks.push(`at this stage for ${hours(heldMs)} h, and must stay for ${hours(guards.stay)} h`);
	const judgedWrong = answered === 0 ? 1 : upperBound(rejected, answered, guards.confidence);
	if (answered >= guards.at_least && judgedWrong > guards.max_error)
		lacks.push(
			`of ${answered} that it would let run people did not approve ${rejected}: up to ${percent(judgedWrong)}, and ${percent(guards.max_error)} is allowed`,
		);
	if (errors !== null && errors.rate !== null && errors.low > guards.max_error)
		lacks.push(`what it let run is wrong in ${percent(errors.rate)}, at least ${percent(errors.low)}`);
	if (lacks.length > 0) return { ok: false, why: 'guarded', lacks, needs: 0 };
	const needs = Math.max(0, guards.at_least - answered);
	if (needs > 0)
		return {
			ok: false,
			why: 'not_enough_evidence',
			needs,
			lacks: [`people have judged ${answered} of what it would let run; ${needs} more are needed`],
		};
	return { ok: true, share: next };
}

const hours = (ms: number): string => (Math.floor(ms / 360_000) / 10).toString();
/** Rounded up: a bound must not look smaller than it is. */
const percent = (share: number): string => `${Math.ceil(share * 1000 - 1e-9) / 10} %`;
