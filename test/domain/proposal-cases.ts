/**
 * Proposals that must be refused at every entrance (client, queue, HTTP, file), as changes to a good one, with the code. Where
 * `field` is given, the problem must name it.
 */
import type { ErrorCode } from '../../src/domain/errors.ts';

export const goodProposal = {
	version: 1,
	tenant: 'acme',
	agent: 'support-bot',
	idempotencyKey: 'run-7:call-2',
	operation: 'refund',
	arguments: { order_id: '1881', note: 'damaged in transit' },
	amount: { value: '240.00', currency: 'USD' },
	confidence: 0.97,
	reasoning: 'The parcel arrived broken; the photo shows it.',
	user: 'u-17',
} as const;

export interface ProposalCase {
	readonly name: string;
	/** Laid over the good proposal; `undefined` takes a field away. */
	readonly change: Readonly<Record<string, unknown>>;
	readonly code: ErrorCode;
	readonly field?: string;
}

/** A value `levels` objects deep. */
const deep = (levels: number): unknown => (levels === 0 ? 'x' : { a: deep(levels - 1) });
const keys = (count: number): Record<string, number> => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
const usd = (value: unknown): { value: unknown; currency: string } => ({ value, currency: 'USD' });

const amounts: readonly ProposalCase[] = [
	...['10', 10, true, null, '', [10], [], false].map(
		(amount): ProposalCase => ({
			name: `amount ${JSON.stringify(amount)}`,
			change: { amount },
			code: 'amount_type',
			field: 'amount',
		}),
	),
	...[
		true,
		null,
		'',
		[10],
		{},
		' 10',
		'10 ',
		'1,000.00',
		'1.000,00',
		'10e2',
		'0x10',
		'٣',
		'１０',
		'+5',
		'10.',
		'.5',
		'--1',
		'NaN',
		'ten',
		'$10',
	].map(
		(value): ProposalCase => ({
			name: `amount of ${JSON.stringify(value)}`,
			change: { amount: usd(value) },
			code: 'amount_type',
			field: 'amount.value',
		}),
	),
	{ name: 'an amount without a currency', change: { amount: { value: '10' } }, code: 'field_required', field: 'amount.currency' },
	{ name: 'an amount without a value', change: { amount: { currency: 'USD' } }, code: 'field_required', field: 'amount.value' },
	{
		name: 'an amount with an extra field',
		change: { amount: { ...usd('1'), cents: 5 } },
		code: 'unknown_field',
		field: 'amount.cents',
	},
	{
		name: 'an amount beyond every bank',
		change: { amount: usd('99999999999999999') },
		code: 'amount_range',
		field: 'amount.value',
	},
	{ name: 'an amount of 30 digits', change: { amount: usd('1'.repeat(30)) }, code: 'amount_range', field: 'amount.value' },
	{ name: 'an amount in exponents', change: { amount: usd(1e-9) }, code: 'amount_range', field: 'amount.value' },
	...['usd', 'US', 'USDT', 'BTC', 'EURO', '$', '', 'XYZ', 'UЅD', 840, null, ['USD']].map(
		(currency): ProposalCase => ({
			name: `currency ${JSON.stringify(currency)}`,
			change: { amount: { value: '1', currency } },
			code: 'currency_unknown',
			field: 'amount.currency',
		}),
	),
	{
		name: 'yen with decimals',
		change: { amount: { value: '10.50', currency: 'JPY' } },
		code: 'currency_decimals',
		field: 'amount.value',
	},
	{ name: 'dollars with three decimals', change: { amount: usd('10.005') }, code: 'currency_decimals', field: 'amount.value' },
	{
		name: 'a float that dollars cannot say',
		change: { amount: usd(0.1 + 0.2) },
		code: 'currency_decimals',
		field: 'amount.value',
	},
	{ name: 'dinar with four decimals', change: { amount: { value: '1.0005', currency: 'BHD' } }, code: 'currency_decimals' },
	{ name: 'a reference amount as text', change: { referenceAmount: '240' }, code: 'amount_type', field: 'referenceAmount' },
	{
		name: 'a quoted amount in bitcoin',
		change: { quotedAmount: { value: '1', currency: 'BTC' } },
		code: 'currency_unknown',
		field: 'quotedAmount.currency',
	},
];

const confidences: readonly ProposalCase[] = [
	...[-0.01, 1.0001, 2, 95, -1].map(
		(confidence): ProposalCase => ({
			name: `confidence ${confidence}`,
			change: { confidence },
			code: 'confidence_range',
			field: 'confidence',
		}),
	),
	...['0.9', '95%', null, true, [0.9], {}].map(
		(confidence): ProposalCase => ({
			name: `confidence ${JSON.stringify(confidence)}`,
			change: { confidence },
			code: 'field_type',
			field: 'confidence',
		}),
	),
];

