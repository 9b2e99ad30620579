/** The settings of replies: what goes together, and every problem at once. */
import { describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';

const twilio = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'x' };

describe('text messages', () => {
	test('need an account and one sender', () => {
		expect(readConfig({ ...twilio, TWILIO_FROM: '+15550100000' }).twilio).toMatchObject({
			from: '+15550100000',
			messagingServiceSid: null,
		});
		expect(readConfig({ ...twilio, TWILIO_MESSAGING_SERVICE_SID: 'MG1' }).twilio).toMatchObject({
			from: null,
			messagingServiceSid: 'MG1',
		});
		expect(readConfig({}).twilio).toBeNull();
		expect(() => readConfig(twilio)).toThrow('TWILIO_FROM: must be set');
		expect(() => readConfig({ TWILIO_FROM: '+15550100000' })).toThrow('TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: must be set');
		expect(() => readConfig({ ...twilio, TWILIO_FROM: '+15550100000', TWILIO_MESSAGING_SERVICE_SID: 'MG1' })).toThrow(
			'cannot stand beside',
		);
	});

	test('say what they can do, in general and by region', () => {
		const { sms } = readConfig({
			SMS_ABILITIES: 'no-links',
			SMS_REGIONS: '+86=one-way,no-links; +91 = templates-only',
			SMS_TEMPLATES: `review=HX${'a'.repeat(32)}`,
			SMS_GATHER_MS: '0',
		});
		expect(sms).toEqual({
			abilities: { links: false },
			regions: { '+86': { twoWay: false, links: false }, '+91': { templatesOnly: true } },
			templates: { review: `HX${'a'.repeat(32)}` },
			gatherMs: 0,
		});
		expect(readConfig({}).sms).toEqual({ abilities: {}, regions: null, templates: {}, gatherMs: 3000 });
		for (const [name, value] of [
			['SMS_ABILITIES', 'oneway'],
			['SMS_REGIONS', '86=one-way'],
			['SMS_REGIONS', '+86'],
			['SMS_TEMPLATES', 'digest=HX1'],
			['SMS_GATHER_MS', '-1'],
		])
			expect(() => readConfig({ [name as string]: value }), `${name}=${value}`).toThrow(name);
	});
});

describe('replies to mails', () => {
	test('come in somewhere, and only where there is a domain', () => {
		const { replies } = readConfig({ REPLY_DOMAIN: 'Reply.Shop.Example', INBOUND_SMTP_PORT: '25' });
		expect(replies).toEqual({ domain: 'reply.shop.example', smtp: { port: 25, tls: null }, secret: null, authserv: null });
		expect(readConfig({}).replies).toBeNull();
		expect(() => readConfig({ REPLY_DOMAIN: 'reply.shop.example' })).toThrow('INBOUND_SMTP_PORT');
		expect(() => readConfig({ INBOUND_SMTP_PORT: '25', INBOUND_MAIL_SECRET: 'x'.repeat(24) })).toThrow(
			'REPLY_DOMAIN: must be set',
		);
		for (const domain of ['localhost', 'a b.example', '-a.example', 'reply@shop.example', '127.0.0.1'])
			expect(() => readConfig({ REPLY_DOMAIN: domain, INBOUND_SMTP_PORT: '25' }), domain).toThrow('REPLY_DOMAIN');
		expect(() => readConfig({ REPLY_DOMAIN: 'reply.shop.example', INBOUND_MAIL_SECRET: 'short' })).toThrow('INBOUND_MAIL_SECRET');
	});

	test('have a certificate with its key, and a trusted server with its addresses', () => {
		const base = { REPLY_DOMAIN: 'reply.shop.example', INBOUND_SMTP_PORT: '25' };
		expect(readConfig({ ...base, INBOUND_SMTP_CERT: 'c', INBOUND_SMTP_KEY: 'k' }).replies?.smtp?.tls).toEqual({
			cert: 'c',
			key: 'k',
		});
		expect(() => readConfig({ ...base, INBOUND_SMTP_CERT: 'c' })).toThrow('set both or none');
		expect(
			readConfig({ ...base, TRUSTED_AUTHSERV_ID: 'mx.shop.example', TRUSTED_AUTHSERV_PEERS: '10.0.0.5, ::1' }).replies?.authserv,
		).toEqual({
			id: 'mx.shop.example',
			peers: ['10.0.0.5', '::1'],
		});
		expect(() => readConfig({ ...base, TRUSTED_AUTHSERV_ID: 'mx.shop.example' })).toThrow('TRUSTED_AUTHSERV_PEERS: must be set');
		expect(() => readConfig({ ...base, TRUSTED_AUTHSERV_ID: 'x', TRUSTED_AUTHSERV_PEERS: 'everybody' })).toThrow(
			'TRUSTED_AUTHSERV_PEERS',
		);
	});
});

describe('second opinions', () => {
	test('need a model and its price, or none of it', () => {
		const set = { OPINION_URL: 'https://models.example/v1', OPINION_MODEL: 'small', OPINION_PRICE: '0.40,1.60' };
		expect(readConfig(set).opinion).toEqual({
			url: 'https://models.example/v1',
			apiKey: 'none',
			model: 'small',
			price: { input: 0.4, output: 1.6 },
			format: 'json_schema',
		});
		expect(readConfig({}).opinion).toBeNull();
		expect(() => readConfig({ OPINION_URL: set.OPINION_URL })).toThrow('OPINION_MODEL, OPINION_PRICE: must be set');
		expect(() => readConfig({ ...set, OPINION_PRICE: 'cheap' })).toThrow('must be dollars for a million tokens');
	});
});
