/** One action ends whichever worker touches it (F11): two workers die of it, and nobody else's action is blamed or left undone. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { minute, openShop, refund, shopPolicy } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

test('an action that kills its worker is set aside after the second one, with its bytes; its neighbours are done', {
	timeout: 60_000,
}, async () => {
	const shop = await openShop(redis, { channels: false, workers: ['classifier'] });
	const poison = await shop.propose(refund('600.00', { arguments: { order_id: 'poison' } }));
	const neighbours = await Promise.all(Array.from({ length: 8 }, () => shop.propose(refund('600.00'))));
	for (const id of [poison, ...neighbours]) await shop.until(id, 'in_review');
	await shop.advance(31 * minute);

	let deaths = 0;
	let over = false;
	const keepWorking = async (): Promise<void> => {
		while (!over && deaths < 5) {
			const child = fork(fileURLToPath(new URL('./poison-worker.ts', import.meta.url)), [
				JSON.stringify({ url: redis.url, prefix: redis.prefix, policyText: shopPolicy }),
			]);
			onTestFinished(() => void child.kill('SIGKILL'));
			const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
			if (!over && signal === 'SIGKILL') deaths += 1;
		}
	};
	void keepWorking();
	const { id, state } = await shop.until(poison, 'escalated');
	for (const each of neighbours) await shop.until(each, 'expired');
	over = true;
	expect({ id, state, deaths }).toEqual({ id: poison, state: 'escalated', deaths: 2 });
	expect((await shop.events(poison)).at(-1)).toBe('fallback_failed');
	for (const each of neighbours) expect(await shop.events(each)).toContain('fallback_done');
	const kept = await shop.quarantined();
	expect(kept).toMatchObject([{ queue: 'auto', problem: { code: 'poison_job' } }]);
	expect(JSON.parse(kept[0]?.raw ?? '')).toMatchObject({ id: poison });
});