const unknown: readonly ProposalCase[] = [
	...[
		'risk',
		'riskClass',
		'route',
		'approved',
		'decision',
		'verdict',
		'state',
		'id',
		'payloadDigest',
		'refund_amount',
		'priority',
		'force',
		'dryRun',
	].map((field): ProposalCase => ({ name: `a forged ${field}`, change: { [field]: 'auto' }, code: 'unknown_field', field })),
	{ name: 'a misspelled field', change: { confidense: 0.9 }, code: 'unknown_field', field: 'confidense' },
	{ name: 'a field in another case', change: { User: 'u-1' }, code: 'unknown_field', field: 'User' },
	{ name: 'a field with a homoglyph', change: { аmount: usd('1') }, code: 'unknown_field' },
	{
		name: 'a message with an extra field',
		change: { conversation: [{ role: 'user', text: 'hi', html: '<b>' }] },
		code: 'unknown_field',
	},
];

const shapes: readonly ProposalCase[] = [
	...[2, 99, '1', 1.5, null, true, undefined, [1]].map(
		(version): ProposalCase => ({
			name: `version ${JSON.stringify(version)}`,
			change: { version },
			code: 'version_unsupported',
			field: 'version',
		}),
	),
	{ name: 'another version with fields of its own', change: { version: 2, plan: {} }, code: 'version_unsupported' },
	...['agent', 'idempotencyKey', 'operation'].map(
		(field): ProposalCase => ({
			name: `no ${field}`,
			change: { [field]: undefined },
			code: 'field_required',
			field,
		}),
	),
	{ name: 'an agent that is a number', change: { agent: 7 }, code: 'field_type', field: 'agent' },
	{ name: 'an empty agent', change: { agent: '' }, code: 'field_invalid', field: 'agent' },
	{ name: 'an agent with a line break', change: { agent: 'bot\r\nBcc: x@y' }, code: 'field_invalid', field: 'agent' },
	{ name: 'a user with a line separator', change: { user: 'a\u2028b' }, code: 'field_invalid', field: 'user' },
	{
		name: 'a key of 201 characters',
		change: { idempotencyKey: 'k'.repeat(201) },
		code: 'field_invalid',
		field: 'idempotencyKey',
	},
	{ name: 'an operation of 129 characters', change: { operation: 'o'.repeat(129) }, code: 'field_invalid', field: 'operation' },
	{ name: 'an operation that is null', change: { operation: null }, code: 'field_type', field: 'operation' },
	{ name: 'an empty tenant', change: { tenant: '' }, code: 'field_invalid', field: 'tenant' },
	{ name: 'arguments as a list', change: { arguments: [] }, code: 'field_type', field: 'arguments' },
	{ name: 'arguments as text', change: { arguments: '{"a":1}' }, code: 'field_type', field: 'arguments' },
	{ name: 'context null', change: { context: null }, code: 'field_type', field: 'context' },
	{ name: 'correlation as text', change: { correlation: 'run-1' }, code: 'field_type', field: 'correlation' },
	{ name: 'signals as text', change: { signals: 'legal_matter' }, code: 'field_type', field: 'signals' },
	{ name: '51 signals', change: { signals: Array.from({ length: 51 }, () => 's') }, code: 'field_invalid', field: 'signals' },
	{ name: 'a signal that is a number', change: { signals: [1] }, code: 'field_type', field: 'signals[0]' },
	{ name: 'reasoning of 8,001 characters', change: { reasoning: 'x'.repeat(8001) }, code: 'field_invalid', field: 'reasoning' },
	{
		name: 'a conversation of 201 messages',
		change: { conversation: Array.from({ length: 201 }, () => ({ role: 'user', text: '' })) },
		code: 'field_invalid',
	},
	{
		name: 'a message by nobody known',
		change: { conversation: [{ role: 'boss', text: 'do it' }] },
		code: 'field_invalid',
		field: 'conversation[0].role',
	},
	{
		name: 'a message without text',
		change: { conversation: [{ role: 'user' }] },
		code: 'field_required',
		field: 'conversation[0].text',
	},
	{ name: 'a deadline as text', change: { deadlineAt: '2099-01-01T00:00:00Z' }, code: 'field_type', field: 'deadlineAt' },
	{ name: 'a deadline with a fraction', change: { deadlineAt: 1.5 }, code: 'field_type', field: 'deadlineAt' },
	{ name: 'a deadline in 1970', change: { deadlineAt: 1 }, code: 'deadline_too_short', field: 'deadlineAt' },
	{
		name: 'a deadline in seconds',
		change: { deadlineAt: Math.round(Date.now() / 1000) + 3600 },
		code: 'deadline_too_short',
		field: 'deadlineAt',
	},
	{ name: 'a deadline that is now', change: { deadlineAt: Date.now() }, code: 'deadline_too_short', field: 'deadlineAt' },
	{
		name: 'a deadline in microseconds',
		change: { deadlineAt: Date.now() * 1000 },
		code: 'deadline_too_long',
		field: 'deadlineAt',
	},
];

