/** Every row of the corpus of text messages, through the real hook with a real signature. */
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { phoneAccount } from '../../src/dev/phone.ts';
import { createClient } from '../../src/producers/client.ts';
import { isGoodCode } from '../../src/reviews/codes.ts';
import { refund } from '../flows/shop.ts';
import { testRedis } from '../support/redis.ts';
import { asking } from './asking.ts';
import { type Desk, freshSid, openDesk } from './desk.ts';
import { ana, ben, replyPolicy } from './shop.ts';

interface Row {
	readonly id: string;
	/** `{A}`, `{B}`: codes of Ana's two requests; `{BEN}`: Ben's code of the first; `{a~}`: one character off the first. */
	readonly body: string;
	readonly repeat?: number;
	readonly fields?: Record<string, string>;
	readonly outcome: string;
	/** What the answer contains; null for no answer. */
	readonly words?: string | null;
	readonly event?: string;
}
const rows = JSON.parse(readFileSync(new URL('./text-corpus.json', import.meta.url), 'utf8')) as Row[];
const redis = testRedis();

/** A code that nobody was sent, one character off. */
const oneOff = (code: string): string => {
	const other = [...'234679CDFHJKMNPQRTVWX']
		.map((last) => code.slice(0, 3) + last)
		.find((each) => each !== code && isGoodCode(each));
	return other ?? '9C9C';
};

/** Explanations are limited by number; here each row is a conversation of its own. */
async function forget(desk: Desk): Promise<void> {
	const { keys } = desk.app.front.store;
	const client = redis.connect();
	await client.del(keys.reply('answers', `text/${ana}`), keys.reply('code-missed', ana));
	client.disconnect();
}

const states = async (desk: Desk, ids: readonly string[]) => Promise.all(ids.map((id) => desk.app.front.store.actions.get(id)));

describe('the corpus of text messages', () => {
	test('what decides nothing changes nothing, and says what to send', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const ask = asking(desk, redis);
		const first = await ask(refund('240.00'), ana);
		const codeOfBen = await first.codeOf(ben);
		const second = await ask(refund('38.50'), ana);
		const before = await states(desk, [first.id, second.id]);
		const put = (text: string): string =>
			text
				.replaceAll('{A}', first.code)
				.replaceAll('{a}', first.code.toLowerCase())
				.replaceAll('{a~}', oneOff(first.code))
				.replaceAll('{B}', second.code)
				.replaceAll('{BEN}', codeOfBen);
		const quiet = rows.filter(({ event }) => event === undefined);
		expect(quiet.length).toBeGreaterThan(35);
		for (const { id, body, repeat = 1, fields = {}, outcome, words } of quiet) {
			await forget(desk);
			const sid = freshSid();
			const heard = desk.signalled(`text_${outcome}`, sid);
			const answer = await desk.text(ana, put(body).repeat(repeat), { fields: { ...fields, MessageSid: sid } });
			expect(answer.status, id).toBe(200);
			if (words === null) expect(answer.words, id).toBeNull();
			else expect(answer.words, id).toContain(put(words ?? ''));
			await heard;
		}
		expect(await states(desk, [first.id, second.id])).toEqual(before);
	});

	test('what decides, decides that request and no other', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy, env: { SMS_GATHER_MS: '0' } });
		const client = createClient({ redis: redis.connect(), prefix: redis.prefix });
		onTestFinished(() => client.close());
		const asked = async (amount: string): Promise<{ id: string; code: string }> => {
			const { id } = await client.propose(refund(amount));
			const { body } = await desk.phone.waitFor((text) => text.to === ana && text.body.includes(`USD ${amount}`));
			return { id, code: /\bY ([0-9A-Z]{4})\b/.exec(body)?.[1] ?? '' };
		};
		const other = await asked('38.50');
		const deciding = rows.filter((row) => row.event !== undefined);
		expect(deciding.length).toBeGreaterThan(10);
		await Promise.all(
			deciding.map(async ({ id: row, body, fields = {}, event }, index) => {
				const { id, code } = await asked(`${200 + index}.00`);
				const text = body.replaceAll('{A}', code).replaceAll('{a}', code.toLowerCase());
				const answer = await desk.text(ana, text, { fields });
				expect(answer.status, row).toBe(200);
				const action = await desk.until(id, 'executed', 'rejected', 'escalated');
				if (event === 'taken_over') expect(action.owner, row).toBe('ana');
				else expect(action.decision, row).toMatchObject({ event, by: 'ana', channel: 'sms' });
			}),
		);
		expect((await desk.app.front.store.actions.get(other.id))?.state).toBe('in_review');
	});
});

