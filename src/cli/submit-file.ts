/** The work of `countersign submit`. */
import { createHash } from 'node:crypto';
import type { App } from '../app.ts';
import { type Action, fingerprintOf } from '../domain/action.ts';
import { actionId } from '../domain/ids.ts';
import { type Waiter, waiterOn } from '../http/api/waiter.ts';
import { Exit } from './exit.ts';
import { withApp } from './operator.ts';
import { inert, type Output } from './output.ts';
import { openLineFile, type RouteFile } from './route-file.ts';
import type { RouteLine } from './rows.ts';
import { BadRows, type FileRow, isBad, mapOf, rowsOf } from './rows.ts';

export interface SubmitOptions {
	readonly map?: string;
	readonly parallel: number;
	readonly routes?: string;
	readonly skipBad?: boolean;
	readonly timeoutMs: number;
}

/** Sends every row, and waits for each until it is routed. Nothing is sent where a row is bad and bad rows are not skipped. */
export async function submitFile(
	path: string,
	options: SubmitOptions,
	output: Output,
): Promise<{ actions: number; skipped: number }> {
	const map = options.map === undefined ? null : await mapOf(options.map);
	const bad = new BadRows();
	for await (const row of rowsOf(path, map)) if (isBad(row)) bad.add(row);
	if (!options.skipBad) bad.refuse(path);
	const routes = await openLineFile<RouteLine>(options.routes);
	try {
		return await withApp(async (app) => {
			const waiter = waiterOn(app.connect, app.front.store.keys.changes);
			const rows = rowsOf(path, map);
			let actions = 0;
			const sendOn = async (): Promise<void> => {
				// One iterator feeds every sender: each row is sent once, whoever takes it.
				for (let next = await rows.next(); !next.done; next = await rows.next()) {
					if (isBad(next.value)) continue;
					const action = await routed({ app, waiter, timeoutMs: options.timeoutMs }, next.value);
					await tell({ row: next.value, action }, output, routes);
					actions += 1;
				}
			};
			try {
				await Promise.all(Array.from({ length: options.parallel }, sendOn));
			} finally {
				waiter.close();
			}
			return { actions, skipped: bad.count };
		});
	} finally {
		await routes.close();
	}
}

interface Sending {
	readonly app: App;
	readonly waiter: Waiter;
	readonly timeoutMs: number;
}

/** Proposes one row and follows it until policy has judged it. */
async function routed({ app, waiter, timeoutMs }: Sending, row: FileRow): Promise<Action> {
	const { store, queues } = app.front;
	const { tenant, agent, idempotencyKey } = row.proposal;
	const id = actionId(tenant, agent, idempotencyKey);
	const listening = await waiter.listen(id);
	const until = Date.now() + timeoutMs;
	try {
		const digest = createHash('sha256').update(JSON.stringify(row.input)).digest('hex').slice(0, 12);
		await queues.propose(`${id}.${digest}`, row.input);
		for (;;) {
			const action = await store.actions.get(id);
			if (action !== null && action.fingerprint !== fingerprintOf(row.proposal)) {
				throw new Exit(
					'conflict',
					`line ${row.line}: the key \`${inert(idempotencyKey, 60)}\` belongs to ${id}, which has another payload`,
					{ code: 'idempotency_mismatch' },
				);
			}
			if (action !== null && action.verdict !== null && action.state !== 'received') return action;
			const left = until - Date.now();
			if (left <= 0)
				throw new Exit('error', `line ${row.line}: nobody judged ${id} in ${timeoutMs / 1000} s; is a worker running?`);
			await listening.changed(Math.min(left, 1000), new AbortController().signal);
		}
	} finally {
		listening.stop();
	}
}

async function tell({ row, action }: { row: FileRow; action: Action }, output: Output, routes: RouteFile): Promise<void> {
	const route = action.verdict?.route ?? 'none';
	const reasons = (action.verdict?.reasons ?? []).map(({ rule }) => rule);
	const line = { line: row.line, id: action.id, key: row.proposal.idempotencyKey, route, reasons };
	if (output.json) output.data({ ...line, state: action.state });
	else output.line(`${action.id}  ${route.padEnd(10)}  ${inert(row.proposal.operation, 40)}`);
	routes.write(line);
	await routes.flushed();
}
