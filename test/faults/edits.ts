/**
 * Changes of the product's text that a worker process of the harness makes when it loads it: the product itself holds none of
 * this. An edit names a file of `src`, a text that stands there exactly once, and what takes its place.
 */
export interface Edit {
	readonly file: string;
	readonly find: string;
	readonly replace: string;
}

const at = (file: string, find: string, replace: string): Edit => ({ file, find, replace });
const before = (file: string, find: string, point: string): Edit =>
	at(file, find, `globalThis.faults.point('${point}');\n${find}`);
const after = (file: string, find: string, point: string): Edit =>
	at(file, find, `${find}\nglobalThis.faults.point('${point}');`);

/** What a process has in its hands is written down, so that it is known of one that was killed. */
export const tracking: readonly Edit[] = [
	at(
		'queues/work.ts',
		"	worker.on('error', (error) => settings.onError(queue, error));",
		`	worker.on('error', (error) => settings.onError(queue, error));
	worker.on('active', (job) => globalThis.faults.took(queue, job));
	worker.on('completed', (job) => globalThis.faults.done(job));`,
	),
];

/** A dead process is believed dead sooner: for runs that have no minutes. */
export const quick: readonly Edit[] = [
	at('store/workers.ts', 'beatEveryMs = 3_000', 'beatEveryMs = 500'),
	at('store/workers.ts', 'goneAfterMs = 10_000', 'goneAfterMs = 1_500'),
	at('engine/timing.ts', 'executionCheckMs = 5_000', 'executionCheckMs = 1_000'),
	at('workers/sweeper.ts', 'sweepEveryMs = 5_000', 'sweepEveryMs = 1_000'),
	at('workers/sweeper.ts', 'leftAfterMs = 5_000', 'leftAfterMs = 1_000'),
];

/** Where a process can be killed exactly, in the order in which an action comes by. The handlers of the plant have more. */
export const points: readonly Edit[] = [
	before('workers/classifier.ts', '		const { step, ...moved } = routed(proposal, verdict, lane);', 'judged, not yet written'),
	before(
		'workers/classifier.ts',
		"		if (!result.ok && result.why === 'exists') await again(",
		'action written, job not yet acknowledged',
	),
	before('engine/engine.ts', '			await carryOn(change, result);\n			return result;', 'decided, follow-up not yet enqueued'),
	before(
		'engine/engine.ts',
		'			await store.outbox.acknowledge(result.outbox);',
		'follow-up enqueued, outbox not yet cleared',
	),
	before('engine/engine.ts', '		if (!due?.exact) return;', 'written, wake-up not yet scheduled'),
	after('workers/deliveries.ts', '	const receipt = await send(deps, { action, job, key });', 'message sent, not yet recorded'),
	before(
		'execution/execute.ts',
		'	const call = { idempotencyKey: idempotencyKeyOf(action), attempt: claim.number };',
		'execution claimed, handler not yet called',
	),
	before(
		'execution/execute.ts',
		'	const answer = came.known ? executionResult(came.answer) : null;\n	const reason',
		'handler answered, result not yet recorded',
	),
	before(
		'workers/runner.ts',
		"		if (how === 'not_approved') await reportForgery(",
		'result recorded, job not yet acknowledged',
	),
	before('execution/fallback.ts', '	// At a stop it is left as it is', 'fallback ran, not yet recorded'),
	before('execution/reconcile.ts', '	await engine.commit(reconciled(action, engine.worker', 'found out, not yet recorded'),
	before('workers/look-at-due.ts', '		await Promise.all(settling.map(', 'deadlines passed, fallbacks not yet asked for'),
	before('workers/sweeper.ts', '			await store.outbox.acknowledge(entries);', 'leftovers enqueued, outbox not yet cleared'),
];

/** Points in the plant's own handlers. */
export const plantPoints = [
	'effect about to happen',
	'effect happened, handler not yet back',
	'fallback about to happen',
] as const;

/** Every point by its name. */
export const pointNames: readonly string[] = [
	...points.map(({ replace }) => /point\('([^']+)'\)/.exec(replace)?.[1] ?? ''),
	...plantPoints,
];

/** Where a process can be told to stop. Leftovers are what a crash leaves; where nothing crashes, nobody comes by there. */
export const stopPoints: readonly string[] = pointNames.filter((name) => name !== 'leftovers enqueued, outbox not yet cleared');
