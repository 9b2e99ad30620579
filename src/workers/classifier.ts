/**
 * The classifier. A proposal comes in, the facts are fetched and reserved, policy judges, and one write creates the action
 * where it belongs. Redelivered proposals find their action and change nothing; other payloads under a used key are kept
 * in quarantine.
 */
import { type Action, fingerprintOf, type Proposal, payloadDigest } from '../domain/action.ts';
import type { Problem } from '../domain/errors.ts';
import type { EditFact } from '../domain/facts.ts';
import { actionId, newId } from '../domain/ids.ts';
import { parseProposal } from '../domain/parse.ts';
import type { Verdict } from '../domain/verdict.ts';
import { neverPresented, routed, unpresented } from '../engine/moves.ts';
import { recheckMs, untilNext } from '../engine/timing.ts';
import { routedCounts } from '../learning/tallies.ts';
import { factsQuery } from '../policy/facts-query.ts';
import { casePlan } from '../policy/plan.ts';
import { editsOf } from '../policy/separation.ts';
import type { ActionJob } from '../queues/catalog.ts';
import type { Handlers } from '../queues/work.ts';
import type { Change, Step, TransitionResult } from '../store/transition.ts';
import type { WorkerDeps } from './deps.ts';
import { drawing } from './draw.ts';
import { besideOf, judgeBeside } from './judge.ts';
import { recalling } from './recall.ts';
import { opinionsOn } from './second-opinion.ts';

/** Facts that moved while policy judged are fetched again this often; then the job comes back a little later. */
const mostJudgements = 20;

/** Handlers of the `actions` queue. */
export const classifier = (deps: WorkerDeps): Handlers => ({
	async propose(data: unknown, job) {
		const read = parseProposal(data, {
			sentAt: job.addedAt,
			...(deps.webhook?.allowPrivate === true && { callbackHosts: ['*'] }),
		});
		if (!read.ok) return quarantine(deps, { jobId: job.jobId, raw: data, problem: read.problem });
		const { proposal } = read;
		const id = actionId(proposal.tenant, proposal.agent, proposal.idempotencyKey);
		const fingerprint = fingerprintOf(proposal);
		let result: TransitionResult;
		try {
			result = await judge(deps, proposal, {
				id,
				revision: 1,
				enter: { first: { event: 'received', by: proposal.agent }, create: { proposal, fingerprint } },
			});
		} catch (error) {
			if (!job.lastAttempt) throw error;
			// No record and no job would be left of it (INVARIANT I5): somebody has to look, and can drive it again.
			const problem = {
				code: 'internal',
				message: 'the proposal could not be judged; drive it again once the cause is mended',
			} as const;
			deps.engine.log.error({ err: error, id }, 'classify_failed');
			return quarantine(deps, { jobId: job.jobId, raw: data, problem });
		}
		if (!result.ok && result.why === 'exists') await again(deps, { id, fingerprint, jobId: job.jobId, raw: data });
		deps.signal('classified', id);
	},
	async classify({ id }: ActionJob, job) {
		const action = await deps.engine.store.actions.get(id);
		if (action === null || action.state !== 'received') return;
		try {
			await judge(deps, action.proposal, {
				id,
				revision: action.revision,
				enter: { version: action.version, edits: editsOf(action.lastEdit) },
			});
		} catch (error) {
			if (!job.lastAttempt) throw error;
			await giveToPerson(deps, action, error);
		}
		deps.signal('classified', id);
	},
});

interface Entering {
	readonly id: string;
	readonly revision: number;
	readonly enter: Pick<Change, 'create' | 'version'> & { readonly first?: Step; readonly edits?: EditFact | undefined };
}

