import { describe, expect, it } from 'vitest';
import { createPhone, phoneAccount } from '../../src/dev/phone.ts';

const path = `/2010-04-01/Accounts/${phoneAccount.accountSid}/Messages.json`;
const post = (fields: Record<string, string>, headers: Record<string, string> = { authorization: 'Basic eDp5' }) => ({
	method: 'POST',
	headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
	body: new URLSearchParams(fields).toString(),
});
const fields = { To: '+15551230001', From: phoneAccount.from, Body: 'Approve? Refund' };

describe('the phone', () => {
	it('answers as the provider does, and keeps the text', async () => {
		const phone = createPhone({ now: () => 42_000 });
		const answer = await phone.app.request(path, post(fields));
		expect(answer.status).toBe(201);
		expect(await answer.json()).toMatchObject({
			account_sid: phoneAccount.accountSid,
			status: 'queued',
			to: fields.To,
			num_segments: '1',
		});
		expect(phone.texts()).toEqual([
			{
				template: null,
				sid: `SM${'0'.repeat(31)}1`,
				at: 42_000,
				to: fields.To,
				from: fields.From,
				body: fields.Body,
				segments: 1,
			},
		]);
		expect((await phone.waitFor(({ to }) => to === fields.To)).body).toBe(fields.Body);
	});

	it.each([
		[{ ...fields, To: '555' }, 400, 21211],
		[{ ...fields, Body: '' }, 400, 21602],
	])('refuses %j', async (given, status, code) => {
		const phone = createPhone();
		const answer = await phone.app.request(path, post(given));
		expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ code, status })]);
		expect(phone.texts()).toHaveLength(0);
	});

	it('wants credentials, and knows no other path', async () => {
		const phone = createPhone();
		expect((await phone.app.request(path, post(fields, {}))).status).toBe(401);
		expect((await phone.app.request('/2010-04-01/Accounts/x/Calls.json', post(fields))).status).toBe(404);
		expect((await phone.app.request(path)).status).toBe(404);
	});

	it('fails as it is told', async () => {
		const phone = createPhone();
		phone.fail({ status: 429, code: 20429 });
		expect((await phone.app.request(path, post(fields))).status).toBe(429);
		phone.fail(null);
		expect((await phone.app.request(path, post(fields))).status).toBe(201);
	});
});