describe('forms', () => {
	const good = (from: string, body: string): [string, string][] => [
		['MessageSid', freshSid()],
		['AccountSid', phoneAccount.accountSid],
		['From', from],
		['To', phoneAccount.from],
		['Body', body],
	];

	test('that are not signed, or signed for something else, are refused without a word about why', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, code } = await asking(desk, redis)(refund('240.00'), ana);
		const signature = (url: string, fields: Record<string, string>) =>
			import('twilio').then(({ default: twilio }) => twilio.getExpectedTwilioSignature(phoneAccount.authToken, url, fields));
		const pairs = good(ana, `Y ${code}`);
		const fields = Object.fromEntries(pairs);
		const path = '/hooks/twilio/sms';
		const wrong = [
			'',
			'x',
			await signature(`${desk.url}${path}/`, fields),
			await signature(`${desk.url.replace('http:', 'https:')}${path}`, fields),
			await signature(`http://evil.example${path}`, fields),
			await signature(`${desk.url}${path}?x=1`, fields),
			await signature(`${desk.url}${path}`, { ...fields, Body: 'N' }),
			await signature(`${desk.url}${path}`, {}),
			await signature(`${desk.url}/hooks/twilio/status`, fields),
		];
		for (const given of wrong) {
			const answer = await desk.form(path, pairs, given);
			expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'signature_invalid']);
		}
		const right = await signature(`${desk.url}${path}`, fields);
		// More than was signed, another host, another type of body.
		expect((await desk.form(path, [...pairs, ['Extra', '1']], right)).status).toBe(403);
		const spoofed = await fetch(`${desk.url}${path}`, {
			method: 'POST',
			headers: {
				'x-twilio-signature': await signature(`http://evil.example${path}`, fields),
				'x-forwarded-host': 'evil.example',
				'content-type': 'application/x-www-form-urlencoded',
			},
			body: new URLSearchParams(fields),
		});
		expect(spoofed.status).toBe(403);
		const json = await fetch(`${desk.url}${path}`, {
			method: 'POST',
			headers: { 'x-twilio-signature': right, 'content-type': 'application/json' },
			body: JSON.stringify(fields),
		});
		expect(json.status).toBe(403);
		expect((await fetch(`${desk.url}${path}`)).status).toBe(405);
		expect((await desk.app.front.store.actions.get(id))?.state).toBe('in_review');
		expect((await desk.form(path, pairs)).status).toBe(200);
		await desk.until(id, 'executed');
	});

	test('that name a parameter twice, nest one, or are not for us, are refused although they are signed', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, code } = await asking(desk, redis)(refund('240.00'), ana);
		const base = good(ana, `Y ${code}`);
		const without = (name: string) => base.filter(([each]) => each !== name);
		const bad: [string, readonly (readonly [string, string])[]][] = [
			['Body', [...without('Body'), ['Body', `Y ${code}`], ['Body', `N ${code}`]]],
			['Body', [...without('Body'), ['Body', `Y ${code}`], ['Body', `Y ${code}`]]],
			['Body[]', [...without('Body'), ['Body[]', `Y ${code}`]]],
			['Body[0]', [...base, ['Body[0]', 'x']]],
			['From', [...base, ['From', ben]]],
			['AccountSid', [...without('AccountSid'), ['AccountSid', `AC${'1'.repeat(32)}`]]],
			['To', [...without('To'), ['To', '+15005550007']]],
			['To', without('To')],
			['MessageSid', without('MessageSid')],
			['MessageSid', [...without('MessageSid'), ['MessageSid', '../../x']]],
			['OptOutType', [...base, ['OptOutType', 'MAYBE']]],
			['__proto__[x]', [...base, ['__proto__[x]', '1']]],
		];
		for (const [field, pairs] of bad) {
			const answer = await desk.form('/hooks/twilio/sms', pairs);
			expect([answer.status, await answer.json()], field).toEqual([
				400,
				expect.objectContaining({ code: 'parameter_invalid', field }),
			]);
		}
		const large = await desk.form('/hooks/twilio/sms', [...without('Body'), ['Body', 'Y'.repeat(70_000)]]);
		expect([large.status, ((await large.json()) as { code: string }).code]).toEqual([413, 'payload_too_large']);
		expect((await desk.app.front.store.actions.get(id))?.state).toBe('in_review');
	});

	test('from a number that nobody has get no answer', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, code } = await asking(desk, redis)(refund('240.00'), ana);
		for (const from of ['+15559999999', 'whatsapp:+15550100001', '', 'Shop', '+1 555 010 0001']) {
			expect(await desk.text(from, `Y ${code}`)).toMatchObject({ status: 200, words: null });
		}
		expect((await desk.app.front.store.actions.get(id))?.state).toBe('in_review');
	});

	test('ten copies at once decide once and all get the same answer; a new message with the same words is told who was first', async () => {
		const desk = await openDesk(redis, { policy: replyPolicy });
		const { id, code } = await asking(desk, redis)(refund('240.00'), ana);
		const fields = { MessageSid: freshSid() };
		const answers = await Promise.all(Array.from({ length: 10 }, () => desk.text(ana, `Y ${code}`, { fields })));
		expect(new Set(answers.map(({ status, markup }) => `${status} ${markup}`)).size).toBe(1);
		expect(answers[0]?.words).toContain('Approved: Refund USD 240.00');
		await desk.until(id, 'executed');
		expect((await desk.text(ana, `Y ${code}`)).words).toMatch(/^Already approved by Ana at/);
		expect((await desk.text(ana, `N ${code}`, { fields })).markup).toBe(answers[0]?.markup);
		expect(desk.runs).toHaveLength(1);
	});
});

