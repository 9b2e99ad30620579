/** Sign-in by an OpenID Connect provider: code flow with PKCE, state and nonce, all of it by openid-client. */
import * as client from 'openid-client';
import type { Handshake } from '../../store/sessions.ts';

export interface OidcSettings {
	readonly issuer: string;
	readonly clientId: string;
	readonly clientSecret: string;
	/** Take the address of an issuer that never says `email_verified`. */
	readonly trustEmail: boolean;
}

export interface Oidc {
	/** Where the browser goes, and what its way back is held against. */
	begin(): Promise<{ readonly url: string; readonly handshake: Handshake }>;
	/** The verified address of who came back. Throws where anything about the way back is wrong. */
	finish(search: string, handshake: Handshake): Promise<string>;
}

/** A provider. It is asked for its configuration at the first sign-in, so that its outage does not keep us from starting. */
export function oidcAt(settings: OidcSettings, callbackUrl: string): Oidc {
	let discovered: Promise<client.Configuration> | null = null;
	const configuration = (): Promise<client.Configuration> => {
		if (discovered === null) {
			const issuer = new URL(settings.issuer);
			discovered = client.discovery(issuer, settings.clientId, settings.clientSecret, undefined, {
				timeout: 10,
				...(issuer.protocol === 'http:' && { execute: [client.allowInsecureRequests] }),
			});
			discovered.catch(() => {
				discovered = null;
			});
		}
		return discovered;
	};
	return {
		async begin() {
			const handshake: Handshake = {
				state: client.randomState(),
				nonce: client.randomNonce(),
				verifier: client.randomPKCECodeVerifier(),
			};
			const url = client.buildAuthorizationUrl(await configuration(), {
				redirect_uri: callbackUrl,
				scope: 'openid email',
				code_challenge: await client.calculatePKCECodeChallenge(handshake.verifier),
				code_challenge_method: 'S256',
				state: handshake.state,
				nonce: handshake.nonce,
			});
			return { url: url.href, handshake };
		},
		async finish(search, { state, nonce, verifier }) {
			const tokens = await client.authorizationCodeGrant(await configuration(), new URL(callbackUrl + search), {
				pkceCodeVerifier: verifier,
				expectedState: state,
				expectedNonce: nonce,
				idTokenExpected: true,
			});
			const claims = tokens.claims();
			const email = claims?.email;
			if (typeof email !== 'string') throw new Error('the identity provider sent no email address');
			// Where anybody can enter any address at the provider, an unverified one would be a way to become somebody else.
			if (claims?.email_verified !== true && !(settings.trustEmail && claims?.email_verified === undefined))
				throw new Error('the identity provider has not verified the email address');
			return email;
		},
	};
}
