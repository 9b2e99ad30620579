/** A mail server that takes a mail and falls silent (F20): nobody knows whether it arrived, so it may come twice, and counts once. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { emailChannel } from '../../src/channels/email.ts';
import { openShop, refund, shopPolicy } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();

/** A server that hangs up after the final dot of the first mail, and takes every one. */
async function forgetful(): Promise<{ url: string; taken: string[] }> {
	const taken: string[] = [];
	const open = new Set<Socket>();
	const server = createServer((socket) => {
		open.add(socket);
		let mail: string | null = null;
		let text = '';
		socket.on('error', () => undefined);
		socket.write('220 mail.example\r\n');
		socket.on('data', (chunk: Buffer) => {
			text += chunk.toString();
			for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
				const line = text.slice(0, end);
				text = text.slice(end + 2);
				if (mail !== null && line !== '.') mail += `${line}\n`;
				else if (mail !== null) {
					taken.push(mail);
					mail = null;
					if (taken.length === 1) socket.destroy();
					else socket.write('250 kept\r\n');
				} else if (/^DATA/i.test(line)) {
					mail = '';
					socket.write('354 go on\r\n');
				} else socket.write(/^EHLO/i.test(line) ? '250 mail.example\r\n' : '250 ok\r\n');
			}
		});
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		for (const socket of open) socket.destroy();
		server.close();
	});
	return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, taken };
}

test('takes a mail and hangs up before it says so: it is sent once more under the same Message-ID, and decides once', async () => {
	const server = await forgetful();
	const email = emailChannel({ url: server.url, from: 'Countersign <countersign@shop.example>' });
	onTestFinished(() => email.close());
	const onlyAna = shopPolicy.replace('support: [ana, ben, cai]', 'support: [ana]');
	const shop = await openShop(redis, { policy: onlyAna, more: { email } });
	const id = await shop.propose(refund('600.00'));
	await shop.until(id, 'in_review');
	await expect.poll(() => server.taken.length, { timeout: 15_000 }).toBe(2);
	const ids = server.taken.map((mail) => /^message-id:\s*(\S+)/im.exec(mail)?.[1]);
	expect(ids[0]).toMatch(/^<.+>$/);
	expect(ids[1]).toBe(ids[0]);
	expect((await shop.app.back.store.deliveries.all(id)).map(({ channel, state }) => `${channel} ${state}`)).toEqual([
		'email sent',
	]);
	expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: true });
	await shop.until(id, 'executed');
	expect(shop.runs).toHaveLength(1);
});