test('twenty wrong codes within a minute and the number is not listened to for a quarter of an hour', async () => {
	const desk = await openDesk(redis, { policy: replyPolicy });
	const ask = asking(desk, redis);
	const { id, code } = await ask(refund('240.00'), ana);
	const said: (string | null)[] = [];
	for (let tries = 0; tries < 22; tries++)
		said.push((await desk.text(ana, `Y 9X${String(tries % 10)}${'CDFH'[tries % 4]}`)).words);
	expect(said.slice(0, 19).every((words) => words?.startsWith('Unknown code'))).toBe(true);
	expect(said[19]).toMatch(/^Too many unknown codes/);
	expect(said.slice(20)).toEqual([null, null]);
	expect((await desk.text(ana, `Y ${code}`)).words).toBeNull();
	expect((await desk.app.front.store.actions.get(id))?.state).toBe('in_review');
	// The others are listened to, and so is whoever wants it to end.
	expect((await desk.text(ana, 'STOP')).status).toBe(200);
	const codeOfBen = /\bY (\w{4})\b/.exec((await desk.phone.waitFor(({ to }) => to === ben)).body)?.[1];
	expect((await desk.text(ben, `Y ${codeOfBen}`)).words).toContain('Approved');
	const client = redis.connect();
	onTestFinished(() => client.disconnect());
	const left = await client.pttl(desk.app.front.store.keys.reply('code-locked', ana));
	expect(left).toBeGreaterThan(14 * 60_000);
	expect(left).toBeLessThanOrEqual(15 * 60_000);
});
