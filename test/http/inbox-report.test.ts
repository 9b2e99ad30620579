/** The report in the inbox and on the command line: what was counted live, in both languages, and what an agent wrote inert. */
import { expect, test } from 'vitest';
import { createClient } from '../../src/producers/client.ts';
import { answerCheck } from '../../src/reviews/spot-check.ts';
import { sweep } from '../../src/workers/sweeper.ts';
import { countersign } from '../cli/countersign.ts';
import { fresh, refund, shopPolicy } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { openInbox } from './inbox-desk.ts';

const redis = testRedis();
const policy = `${shopPolicy.replace('cai: { name: Cai,', 'cai: { name: Cai, language: zh-CN,')}
spot_checks: { share: 1, to: [support] }
`;

test('counts what ran, what was asked and what was wrong, and shows it', async () => {
	const desk = await openInbox(redis, { policy });
	const { shop } = desk;
	const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
	const evil = '"><script>alert(1)</script>';
	const propose = async (amount: string, agent = 'refunder') =>
		(await client.propose({ ...refund(amount, { agent, user: fresh('user') }), idempotencyKey: fresh('k') })).id;
	const ana = await desk.seat('ana');
	for (let i = 0; i < 3; i++) {
		const action = await shop.until(await propose('20.00'), 'executed');
		await sweep(shop.app.deps);
		await answerCheck(shop.app.front, { action, reviewer: 'ana' }, i > 0);
	}
	const asked = await propose('800.00', `agent${evil}`);
	await shop.until(asked, 'in_review');
	await ana.send(await ana.page(`/inbox/actions/${asked}`), `/inbox/actions/${asked}`, {
		answer: 'reject',
		reason: '',
		comment: '',
	});
	await shop.until(asked, 'rejected');
	await sweep(shop.app.deps);
	await client.close();

	const page = await ana.page('/inbox/report?days=7');
	expect(page).toContain('75.0%');
	expect(page).toContain('25.0%');
	expect(page).toContain('33.3% (');
	expect(page).toMatch(/<svg[^>]* role="img" aria-label="Actions a day, by where they went"/);
	expect(page).not.toContain('<script>alert');
	expect(page).toContain('Ana');
	const chinese = await (await desk.seat('cai')).page('/inbox/report');
	for (const word of ['自动完成', '每日操作数及去向', '按审批人']) expect(chinese).toContain(word);

	const env = { REDIS_URL: redis.url, COUNTERSIGN_PREFIX: redis.prefix };
	const json = JSON.parse((await countersign(['report', '--json'], env)).stdout);
	expect(json.total).toMatchObject({ actions: 4, automatic: 0.75, approval: 0.25, ended: { rejected: 1 } });
	expect(json.total.errors).toMatchObject({ ran: 3, answered: 3, wrong: 1 });
	expect(json.byReviewer).toMatchObject([{ reviewer: 'ana', answers: 1, rejected: 1 }]);
	const text = (await countersign(['report', '--compare', '2025-01-01..2025-01-31'], env)).stdout;
	expect(text).toContain('completed automatically');
	expect(text).toContain('2025-01-01..2025-01-31');
	for (const wrong of [
		['--since', 'yesterday'],
		['--compare', '2025-01-01'],
		['--since', '2020-01-01'],
	])
		expect((await countersign(['report', ...wrong], env)).code).toBe(2);
});
