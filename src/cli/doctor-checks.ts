/** What `countersign doctor` looks at beside Redis itself: what is stored, the policy, the handlers, the addresses. */
import { mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { type Finding, ok } from '../domain/finding.ts';
import type { Registry } from '../execution/registry.ts';
import type { Policy } from '../policy/policy.ts';
import { queueNames } from '../queues/catalog.ts';
import type { Queues } from '../queues/queues.ts';
import type { Store } from '../store/store.ts';
import { holdProblem } from '../workers/storage-watch.ts';

/** The records, and what nobody has seen to. */
export async function checkStore(store: Store): Promise<Finding[]> {
	const [mark, left, quarantined, overdue, ahead] = await Promise.all([
		store.mark.check(),
		store.outbox.leftovers(60_000, 1_000),
		store.quarantine.size(),
		store.due.overdue(60_000),
		skewOf(store),
	]);
	const late = left.entries.length + left.unreadable.length;
	const held = mark.hold === null ? null : holdProblem(mark);
	return [
		held === null
			? ok('storage mark', `${mark.seq} changes, none missing`)
			: { check: 'storage mark', level: 'fail', ...held, fix: 'look at what is missing, then `countersign resume --because …`' },
		late === 0
			? ok('outbox', 'nothing left behind')
			: {
					check: 'outbox',
					level: 'warn',
					code: 'outbox_left',
					message: `${late} follow-ups are older than a minute`,
					fix: 'start a worker with chores',
				},
		overdue === 0
			? ok('due', 'nobody waits for a look')
			: {
					check: 'due',
					level: 'warn',
					code: 'overdue',
					message: `${overdue} actions are overdue by more than a minute`,
					fix: 'start a worker with deadlines and chores',
				},
		quarantined === 0
			? ok('quarantine', 'empty')
			: {
					check: 'quarantine',
					level: 'warn',
					code: 'quarantined',
					message: `${quarantined} records were set aside`,
					fix: 'look at them: `countersign quarantine list`',
				},
		Math.abs(ahead) < 30_000
			? ok('clock', `${Math.round(ahead)} ms ahead of Redis`)
			: {
					check: 'clock',
					level: 'warn',
					code: 'clock_skew',
					message: `this machine is ${Math.round(ahead / 1000)} s ahead of Redis: signatures are judged by its clock`,
					fix: 'synchronise the clocks',
				},
	];
}

async function skewOf(store: Store): Promise<number> {
	const before = Date.now();
	const time = await store.realTime();
	return (before + Date.now()) / 2 - time;
}

/** Every queue answers, and is not paused by somebody's hand. */
export async function checkQueues(queues: Queues): Promise<Finding> {
	const check = 'queues';
	const counts = await Promise.all(
		queueNames.map(async (name) => {
			const queue = queues.of(name);
			const [{ wait = 0, prioritized = 0, delayed = 0 }, paused] = await Promise.all([
				queue.getJobCounts('wait', 'prioritized', 'delayed'),
				queue.isPaused(),
			]);
			return { name, waiting: wait + prioritized, delayed, paused };
		}),
	);
	const paused = counts.filter((each) => each.paused).map(({ name }) => name);
	if (paused.length > 0)
		return {
			check,
			level: 'warn',
			code: 'queue_paused',
			message: `paused by hand: ${paused.join(', ')}`,
			fix: 'resume them with BullMQ, where that was not meant',
		};
	const waiting = counts.filter((each) => each.waiting > 0).map((each) => `${each.name} ${each.waiting}`);
	return ok(check, waiting.length === 0 ? 'all can be read, nothing waits' : `all can be read; waiting: ${waiting.join(', ')}`);
}

/** Whether what policy lets run, and its fallbacks, have somebody who runs them. */
export function checkHandlers(policy: Policy, { registry, config }: { registry: Registry; config: Config }): Finding[] {
	const check = 'handlers';
	const found: Finding[] = [];
	const operations = [...policy.operations.values()];
	const named = new Set(Object.values(policy.document.operations).flatMap(({ fallback }) => fallback.handler ?? []));
	const webhooks = operations.filter(({ executor }) => executor.kind === 'webhook');
	if (webhooks.length > 0 && config.webhook === null)
		found.push({
			check: 'webhooks',
			level: 'fail',
			code: 'webhook_secret_missing',
			message: `${webhooks.map(({ name }) => name).join(', ')} run by webhook, and nothing signs them`,
			fix: 'set WEBHOOK_SECRET',
		});
	if (config.handlersPath === null)
		return [
			...found,
			{
				check,
				level: 'warn',
				code: 'no_handlers',
				message: 'no handlers are named here: approved actions wait for a worker that has them',
				fix: 'set COUNTERSIGN_HANDLERS where workers run',
			},
		];
	const missing = [
		...operations
			.filter(
				({ name, executor }) => executor.kind === 'handler' && !Object.hasOwn(registry.operations, name) && !named.has(name),
			)
			.map(({ name }) => `operation \`${name}\``),
		...[...named].filter((name) => !Object.hasOwn(registry.fallbacks, name)).map((name) => `fallback \`${name}\``),
	];
	if (missing.length === 0) return [...found, ok(check, 'every operation and fallback of the policy has one')];
	return [
		...found,
		{
			check,
			level: 'warn',
			code: 'no_handler',
			message: `nobody runs ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ` and ${missing.length - 10} more` : ''}`,
			fix: 'export them from COUNTERSIGN_HANDLERS; until then what is approved waits, and lapses',
		},
	];
}

/** Whether what runs can be written down outside Redis. */
export async function checkJournal(folder: string): Promise<Finding> {
	const check = 'journal';
	const path = join(folder, `doctor-${process.pid}`);
	try {
		await mkdir(folder, { recursive: true, mode: 0o700 });
		const file = await open(path, 'w');
		await file.writeFile('doctor\n');
		await file.datasync();
		await file.close();
		await unlink(path);
		return ok(check, `can be written: ${folder}`);
	} catch (error) {
		return {
			check,
			level: 'fail',
			code: 'journal_unwritable',
			message: `\`${folder}\` cannot be written, so nothing is run: ${error instanceof Error ? error.message.slice(0, 100) : 'unknown'}`,
			fix: 'free its disk, or set COUNTERSIGN_DATA to a folder that lasts',
		};
	}
}

/** Whether links in messages lead anywhere. */
export async function checkPublicUrl({ publicUrl, production }: Config): Promise<Finding> {
	const check = 'public address';
	if (publicUrl === null)
		return {
			check,
			level: production ? 'fail' : 'warn',
			code: 'public_url_missing',
			message: 'PUBLIC_URL is not set: links in messages lead to this machine',
			fix: 'set it to where reviewers reach the pages',
		};
	const { protocol, hostname } = new URL(publicUrl);
	if (protocol !== 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname))
		return {
			check,
			level: 'warn',
			code: 'public_url_plain',
			message: `${publicUrl} is not https: links can be read on their way`,
			fix: 'put TLS before it',
		};
	const answer = await fetch(`${publicUrl}/healthz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
	if (answer?.ok) return ok(check, `${publicUrl} answers`);
	return {
		check,
		level: 'warn',
		code: 'public_url_unreachable',
		message: `${publicUrl}/healthz does not answer from here`,
		fix: 'start `countersign api`, or mend the address',
	};
}
