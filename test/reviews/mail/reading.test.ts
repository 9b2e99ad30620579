/** The pure parts of reading a mail: tables, and properties that hold for whatever comes. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { mailLimits, mailRefusal } from '../../../src/reviews/mail/bounds.ts';
import { htmlWords } from '../../../src/reviews/mail/html-words.ts';
import { natureOf } from '../../../src/reviews/mail/nature.ts';
import { ownWords } from '../../../src/reviews/mail/own-words.ts';
import { readMailReply } from '../../../src/reviews/mail/reply.ts';
import { readReport } from '../../../src/reviews/mail/report.ts';
import { soleSender } from '../../../src/reviews/mail/sender.ts';
import { addressToken, isOurs, tokenOf } from '../../../src/reviews/mail/token.ts';

const table = <T>(name: string): T[] => JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8')) as T[];
const domain = 'reply.shop.example';
const token = '0123456789abcdefghjkmnpqrs';
const other = '9876543210abcdefghjkmnpqrs';
const nobody = { from: 'ana@shop.example', to: [] };

/** How long something takes, in ms. */
const timed = (work: () => unknown): number => {
	const start = performance.now();
	work();
	return performance.now() - start;
};

describe('the sender', () => {
	test.each(table<{ from: string[]; is: string | null }>('senders'))('$from is $is', ({ from, is }) => {
		expect(soleSender(from)).toBe(is);
	});

	test('is never an address that stands in the name, a comment or a second header', () => {
		const piece = fc.constantFrom(
			'ana@shop.example',
			'eve@evil.example',
			'<',
			'>',
			'"',
			',',
			';',
			':',
			'(',
			')',
			' ',
			'\\',
			'=?utf-8?Q?ana?=',
			'\u0000',
			' x ',
		);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
				const value = pieces.join('');
				const found = soleSender([value]);
				if (found === null) return;
				// Whoever is found is the only one that is named.
				const named = new Set(value.toLowerCase().match(/[a-z]+@[a-z]+\.example/g) ?? []);
				expect([...named]).toEqual([found]);
			}),
			{ numRuns: 5000 },
		);
	});

	test('takes no time to find', () => {
		for (const value of [' '.repeat(1000), '"'.repeat(1000), 'a '.repeat(500), '<'.repeat(1000), `${'a'.repeat(990)}@b`])
			expect(timed(() => soleSender([value]))).toBeLessThan(200);
	});
});

describe('own words', () => {
	test.each(table<{ text: string; own: string[] }>('own-words'))('$text', ({ text, own }) => {
		expect(ownWords(text)).toEqual(own);
		expect(ownWords(text.replaceAll('\n', '\r\n'))).toEqual(own);
	});

	test('take no time to find', () => {
		for (const text of [
			'On '.repeat(100_000),
			'on\n'.repeat(50_000),
			`${'a'.repeat(300_000)} wrote:`,
			'From: x\n'.repeat(50_000),
			'写道'.repeat(50_000),
		])
			expect(timed(() => ownWords(text))).toBeLessThan(1000);
	});
});

describe('words of HTML', () => {
	test.each(table<{ html: string; first: string | null; hiding: boolean }>('html-words'))('$html', ({ html, first, hiding }) => {
		const words = htmlWords(html);
		expect({ first: ownWords(words.text)[0] ?? null, hiding: words.hiding }).toEqual({ first, hiding });
	});

	test('take no time to find', () => {
		const bombs = [
			'<'.repeat(400_000),
			'<a '.repeat(100_000),
			'<p style="'.repeat(40_000),
			'font:'.repeat(80_000),
			'<!--'.repeat(100_000),
			'&#'.repeat(200_000),
			`<p style="${'font:'.repeat(80_000)}">`,
			`<style>${'font:0'.repeat(60_000)}</style>`,
			'<p class='.repeat(40_000),
			'<blockquote>'.repeat(30_000),
		];
		for (const html of bombs)
			expect(
				timed(() => htmlWords(html)),
				html.slice(0, 20),
			).toBeLessThan(1000);
	});
});

