/** A small OpenID Connect provider on loopback: real HTTP, real signatures, and claims that a test chooses. */
import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { OidcSettings } from '../../src/http/session/oidc.ts';

export interface Provider {
	readonly settings: OidcSettings;
	/** What the next person who signs in is said to be. */
	answer(claims: Record<string, unknown>): void;
	close(): Promise<void>;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function startProvider(): Promise<Provider> {
	const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const codes = new Map<string, { nonce: string; challenge: string; redirect: string }>();
	let claims: Record<string, unknown> = {};
	let issuer = '';
	const app = new Hono();
	app.get('/.well-known/openid-configuration', (c) =>
		c.json({
			issuer,
			authorization_endpoint: `${issuer}/authorize`,
			token_endpoint: `${issuer}/token`,
			jwks_uri: `${issuer}/keys`,
			response_types_supported: ['code'],
			subject_types_supported: ['public'],
			id_token_signing_alg_values_supported: ['RS256'],
		}),
	);
	app.get('/keys', (c) => c.json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] }));
	app.get('/authorize', (c) => {
		const { nonce = '', code_challenge: challenge = '', redirect_uri: redirect = '', state = '' } = c.req.query();
		const code = randomUUID();
		codes.set(code, { nonce, challenge, redirect });
		return c.redirect(`${redirect}?code=${code}&state=${encodeURIComponent(state)}`, 303);
	});
	app.post('/token', async (c) => {
		const form = await c.req.parseBody();
		const begun = codes.get(String(form.code));
		codes.delete(String(form.code));
		const proved = createHash('sha256').update(String(form.code_verifier)).digest('base64url');
		const known = form.client_secret === 'a-secret' || c.req.header('authorization') !== undefined;
		if (begun === undefined || begun.challenge !== proved || begun.redirect !== form.redirect_uri || !known)
			return c.json({ error: 'invalid_grant' }, 400);
		const now = Math.floor(Date.now() / 1000);
		const body = { iss: issuer, sub: 'someone', aud: 'countersign', iat: now, exp: now + 300, nonce: begun.nonce, ...claims };
		const signed = `${encode({ alg: 'RS256', kid: 'one' })}.${encode(body)}`;
		const signature = createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url');
		return c.json({ access_token: 'unused', token_type: 'bearer', id_token: `${signed}.${signature}` });
	});
	const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
	await new Promise((resolve) => server.once('listening', resolve));
	const address = server.address();
	issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
	return {
		settings: { issuer, clientId: 'countersign', clientSecret: 'a-secret', trustEmail: false },
		answer(next) {
			claims = next;
		},
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
}
