/** Raw mails that a provider posts. */
import { expect, test } from 'vitest';
import { createClient } from '../../src/producers/client.ts';
import { refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { type Desk, mailBytes, mailSecret, openDesk } from './desk.ts';
import { replyPolicy } from './shop.ts';

const redis = testRedis();

const post = (desk: Desk, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> =>
	fetch(`${desk.url}/hooks/email`, {
		method: 'POST',
		headers: { authorization: `Bearer ${mailSecret}`, 'content-type': 'message/rfc822', ...headers },
		body,
	});

test('are taken with the shared secret, decide as mails by SMTP do, and once', async () => {
	const desk = await openDesk(redis, { policy: replyPolicy });
	const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
	const { id } = await client.propose(refund('240.00'));
	await client.close();
	const asked = await desk.mailbox.waitFor(({ recipients }) => recipients.includes('ana@shop.example'));
	const to = asked.headers['reply-to'] ?? '';
	const mail = { from: 'ana@shop.example', to, subject: 'Re: Refund', text: 'Y' };
	const unsigned = await mailBytes(mail, null);
	const signed = await mailBytes(mail);

	for (const authorization of ['', 'Bearer wrong', `Basic ${mailSecret}`, mailSecret, `Bearer ${mailSecret}x`]) {
		const answer = await post(desk, new Uint8Array(signed), { authorization });
		expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'unauthenticated']);
	}
	const wrong: [string | Uint8Array<ArrayBuffer>, Record<string, string>, number, string][] = [
		[new Uint8Array(signed), { 'content-type': 'application/json' }, 415, 'media_type_unsupported'],
		['', {}, 400, 'body_required'],
		['x'.repeat(1024 * 1024 + 1), {}, 413, 'payload_too_large'],
		[`${'X: y\r\n'.repeat(200)}\r\nY`, {}, 422, 'mail_rejected'],
	];
	for (const [body, headers, status, code] of wrong) {
		const answer = await post(desk, body, headers);
		expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
	}
	expect((await fetch(`${desk.url}/hooks/email`)).status).toBe(405);
	expect(await (await post(desk, new Uint8Array(unsigned))).json()).toEqual({ outcome: 'unverified' });
	// The null sender is a machine, whoever says so.
	expect(await (await post(desk, new Uint8Array(signed), { 'x-envelope-from': '' })).json()).toEqual({ outcome: 'ignored' });
	expect((await desk.app.front.store.actions.get(id))?.replies).toEqual([]);

	const again = await mailBytes(mail);
	expect(
		await (
			await post(desk, new Uint8Array(again), {
				'x-envelope-from': 'ana@shop.example',
				'x-envelope-to': `x@y.example, ${/<(.+)>/.exec(to)?.[1] ?? to}`,
			})
		).json(),
	).toEqual({ outcome: 'decided' });
	await desk.until(id, 'executed');
	expect(await (await post(desk, new Uint8Array(again))).json()).toEqual({ outcome: 'decided' });
	expect(desk.runs).toHaveLength(1);
});