describe('the kind of a mail', () => {
	const kind = (headers: Record<string, string>, from: string | null = 'ana@shop.example') =>
		natureOf(
			Object.entries({ from: 'ana@shop.example', ...headers }).map(([key, value]) => ({ key, value })),
			{ from, to: [] },
		);
	test.each([
		[{}, 'person'],
		[{ 'auto-submitted': 'no' }, 'person'],
		[{ 'auto-submitted': 'auto-replied' }, 'auto_reply'],
		[{ 'auto-submitted': 'auto-generated; x' }, 'auto_reply'],
		// Says what its sender does not want to get, and nothing about what it is.
		[{ 'x-auto-response-suppress': 'All' }, 'person'],
		[{ 'return-path': '<>' }, 'auto_reply'],
		[{ precedence: 'bulk' }, 'auto_reply'],
		[{ precedence: 'list' }, 'list'],
		[{ precedence: 'first-class' }, 'person'],
		[{ 'list-id': '<x>' }, 'list'],
		[{ 'list-unsubscribe': '<mailto:x@y>' }, 'list'],
		[{ 'content-type': 'multipart/report; report-type=delivery-status' }, 'report'],
		[{ 'content-type': 'multipart/report; report-type=disposition-notification' }, 'report'],
		[{ 'content-type': 'text/calendar; method=REPLY' }, 'calendar'],
		[{ 'content-type': 'multipart/alternative; boundary=x' }, 'person'],
		[{ 'x-failed-recipients': 'a@b' }, 'report'],
		[{ from: 'Mail Delivery Subsystem <mailer-daemon@x>' }, 'report'],
		[{ subject: 'Out of office: Re: [Approve?]' }, 'auto_reply'],
		[{ subject: 'Automatische Antwort: [Approve?]' }, 'auto_reply'],
		[{ subject: '自动回复: [请批准]' }, 'auto_reply'],
		[{ subject: 'Re: the automatic door, out of order' }, 'person'],
	])('%j is %s', (headers, is) => {
		expect(kind(headers as unknown as Record<string, string>)).toBe(is);
	});
	test('the null sender is no person; an unknown envelope says nothing', () => {
		expect(kind({}, '')).toBe('auto_reply');
		expect(kind({}, null)).toBe('person');
	});
});

describe('the token', () => {
	const fields = (headers: Record<string, string>) => Object.entries(headers).map(([key, value]) => ({ key, value }));
	test('is found in the address, in either case, and in the references', () => {
		const reply = { purpose: 'reply', token };
		expect(tokenOf(fields({ to: `Countersign <reply+${token}@${domain}>` }), nobody, domain)).toEqual(reply);
		expect(tokenOf(fields({ to: `"x" <REPLY+${token.toUpperCase()}@${domain.toUpperCase()}>` }), nobody, domain)).toEqual(reply);
		expect(tokenOf(fields({ to: 'support@shop.example', cc: `a@b.example, reply+${token}@${domain}` }), nobody, domain)).toEqual(
			reply,
		);
		expect(tokenOf(fields({}), { from: 'x', to: [`reply+${token}@${domain}`] }, domain)).toEqual(reply);
		expect(
			tokenOf(fields({ references: `<${other}.reply@${domain}> <a@b> <${token}.reply@${domain}>` }), nobody, domain),
		).toEqual(reply);
		expect(tokenOf(fields({ 'in-reply-to': `<${token}.reply@${domain}>` }), nobody, domain)).toEqual(reply);
		// What it is addressed to goes first.
		expect(tokenOf(fields({ to: `reply+${token}@${domain}`, references: `<${other}.reply@${domain}>` }), nobody, domain)).toEqual(
			reply,
		);
	});
	test('of several mails is of none; of another domain, or of another form, neither', () => {
		expect(tokenOf(fields({ to: `reply+${token}@${domain}, reply+${other}@${domain}` }), nobody, domain)).toBe('ambiguous');
		expect(tokenOf(fields({ to: `reply+${token}@${domain}` }), { from: 'x', to: [`reply+${other}@${domain}`] }, domain)).toBe(
			'ambiguous',
		);
		for (const to of [
			`reply+${token}@evil.example`,
			`reply+${token}@${domain}.evil.example`,
			`reply+${token}@x${domain}`,
			`xreply+${token}@${domain}`,
			`reply+${token}0@${domain}`,
			`reply+${token.slice(1)}@${domain}`,
			`reply ${token}`,
			`reply+${token}@reply-shop.example`,
		])
			expect(tokenOf(fields({ to }), { from: 'x', to: [to] }, domain), to).toBeNull();
	});
	test('names what an address is for, and only our addresses are ours', () => {
		expect(addressToken(`bounce+${token}@${domain}`, domain)).toEqual({ purpose: 'bounce', token });
		for (const [address, is] of [
			[`reply+${token}@${domain}`, true],
			[`bounce+${token}@${domain}`, true],
			[`reply@${domain}`, true],
			[`postmaster@${domain}`, true],
			[`ana@${domain}`, false],
			[`reply+${token}@${domain}.`, false],
			[`reply+${token}@replyXshop.example`, false],
			['', false],
		] as const)
			expect(isOurs(address, domain), address).toBe(is);
	});
});