/** Facts, verdict, one write; once more where the facts have moved in between. */
async function judge(deps: WorkerDeps, proposal: Proposal, { id, revision, enter }: Entering): Promise<TransitionResult> {
	const { engine } = deps;
	const { store } = engine;
	const policy = engine.policy();
	const lane = { id, facts: store.facts, digestKey: store.keys.digest };
	for (let judgements = 1; ; judgements++) {
		const { first, edits, ...fence } = enter;
		const beside = besideOf(policy, engine.rollout.known());
		const query = factsQuery(policy, proposal, beside);
		// Asked for in one turn, so that they are one round trip.
		const [fetched, draw, recall] = await Promise.all([
			store.facts.fetch(id, revision, query),
			drawing(engine, policy, proposal),
			recalling(engine, policy, proposal),
		]);
		const facts = { ...fetched, ...(edits && { edits }), ...recall(fetched.now) };
		const loaded = await engine.rollout.at(fetched.rollout);
		const judging = { policy, loaded, beside };
		const alone = judgeBeside(proposal, facts, judging);
		const opinions = await opinionsOn(deps, policy, { proposal, verdict: alone, at: facts.now });
		const verdict: Verdict = opinions.length === 0 ? alone : judgeBeside(proposal, { ...facts, opinions }, judging);
		if (verdict.route !== 'block' && proposal.deadlineAt !== undefined && proposal.deadlineAt <= facts.now) {
			const { steps, ...expired } = unpresented(proposal, verdict, verdict.plan ?? casePlan(policy, proposal));
			engine.log.warn({ id }, neverPresented);
			return engine.commit({
				...fence,
				...expired,
				id,
				tenant: proposal.tenant,
				steps: first === undefined ? steps : [first, ...steps],
				// It will not run: what judging it has reserved is given back at once.
				facts: [
					...(first === undefined ? [store.backlog.left(proposal)] : []),
					...(facts.reservedAt === null ? [] : store.facts.released(query, facts.reservedAt)),
				],
			});
		}
		const { step, ...moved } = routed(proposal, verdict, lane);
		const counted = verdict.route === 'approval' && policy.document.escalation.hard.approvals_in_24h !== false;
		const guard = counted ? store.facts.approvalsGuard(query, facts) : undefined;
		const result = await engine.commit({
			...fence,
			...moved,
			id,
			tenant: proposal.tenant,
			steps: first === undefined ? [step] : [first, step],
			set: { ...moved.set, ...(facts.reservedAt !== null && { reservedAt: facts.reservedAt }) },
			facts: [
				...(moved.facts ?? []),
				...(first === undefined ? [store.backlog.left(proposal)] : []),
				...(facts.reservedAt === null ? [] : store.facts.recorded(id, revision)),
				// What a person has changed is theirs, wherever policy sends it.
				...(revision > 1 ? [] : store.learning.statistics.counted(facts.now, routedCounts(proposal, verdict))),
				...(revision > 1 ? [] : draw({ id, verdict, at: facts.now })),
			],
			...(guard && { guard }),
		});
		if (!result.ok && result.why === 'held' && first !== undefined) return receive(engine, proposal, { ...enter, first, id });
		if (result.ok || result.why !== 'guard') return result;
		if (judgements >= mostJudgements) throw new Error(`the facts moved during each of ${judgements} judgements`);
	}
}

/**
 * Nothing may run now, so what policy would let run is on record and waits where it is: its verdict is drawn when things run again,
 * on the facts of then. A second person is not asked for what policy allows, and nothing is lost.
 */
const receive = (
	engine: WorkerDeps['engine'],
	proposal: Proposal,
	{ id, first, create }: Pick<Entering, 'id'> & Pick<Change, 'create'> & { readonly first: Step },
): Promise<TransitionResult> =>
	engine.commit({
		id,
		tenant: proposal.tenant,
		steps: [first],
		...(create && { create }),
		set: { payloadDigest: payloadDigest(proposal) },
		due: { inMs: recheckMs },
		facts: [engine.store.backlog.entered(proposal)],
		without: ['classify'],
	});

/** The proposal has been here before: the same one needs nothing, another one under its key is refused and kept. */
async function again(deps: WorkerDeps, came: { id: string; fingerprint: string; jobId: string; raw: unknown }): Promise<void> {
	const action = await deps.engine.store.actions.get(came.id);
	if (action === null || action.fingerprint === came.fingerprint) return;
	const problem = {
		code: 'idempotency_mismatch',
		message: `the key belongs to ${came.id}, which has another payload; use a new key`,
		field: 'idempotencyKey',
	} as const;
	await quarantine(deps, { jobId: came.jobId, raw: came.raw, problem });
}

async function quarantine({ engine }: WorkerDeps, found: { jobId: string; raw: unknown; problem: Problem }): Promise<void> {
	const raw = JSON.stringify(found.raw) ?? 'undefined';
	const kept = await engine.store.quarantine.put({
		queue: 'actions',
		jobId: found.jobId,
		problem: found.problem,
		raw,
		encoding: 'utf8',
	});
	engine.log.warn({ quarantined: kept.id, jobId: found.jobId, code: found.problem.code }, 'proposal quarantined');
}

/** Judging failed for good: an error never makes a route laxer, so a person gets it (INVARIANT I6). */
export async function giveToPerson({ engine }: Pick<WorkerDeps, 'engine'>, action: Action, error: unknown): Promise<void> {
	const plan = casePlan(engine.policy(), action.proposal);
	const reason = error instanceof Error ? error.message : String(error);
	engine.log.error({ err: error, id: action.id }, 'classify_failed');
	await engine.commit({
		id: action.id,
		tenant: action.tenant,
		version: action.version,
		steps: [{ event: 'classify_failed', by: engine.worker, detail: reason.slice(0, 500) }],
		set: { verdict: failedVerdict(engine.policy().digest, plan, reason), armId: newId('arm'), tier: 0 },
		due: { inMs: untilNext(plan, 0), exact: true },
		deadlineAt: { inMs: plan.deadlineMs },
		facts: [engine.store.backlog.left(action)],
	});
}

/** The verdict of a judgement that failed. */
function failedVerdict(policyDigest: string, plan: Verdict['plan'], reason: string): Verdict {
	return {
		route: 'escalation',
		riskClass: 'unknown',
		reportedConfidence: null,
		confidence: 0,
		priority: 'high',
		reasons: [
			{
				rule: 'policy.failed',
				route: 'escalation',
				text: { en: 'policy could not judge this action', 'zh-CN': '策略无法评估此操作' },
				error: reason.slice(0, 200),
			},
		],
		policyDigest,
		plan,
		executor: { kind: 'handler', url: null, timeoutMs: 30_000, lapseMs: 3_600_000, writeOffMs: 7 * 86_400_000 },
	};
}