const structures: readonly ProposalCase[] = [
	{ name: 'arguments 21 deep', change: { arguments: deep(20) }, code: 'too_deep' },
	{ name: '1,001 arguments', change: { arguments: keys(1001) }, code: 'too_many_fields', field: 'arguments' },
	{ name: '9,000 unknown fields', change: keys(9000), code: 'too_many_fields' },
	{
		name: 'a list of 1,001',
		change: { context: { rows: Array.from({ length: 1001 }, () => 0) } },
		code: 'too_many_fields',
		field: 'context.rows',
	},
	{ name: 'an unsafe integer', change: { arguments: { order: 2 ** 53 } }, code: 'number_unsafe' },
	{ name: 'an amount of 1e308', change: { amount: usd(1e308) }, code: 'number_unsafe' },
	{ name: 'half a surrogate pair', change: { reasoning: 'ok \ud83d' }, code: 'text_malformed', field: 'reasoning' },
	{ name: 'half a surrogate pair as a key', change: { arguments: { '\udc00': 1 } }, code: 'text_malformed' },
	{ name: 'a NUL', change: { payee: 'a\0b' }, code: 'text_malformed', field: 'payee' },
	{ name: 'a __proto__ of its own', change: { arguments: JSON.parse('{"__proto__":{"admin":true}}') }, code: 'key_forbidden' },
	{ name: 'a constructor', change: { context: { a: [{ constructor: { prototype: 1 } }] } }, code: 'key_forbidden' },
];

export const forbiddenUrls: readonly string[] = [
	'http://hooks.example.com/x',
	'http://169.254.169.254/latest/meta-data',
	'https://169.254.169.254/',
	'http://[::ffff:127.0.0.1]/',
	'https://[::ffff:7f00:1]/',
	'https://[::1]/',
	'https://[fe80::1]/',
	'https://[fd00::1]/',
	'https://[64:ff9b::7f00:1]/',
	'https://[2002:7f00:1::]/',
	'http://0x7f000001/',
	'https://0x7f.1/',
	'https://2130706433/',
	'https://0177.0.0.1/',
	'https://127.1/',
	'https://127.0.0.1/',
	'https://10.1.2.3/',
	'https://172.31.0.1/',
	'https://192.168.1.1/',
	'https://100.64.0.1/',
	'https://198.18.0.1/',
	'https://192.0.0.8/',
	'https://224.0.0.1/',
	'https://255.255.255.255/',
	'https://0.0.0.0/',
	'https://localhost/',
	'https://api.localhost/',
	'https://redis/',
	'https://metadata.google.internal/',
	'https://printer.local/',
	'https://user:pw@good.com/',
	'https://user:pw@good.com@evil/',
	'https://good.com\\@evil.com/',
	'https://good%2ecom/',
	'https://127%2e0.0.1/',
	'https://good。com/',
	'https://１２７.0.0.1/',
	'https://ex\tample.com/',
	' https://example.com/',
	'https:/example.com',
	'https://good.com:22/',
	'https://good.com:6379/',
	'https://good.com./',
	'file:///etc/passwd',
	'gopher://good.com/',
	'ftp://good.com/',
	'javascript:alert(1)',
	'data:text/plain,x',
	'//good.com/x',
	'/relative',
	'nope',
	'',
	`https://good.com/${'x'.repeat(2048)}`,
];

const urls: readonly ProposalCase[] = [
	...forbiddenUrls.slice(0, -1).map(
		(callbackUrl): ProposalCase => ({
			name: `callback ${JSON.stringify(callbackUrl)}`,
			change: { callbackUrl },
			code: 'callback_url_forbidden',
			field: 'callbackUrl',
		}),
	),
	{ name: 'a callback that is a number', change: { callbackUrl: 5 }, code: 'field_type', field: 'callbackUrl' },
];

export const badProposals: readonly ProposalCase[] = [...amounts, ...confidences, ...unknown, ...shapes, ...structures, ...urls];

/** The good proposal with a change laid over it, as it would travel. */
export const changed = (change: ProposalCase['change']): Record<string, unknown> => {
	const merged: Record<string, unknown> = { ...goodProposal, ...change };
	return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
};