describe('limits', () => {
	const bytes = (text: string): Buffer => Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1');
	const code = (text: string | Buffer, wire = true) =>
		mailRefusal(typeof text === 'string' ? bytes(text) : text, { wire })?.code ?? null;
	test('let ordinary mail through', () => {
		expect(code('From: a@b\n\nY\n')).toBeNull();
		expect(code(`From: a@b\n${'X: y\n'.repeat(mailLimits.headers - 1)}\nY\n`)).toBeNull();
		expect(code('')).toBeNull();
	});
	test('stop at a line that ends otherwise than with CR LF, on the wire only', () => {
		for (const raw of ['From: a@b\r\n\r\nY\n', 'From: a@b\n\nY', 'a\rb', '\r\n.\n']) {
			expect(code(Buffer.from(raw)), JSON.stringify(raw)).toBe(554);
			expect(code(Buffer.from(raw), false)).toBeNull();
		}
	});
	test('stop at more than each of them allows, before anything is parsed', () => {
		expect(code(Buffer.alloc(mailLimits.bytes + 1, 0x20))).toBe(552);
		expect(code(`${'X: y\n'.repeat(mailLimits.headers + 1)}\nY`)).toBe(554);
		expect(code(`X: ${'y'.repeat(mailLimits.headerBytes)}\n\nY`)).toBe(554);
		expect(code(`Content-Type: multipart/mixed; boundary=b\n\n${'--b\nContent-Type: text/plain\n\nx\n'.repeat(51)}`)).toBe(554);
		expect(
			code('Content-Type: multipart/mixed;\n boundary="b c"\n\n'.replace('"b c"', '"b c"') + '--b c\n\nx\n'.repeat(60)),
		).toBe(554);
		expect(code('Content-Type: message/rfc822\n\n'.repeat(21))).toBe(554);
		expect(code('From: a\n\nY\0')).toBe(554);
	});
	test('take no time to check', () => {
		for (const text of [
			'boundary='.repeat(100_000),
			'--b\r\n'.repeat(200_000),
			'content-type:\r\n'.repeat(70_000),
			'\r\n'.repeat(500_000),
			'a:'.repeat(500_000),
		])
			expect(timed(() => mailRefusal(Buffer.from(text), { wire: true }))).toBeLessThan(1000);
	});
});

describe('a report', () => {
	const read = async (action: string, status: string) =>
		readReport(
			await PostalMime.parse(
				`Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nAction: ${action}\nStatus: ${status}\n--b--\n`,
			),
		);
	test.each([
		['failed', '5.1.1', true],
		['failed', '5.7.1', true],
		['failed', '4.4.7', false],
		['delayed', '4.4.1', false],
		['relayed', '2.0.0', false],
		['delivered', '2.0.0', false],
		['expanded', '2.0.0', false],
	])('%s %s: %s', async (action, status, failed) => {
		expect(await read(action, status)).toEqual({ failed, status });
	});
	test('is none where nothing says so in a form', async () => {
		expect(readReport(await PostalMime.parse('Subject: Undelivered\n\nStatus: 5.1.1\nAction: failed\n'))).toBeNull();
	});
});

test('whatever bytes come, they are read without a throw, and only an exact form in the right place decides', async () => {
	const line = fc.constantFrom(
		'Y',
		'N',
		'同意',
		'> Y',
		'On Sun, A wrote:',
		'',
		'hello',
		'-- ',
		'Content-Type: text/html',
		'<p>Y</p>',
		'--b',
		'From: a@b',
	);
	await fc.assert(
		fc.asyncProperty(fc.array(fc.oneof(line, fc.string({ maxLength: 12 })), { maxLength: 12 }), async (lines) => {
			const email = await PostalMime.parse(
				Buffer.from(`From: a@b.example\r\nTo: reply+${token}@${domain}\r\n\r\n${lines.join('\r\n')}`),
			);
			const { reading } = readMailReply(email, nobody, domain);
			if (reading.kind !== 'answer') return;
			const first = lines.map((each) => each.trim()).find((each) => each !== '');
			expect(first?.normalize('NFKC')).toMatch(/^(?:y|n|m|同意|拒绝|拒絕|接手)[\s.,:\-–—。、]*$/i);
		}),
		{ numRuns: 1000 },
	);
});
