/** Planted bugs: the harness must catch each, or its zeros mean nothing. */
import type { Fault } from '../../src/audit/story.ts';
import type { Edit } from './edits.ts';

export interface Mutant {
	readonly name: string;
	/** What it gets wrong. */
	readonly bug: string;
	readonly edits: readonly Edit[];
	/** At least one of these is found in it. */
	readonly caughtAs: readonly Fault[];
	/** The traffic in which it shows. */
	readonly plots: readonly string[];
	/** How often processes are killed meanwhile; three times where absent. */
	readonly kills?: number;
	/** Where its worker is killed; nowhere in particular where absent. */
	readonly point?: string;
}

const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });
const lua = 'store/transition.lua';
const execute = 'execution/execute.ts';
const claim = '	const begun = await start(engine, action, claim);';
const unclaimed = "	const begun: Awaited<ReturnType<typeof start>> = 'started';";

export const mutants: readonly Mutant[] = [
	{
		name: 'no_claim',
		bug: 'runs what is approved without claiming it first',
		edits: [edit(execute, claim, unclaimed)],
		caughtAs: ['unmatched', 'started_twice'],
		plots: ['runs', 'approve'],
	},
	{
		name: 'read_then_write',
		bug: 'trusts what it read before it decides, instead of looking again in the same step',
		edits: [
			edit(lua, "if not string.find(A[3], ',' .. state .. ',', 1, true) then return refuse('state') end", ''),
			edit(lua, "if A[5] ~= '' and A[5] ~= record[2] then return refuse('version') end", ''),
		],
		caughtAs: ['gap', 'disagreement'],
		plots: ['race'],
	},
	{
		name: 'acknowledge_before_write',
		bug: 'says that a proposal is taken before it is written',
		edits: [
			edit(
				'workers/classifier.ts',
				'	async propose(data: unknown, job) {',
				`	async propose(data: unknown, job) {
		setTimeout(() => classifier(deps).proposeNow(data as never, job).catch(() => undefined), 30_000);
	},
	async proposeNow(data: unknown, job) {`,
			),
		],
		caughtAs: ['lost'],
		plots: ['runs', 'approve'],
	},
	{
		name: 'deadline_without_time',
		bug: 'lets an answer count without asking Redis what time it is',
		edits: [
			edit(lua, "if A[9] == 'before' and now >= deadlineAt then return refuse('too_late') end", ''),
			// Nothing wrong in itself: whoever looks after deadlines is so late that answers come in between.
			edit('queues/queues.ts', 'wakeSlotMs = 50', 'wakeSlotMs = 3_000'),
		],
		caughtAs: ['deadline'],
		plots: ['race_deadline', 'late'],
		// Its deadlines are a second away: nobody must be held up before them.
		kills: 0,
	},
	{
		name: 'history_after_execute',
		bug: 'writes down that it starts when it has finished',
		edits: [
			edit(execute, claim, unclaimed),
			edit(
				execute,
				'	const answer = came.known ? executionResult(came.answer) : null;\n	const reason',
				`	await start(engine, action, claim);
	const answer = came.known ? executionResult(came.answer) : null;
	const reason`,
			),
		],
		caughtAs: ['unmatched', 'started_twice'],
		plots: ['runs', 'approve'],
		point: 'effect happened, handler not yet back',
	},
	{
		name: 'stalled_as_lost',
		bug: 'takes an execution whose worker is gone for one that never happened',
		edits: [
			edit(
				'engine/lookup.ts',
				"			return { kind: 'change', change: lost(action) };",
				`			return { kind: 'change', change: { ...on(action), steps: [{ event: 'execution_deferred', by: 'clock' }],
				drop: ['token'], due: { inMs: 0 }, deadlineAt: { inMs: 3_600_000 } } };`,
			),
		],
		caughtAs: ['started_twice'],
		plots: ['runs', 'approve'],
		point: 'effect happened, handler not yet back',
	},
	{
		name: 'fallback_is_original',
		bug: 'runs the action itself where nobody answered',
		edits: [
			edit(
				'execution/fallback.ts',
				'	const handler = Object.hasOwn(registry.fallbacks, name) ? registry.fallbacks[name] : undefined;',
				'	const handler = registry.operations[action.proposal.operation]?.run;',
			),
		],
		caughtAs: ['unmatched'],
		plots: ['expire'],
	},
	{
		name: 'token_not_consumed',
		bug: 'lets the answer to a card that has been edited since count for what it is now',
		edits: [
			edit(
				'reviews/may-answer.ts',
				'	if (answering.revision !== action.revision || answering.payloadDigest !== action.payloadDigest) {',
				'	if (false) {',
			),
		],
		caughtAs: ['disagreement'],
		plots: ['edit'],
	},
	{
		name: 'digest_not_compared',
		bug: 'runs what is stored without comparing it with what was approved',
		edits: [
			edit(
				execute,
				'	if (payloadDigest(action.proposal) !== action.payloadDigest || action.decision?.payloadDigest !== action.payloadDigest) {',
				'	if (false) {',
			),
		],
		caughtAs: ['unmatched'],
		plots: ['tampered'],
	},
	{
		name: 'retry_on_timeout',
		bug: 'tries again where it got no answer',
		edits: [
			edit(
				execute,
				'	const came = await attempt((signal) => run(action, { ...call, signal }), { timeoutMs: executor.timeoutMs, stop });',
				`	let came = await attempt((signal) => run(action, { ...call, signal }), { timeoutMs: executor.timeoutMs, stop });
	if (!came.known) came = await attempt((signal) => run(action, { ...call, signal }), { timeoutMs: executor.timeoutMs, stop });`,
			),
		],
		caughtAs: ['started_twice'],
		plots: ['hangs'],
	},
	{
		name: 'no_timer',
		bug: 'forgets to note when somebody must look again',
		edits: [edit(lua, "if due then redis.call('ZADD', KEYS[3], ms(due), A[1])\nelseif", 'if')],
		caughtAs: ['never_ended'],
		plots: ['expire'],
	},
	{
		name: 'history_lost',
		bug: 'leaves some entries out of the history',
		edits: [
			edit(
				lua,
				"redis.call('RPUSH', KEYS[2], unpack(entries))",
				"if version % 3 ~= 2 then redis.call('RPUSH', KEYS[2], unpack(entries)) end",
			),
		],
		caughtAs: ['gap', 'altered'],
		plots: ['runs', 'approve'],
	},
	{
		name: 'loser_not_told',
		bug: 'tells whoever comes second nothing about who was first',
		edits: [
			edit(lua, "decided[1] or '', decided[2] or ''", "'', ''"),
			edit('reviews/submit.ts', 'winner: Decision | null = action?.decision ?? null', 'winner: Decision | null = null'),
		],
		caughtAs: ['disagreement'],
		plots: ['race'],
	},
];
