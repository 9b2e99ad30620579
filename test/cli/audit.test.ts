/** `countersign audit`: what somebody did to the history in Redis is named, with exit code 6; what a file holds is checked the same way. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refund, shopPolicy } from '../flows/shop.ts';
import { idOf, parsed } from '../store/desk.ts';
import { testApp } from '../support/app.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testRedis } from '../support/redis.ts';
import { countersign, type Ended } from './countersign.ts';

const redis = testRedis();
const run = (...args: string[]): Promise<Ended> =>
	countersign(['audit', ...args], { REDIS_URL: redis.url, COUNTERSIGN_PREFIX: redis.prefix });
const faultsOf = ({ stdout }: Ended): string[] =>
	Object.entries((JSON.parse(stdout) as { faults: Record<string, number> }).faults)
		.filter(([, number]) => number > 0)
		.map(([fault]) => fault);

/** Three actions: one ran, one waits, one was rejected. */
async function shop() {
	const { app, until } = await testApp(redis, { policy: shopPolicy, channels: false, workers: ['classifier', 'auto'] });
	const ids: string[] = [];
	for (const amount of ['20.00', '600.00', '601.00']) {
		const proposal = parsed(refund(amount));
		await app.front.queues.propose(`job-${amount}`, {
			version: 1,
			...refund(amount),
			idempotencyKey: proposal.idempotencyKey,
			agent: proposal.agent,
		});
		ids.push(idOf(proposal));
	}
	const [ran = '', waits = '', other = ''] = ids;
	await until(ran, 'executed');
	await until(waits, 'in_review');
	await until(other, 'in_review');
	return { ran, waits, other, keys: app.back.store.keys, client: redis.connect() };
}

test('a store that nobody has touched passes; each touch is named', async () => {
	const { ran, waits, other, keys, client } = await shop();
	const clean = await run('verify');
	expect(clean).toMatchObject({ code: 0 });
	expect(clean.stdout).toMatch(/audit altered +0 .*entries/);

	const folder = await temporaryFolder();
	const copy = join(folder, 'before.jsonl');
	await writeFile(copy, (await run('export')).stdout);
	expect(await run('verify', copy)).toMatchObject({ code: 0 });
	expect(await run('verify', '--against', copy)).toMatchObject({ code: 0 });

	// Somebody rewrites who it was; cuts off the end; takes an action out of the timers; removes one.
	const history = await client.lrange(keys.history(ran), 0, -1);
	await client.lset(keys.history(ran), 0, (history[0] as string).replace('"by":"', '"by":"not-'));
	const altered = await run('verify', '--json');
	expect(altered.code).toBe(6);
	expect(faultsOf(altered)).toEqual(['altered']);
	expect(altered.stdout).toContain(ran);
	await client.lset(keys.history(ran), 0, history[0] as string);

	await client.rpop(keys.history(ran));
	expect(faultsOf(await run('verify', '--json'))).toEqual(['gap', 'altered']);
	await client.rpush(keys.history(ran), history.at(-1) as string);

	await client.zrem(keys.due, waits);
	const forgotten = await run('verify');
	expect(forgotten).toMatchObject({ code: 6 });
	expect(forgotten.stdout).toMatch(new RegExp(`never_ended +${waits}`));
	await client.zadd(keys.due, Date.now() + 60_000, waits);

	await client.del(keys.action(other));
	expect(faultsOf(await run('verify', '--json'))).toEqual(['lost']);
	// Out of the index as well, nothing but an earlier copy knows of it.
	await client.zrem(keys.due, other);
	expect(await run('verify')).toMatchObject({ code: 0 });
	expect(faultsOf(await run('verify', '--against', copy, '--json'))).toEqual(['lost']);
});

test('a file that is no history is refused with the line that is wrong', async () => {
	const path = join(await temporaryFolder(), 'history.jsonl');
	const cases: readonly (readonly [string, RegExp])[] = [
		['', /no line of kind `head`/],
		['{"kind":"head","format":2,"takenAt":1,"deeds":false}\n', /history\.jsonl:1: format/],
		['{"kind":"head","format":1,"takenAt":1,"deeds":false}\nnot JSON\n', /history\.jsonl:2 is not JSON/],
	];
	for (const [text, message] of cases) {
		await writeFile(path, text);
		const refused = await run('verify', path);
		expect(refused.code).toBe(5);
		expect(refused.stderr).toMatch(message);
	}
	expect(await run('verify', `${path}.absent`)).toMatchObject({ code: 1 });
	expect((await readFile(path, 'utf8')).length).toBeGreaterThan(0);
});
