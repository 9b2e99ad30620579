/** Requests that the API must refuse (or survive), each with the answer's status and code. Paths with `:id` get a real id. */
import type { ErrorCode } from '../../src/domain/errors.ts';
import { goodProposal } from '../domain/proposal-cases.ts';

export interface RequestCase {
	readonly name: string;
	readonly method?: string;
	readonly path?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: unknown;
	readonly status: number;
	readonly code?: ErrorCode;
	readonly field?: string;
}

const { tenant: _tenant, agent: _agent, idempotencyKey: _key, ...body } = goodProposal;
const key = { 'idempotency-key': 'k-1' };
const json = JSON.stringify(body);
const typed = (type: string): Record<string, string> => ({ ...key, 'content-type': type });

const mediaTypes: readonly RequestCase[] = [
	...[
		'text/plain',
		'application/x-www-form-urlencoded',
		'multipart/form-data; boundary=x',
		'application/json;',
		'application/json, text/plain',
		'text/plain, application/json',
		'application/jsonx',
		'application/json5',
		'application/problem+json',
		'application/json\tx',
		'application/json; charset=utf-16',
		'application/json; charset=utf-8; a=b',
		'application/json application/json',
		'json',
		'',
	].map(
		(type): RequestCase => ({
			name: `content type ${JSON.stringify(type)}`,
			headers: typed(type),
			body: json,
			status: 415,
			code: 'media_type_unsupported',
		}),
	),
	{
		name: 'a compressed body',
		headers: { ...key, 'content-encoding': 'gzip' },
		body: json,
		status: 415,
		code: 'media_type_unsupported',
	},
];

const bodies: readonly RequestCase[] = [
	{ name: 'no body', headers: typed('application/json'), status: 400, code: 'body_required' },
	{ name: 'an empty body', headers: key, body: '', status: 400, code: 'body_required' },
	...['null', '[]', '"x"', '42', 'true', '[{}]'].map(
		(text): RequestCase => ({ name: `the body ${text}`, headers: key, body: text, status: 400, code: 'object_required' }),
	),
	{ name: 'an empty object', headers: key, body: '{}', status: 400, code: 'version_unsupported' },
	{ name: 'a form', headers: typed('application/json'), body: 'operation=refund&amount=5', status: 400, code: 'body_unreadable' },
	{
		name: 'one byte too many',
		headers: key,
		body: `{"reasoning":"${'x'.repeat(256 * 1024)}"}`,
		status: 413,
		code: 'payload_too_large',
	},
	{
		name: 'an attachment of 5 MB',
		headers: key,
		body: { ...body, context: { file: `data:;base64,${'A'.repeat(5e6)}` } },
		status: 413,
		code: 'payload_too_large',
	},
	{
		name: 'a length that lies upwards',
		headers: { ...key, 'content-length': '999999999' },
		body: json,
		status: 413,
		code: 'payload_too_large',
	},
	{
		name: '100,000 keys',
		headers: key,
		body: `{${Array.from({ length: 20_000 }, (_, i) => `"${i}":1`).join(',')}}`,
		status: 400,
		code: 'too_many_fields',
	},
];

const identity: readonly RequestCase[] = [
	{ name: 'no idempotency key', body, status: 400, code: 'idempotency_key_required' },
	{ name: 'an empty idempotency key', headers: { 'idempotency-key': '""' }, body, status: 400, code: 'parameter_invalid' },
	{
		name: 'two idempotency keys',
		headers: key,
		body: { ...body, idempotencyKey: 'k-2' },
		status: 400,
		code: 'parameter_invalid',
		field: 'idempotencyKey',
	},
	{
		name: 'an idempotency key that is a number',
		body: { ...body, idempotencyKey: 5 },
		status: 422,
		code: 'field_type',
		field: 'idempotencyKey',
	},
	{
		name: 'an idempotency key of 201 characters',
		headers: { 'idempotency-key': 'k'.repeat(201) },
		body,
		status: 422,
		code: 'field_invalid',
		field: 'idempotencyKey',
	},
	{
		name: 'another tenant',
		headers: key,
		body: { ...body, tenant: 'rival' },
		status: 403,
		code: 'operation_not_allowed',
		field: 'tenant',
	},
	{
		name: 'a tenant that is null',
		headers: key,
		body: { ...body, tenant: null },
		status: 403,
		code: 'operation_not_allowed',
		field: 'tenant',
	},
	{
		name: 'another agent',
		headers: key,
		body: { ...body, agent: 'boss-bot' },
		status: 403,
		code: 'operation_not_allowed',
		field: 'agent',
	},
	...[
		'',
		'Bearer',
		'Bearer x',
		'Basic Y3M6eA==',
		'Bearer cs_abcd_',
		`Bearer cs_abcd_${'x'.repeat(43)}`,
		`bearer cs_abcd_${'x'.repeat(43)}`,
		`Bearer cs__${'x'.repeat(43)}`,
		`Bearer ${'x'.repeat(9000)}`,
		'Bearer cs_abcd_../../x',
		'undefined',
	].map(
		(authorization): RequestCase => ({
			name: `authorization ${JSON.stringify(authorization.slice(0, 40))}`,
			headers: { ...key, authorization },
			body,
			status: 401,
			code: 'unauthenticated',
		}),
	),
];

