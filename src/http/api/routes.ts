/** The HTTP API under /v1, and the two addresses that orchestrators probe. */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { type RequestIdVariables, requestId } from 'hono/request-id';
import { faultOf, within } from '../../domain/store-fault.ts';
import { type ApiKey, authenticate } from '../auth.ts';
import { problemResponse } from '../problem.ts';
import { claimAction, completeAction, withdrawAction } from './acting.ts';
import type { ApiDeps } from './deps.ts';
import { submitAction } from './intake.ts';
import { listActions, readAction, readHistory } from './reading.ts';

type Env = { Variables: RequestIdVariables & { key: ApiKey } };
type Handler = (c: Context, key: ApiKey, deps: ApiDeps) => Promise<Response>;

/** Every address with its methods: the routes and the 405 answers both come from here. */
const addresses: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
	'/v1/actions': { GET: listActions, POST: submitAction },
	'/v1/actions/:id': { GET: readAction },
	'/v1/actions/:id/history': { GET: readHistory },
	'/v1/actions/:id/withdraw': { POST: withdrawAction },
	'/v1/actions/:id/claim': { POST: claimAction },
	'/v1/actions/:id/complete': { POST: completeAction },
};

/** The API, to be mounted at the root. */
export function apiRoutes(deps: ApiDeps): Hono<Env> {
	const app = new Hono<Env>();
	app.use('/v1/*', requestId({ limitLength: 128 }), plainAnswers);
	app.get('/healthz', (c) => c.json({ status: 'ok' }));
	app.get('/readyz', () => readiness(deps));
	app.use('/v1/*', async (c, next) => {
		const key = authenticate(c.req.header('authorization'), deps.apiKeys);
		if (key === null) {
			const problem = {
				code: 'unauthenticated',
				message: 'send the header `Authorization: Bearer cs_…` with a valid API key',
			} as const;
			return problemResponse(problem, { headers: { 'www-authenticate': 'Bearer realm="countersign"' } });
		}
		c.set('key', key);
		return next();
	});
	for (const [path, methods] of Object.entries(addresses)) {
		for (const [method, handler] of Object.entries(methods)) app.on(method, path, (c) => handler(c, c.get('key'), deps));
		const allow = Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
		app.all(path, () =>
			problemResponse(
				{ code: 'method_not_allowed', message: `use ${allow.join(' or ')}` },
				{ headers: { allow: allow.join(', ') } },
			),
		);
	}
	app.all('/v1/*', () => problemResponse({ code: 'not_found', message: 'there is nothing at this address' }));
	app.onError((error, c) => {
		const fault = faultOf(error);
		const where = { err: error, requestId: c.get('requestId'), method: c.req.method, path: c.req.path };
		if (fault.code === 'internal') deps.engine.log.error(where, 'request failed');
		else deps.engine.log.warn(where, fault.code);
		return problemResponse({ code: fault.code, message: fault.message });
	});
	return app;
}

/** Answers are data about one caller: no cache keeps them, no browser guesses at them. */
const plainAnswers: MiddlewareHandler = async (c, next) => {
	await next();
	c.header('x-request-id', c.get('requestId'));
	c.header('cache-control', 'no-store');
	c.header('x-content-type-options', 'nosniff');
};

/** Amiss is not unready: a replica that serves people well must not be taken away from them. */
async function readiness({ engine, unready, alerts }: ApiDeps): Promise<Response> {
	const reason = unready?.() ?? null;
	if (reason !== null) return Response.json({ status: 'unready', reason }, { status: 503 });
	try {
		await within(1000, engine.store.now());
		return Response.json({ status: 'ready', alerts: alerts?.() ?? [] });
	} catch {
		return Response.json({ status: 'unready', reason: 'the store does not answer' }, { status: 503 });
	}
}