const addresses: readonly RequestCase[] = [
	{ name: 'nothing there', method: 'GET', path: '/v1/orders', status: 404, code: 'not_found' },
	{ name: 'a slash too many', method: 'GET', path: '/v1/actions/', status: 404, code: 'not_found' },
	...['GET', 'POST'].flatMap((method): RequestCase[] => [
		{ name: `${method} decide: no such thing`, method, path: '/v1/actions/:id/decide', status: 404, code: 'not_found' },
		{ name: `${method} approve: no such thing`, method, path: '/v1/actions/:id/approve', status: 404, code: 'not_found' },
	]),
	...['PUT', 'PATCH', 'DELETE', 'OPTIONS'].flatMap((method): RequestCase[] => [
		{ name: `${method} on the list`, method, path: '/v1/actions', status: 405, code: 'method_not_allowed' },
		{ name: `${method} on an action`, method, path: '/v1/actions/:id', status: 405, code: 'method_not_allowed' },
	]),
	{ name: 'POST on an action', method: 'POST', path: '/v1/actions/:id', body: {}, status: 405, code: 'method_not_allowed' },
	{ name: 'GET on withdraw', method: 'GET', path: '/v1/actions/:id/withdraw', status: 405, code: 'method_not_allowed' },
	{
		name: 'GET that wants to be POST',
		method: 'GET',
		path: '/v1/actions/:id/withdraw',
		headers: { 'x-http-method-override': 'POST' },
		status: 405,
		code: 'method_not_allowed',
	},
	...[
		'act_0000000000000000000000000',
		'act_x',
		'x',
		'%00',
		'..%2f..%2fetc',
		'act_%F0%9F%98%80',
		'a'.repeat(9000),
		'{countersign}:store:action:x',
	].map(
		(id): RequestCase => ({
			name: `the id ${id.slice(0, 40)}`,
			method: 'GET',
			path: `/v1/actions/${id}`,
			status: 404,
			code: 'not_found',
		}),
	),
];

const parameters: readonly RequestCase[] = [
	...[
		'state=open',
		'state=',
		'state=received&state=approved',
		'limit=0',
		'limit=-1',
		'limit=201',
		'limit=1e2',
		'limit=ten',
		'limit=1.5',
		'cursor=x',
		'cursor=1-act_x',
		'cursor=',
		'sort=asc',
		'State=received',
		'tenant=rival',
		'__proto__=x',
	].map(
		(query): RequestCase => ({
			name: `the query ${query}`,
			method: 'GET',
			path: `/v1/actions?${query}`,
			status: 400,
			code: 'parameter_invalid',
		}),
	),
	...['wait=x', 'wait=-1', 'wait', 'wait=1.5', 'wait=', 'respond-async, wait=soon'].map(
		(prefer): RequestCase => ({
			name: `prefer ${prefer}`,
			method: 'GET',
			path: '/v1/actions/:id',
			headers: { prefer },
			status: 400,
			code: 'parameter_invalid',
			field: 'Prefer',
		}),
	),
];

const acting: readonly RequestCase[] = [
	{
		name: 'a withdrawal with a body',
		method: 'POST',
		path: '/v1/actions/:id/withdraw',
		body: { reason: 'x' },
		status: 422,
		code: 'unknown_field',
	},
	{ name: 'a claim of what nobody approved', method: 'POST', path: '/v1/actions/:id/claim', status: 409, code: 'not_claimable' },
	{
		name: 'a report without a token',
		method: 'POST',
		path: '/v1/actions/:id/complete',
		body: { result: { status: 'done' } },
		status: 422,
		code: 'field_required',
		field: 'token',
	},
	{
		name: 'a report with a made-up token',
		method: 'POST',
		path: '/v1/actions/:id/complete',
		body: { token: 'x', result: { status: 'done' } },
		status: 422,
		code: 'field_invalid',
		field: 'token',
	},
	{
		name: 'a report of an unknown kind',
		method: 'POST',
		path: '/v1/actions/:id/complete',
		body: { token: `exe_${'0'.repeat(25)}`, result: { status: 'approved' } },
		status: 422,
		code: 'field_type',
	},
	{
		name: 'a report with a forged state',
		method: 'POST',
		path: '/v1/actions/:id/complete',
		body: { token: `exe_${'0'.repeat(25)}`, result: { status: 'done' }, state: 'executed' },
		status: 422,
		code: 'unknown_field',
		field: 'state',
	},
	{
		name: 'a report about what was not claimed',
		method: 'POST',
		path: '/v1/actions/:id/complete',
		body: { token: `exe_${'0'.repeat(25)}`, result: { status: 'done' } },
		status: 409,
		code: 'wrong_state',
	},
];

export const badRequests: readonly RequestCase[] = [
	...mediaTypes,
	...bodies,
	...identity,
	...addresses,
	...parameters,
	...acting,
];
