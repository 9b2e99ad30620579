import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMap, type RowMap } from '../../src/learning/map.ts';
import { readYaml } from '../../src/policy/yaml-source.ts';

/** Reads a map from YAML; a refused one as `line:column message` lines. */
function read(text: string): RowMap | string[] {
	const yaml = readYaml(text);
	if (!yaml.ok) return yaml.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
	const parsed = parseMap(yaml.source);
	return parsed.ok ? parsed.map : parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

function map(text: string): RowMap {
	const parsed = read(text);
	if (Array.isArray(parsed)) throw new Error(parsed.join('\n'));
	return parsed;
}

const least = 'version: 1\nproposal:\n  agent: who\n  operation: tool\n  idempotencyKey: id\n';
const row = {
	who: 'bot',
	tool: 'refund',
	id: 'r-1',
	args: { order: 7 },
	money: { amount: 12.5 },
	right: true,
	when: '2026-03-03T19:20:39+01:00',
	tags: ['a'],
	n: 3,
	after: { outcome: 'x', known: 1 },
};

describe('a map', () => {
	test('takes fields by path, by expression and as constants', () => {
		const reading = map(`${least}  tenant: { constant: acme }
  arguments: args
  amount: { value: money.amount, currency: { constant: USD } }
  referenceAmount: { value: money.none, currency: { constant: USD } }
  confidence: { cel: 'row.n / 4.0' }
  reasoning: nowhere
  user: { key: [who, n] }
  signals: { legal_matter: { cel: '"a" in row.tags' }, upset: nothing.here, calm: { constant: false } }
  context: { order: args.order, missing: nowhere, both: { cel: '[row.n, int(row.n) + 1]' } }
label: right
at: when
`).read(row);
		expect(reading).toMatchObject({ ok: true, label: true, at: Date.parse('2026-03-03T18:20:39Z') });
		expect(reading.ok && reading.input).toEqual({
			version: 1,
			agent: 'bot',
			operation: 'refund',
			idempotencyKey: 'r-1',
			tenant: 'acme',
			arguments: { order: 7 },
			amount: { value: 12.5, currency: 'USD' },
			confidence: 0.75,
			user: 'bot/3',
			signals: ['legal_matter'],
			context: { order: 7, both: [3, 4] },
		});
		expect(reading.ok && reading.proposal.amount).toEqual({ minor: 1250, currency: 'USD' });
	});

	test('a whole context by one source, and a label that nobody knows', () => {
		const reading = map(`${least}  context: { path: args }\nlabel: unknown\n`).read(row);
		expect(reading).toMatchObject({ ok: true, label: null, at: null, input: { context: { order: 7 } } });
	});

	test('keys of several fields never meet, stay short and survive anything', () => {
		const { read: readRow } = map(`${least}  user: { key: [a, b] }\n`);
		const userOf = (a: unknown, b: unknown): string | undefined => {
			const reading = readRow({ ...row, a, b });
			return reading.ok ? reading.proposal.user : undefined;
		};
		expect(userOf('x', 'y')).toBe('x/y');
		expect(userOf('x/y', 'z')).not.toBe(userOf('x', 'y/z'));
		expect(userOf(null, undefined)).toBeUndefined();
		const text = fc.string({ unit: 'grapheme', maxLength: 400 }).filter((each) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(each));
		fc.assert(
			fc.property(text, text, text, (a, b, c) => {
				const user = userOf(a, b);
				expect(user?.length ?? 1).toBeLessThanOrEqual(200);
				if (c !== b) expect(userOf(a, c)).not.toBe(user);
			}),
		);
	});
});

describe('rows that cannot be used', () => {
	const full = map(
		`${least}  arguments: args\n  confidence: n\n  amount: { value: money.amount, currency: { constant: USD } }\nlabel: right\nat: when\n`,
	);
	test.each([
		['no object', 5, 'must be a JSON object'],
		['a list', [row], 'must be a JSON object'],
		['a field that is missing', { ...row, who: undefined, n: 1 }, '`agent` is required'],
		['a confidence in percent', { ...row, n: 95 }, '`confidence` must be a number from 0 to 1, not `95`'],
		['a confidence as text', { ...row, n: '95%' }, '`confidence` must be a number, not `"95%"`'],
		['money with too many decimals', { ...row, n: 1, money: { amount: 1.005 } }, '`amount.value` has more decimals'],
		['arguments as text', { ...row, n: 1, args: '{}' }, '`arguments` must be an object'],
		['a label in words', { ...row, n: 1, right: 'yes' }, '`label` must be true, false or nothing'],
		['an instant in seconds', { ...row, n: 1, when: 1_700_000_000 }, '`at` must be ms since the epoch'],
		[
			'an instant without a zone',
			{ ...row, n: 1, when: '2026-03-03T19:20:39' },
			'`at` must be ms since the epoch or ISO 8601 with a zone',
		],
		['an instant that is none', { ...row, n: 1, when: '2026-13-41T00:00:00Z' }, '`at` must be'],
	])('%s', (_, given, message) => {
		const reading = full.read(given);
		expect(reading.ok ? 'accepted' : reading.message).toContain(message);
	});

	test('an expression that fails says which field', () => {
		const reading = map(`${least}  user: { cel: row.nobody.name }\n`).read(row);
		expect(reading).toEqual({ ok: false, message: '`user`: no such key: nobody' });
		expect(map(`${least}  signals: { x: { cel: row.n } }\n`).read(row)).toEqual({
			ok: false,
			message: '`signals.x` must be true or false',
		});
		expect(map(`${least}  context: { t: { cel: 'duration("1h")' } }\n`).read(row)).toMatchObject({
			ok: false,
			message: expect.stringContaining('JSON cannot say'),
		});
	});

	test('never throws, whatever the row', () => {
		fc.assert(
			fc.property(
				fc.anything({ withNullPrototype: true, withBigInt: true }),
				fc.dictionary(fc.constantFrom(...Object.keys(row)), fc.anything()),
				(any, fields) => {
					for (const given of [any, { ...row, ...fields }]) expect(full.read(given)).toHaveProperty('ok');
				},
			),
		);
	});
});

describe('hindsight', () => {
	const hidden = `knownAfterwards: [right, after.outcome]\n`;
	test('a path into what is known only afterwards is refused', () => {
		expect(read(`${hidden}${least}  reasoning: after.outcome\n`)).toEqual([
			'7:14 `after.outcome` is known only afterwards; a proposal cannot hold it',
		]);
		expect(read(`${hidden}${least}  user: { key: [id, right] }\n`)).toEqual([
			expect.stringContaining('`right` is known only afterwards'),
		]);
	});
	test('an expression does not see it, a whole object comes without it, and the label has it', () => {
		const seen = map(`${hidden}${least}  context: after\n  signals: { told: { cel: has(row.right) } }\nlabel: right\n`).read(row);
		expect(seen).toMatchObject({ ok: true, label: true, input: { context: { known: 1 }, signals: [] } });
		expect(row.after).toEqual({ outcome: 'x', known: 1 });
		expect(map(`${hidden}${least}  confidence: { cel: 'row.right ? 1.0 : 0.0' }\n`).read(row)).toEqual({
			ok: false,
			message: '`confidence`: no such key: right',
		});
	});
});

describe('maps that do not validate', () => {
	test.each([
		['nothing', '', '1:1 the file is empty'],
		['a list', '- a\n', '1:1 the map must be an object'],
		['another version', least.replace('version: 1', 'version: 2'), '1:10 `version` must be 1'],
		['no operation', least.replace('  operation: tool\n', ''), '2:1 `operation` is required'],
		['a misspelt field', `${least}  confidense: n\n`, '6:3 field `confidense` is unknown; did you mean `confidence`?'],
		['a misspelt section', `${least}lable: right\n`, '6:1 field `lable` is unknown; did you mean `label`?'],
		['a forged verdict', `${least}  route: { constant: auto }\n`, '6:3 field `route` is unknown'],
		['a callback for a recorded action', `${least}  callbackUrl: hook\n`, '6:3 field `callbackUrl` is unknown'],
		['a path with brackets', `${least}  user: "a[0].b"\n`, '6:9 path `a[0].b` must be names joined by dots'],
		['a source of two kinds', `${least}  user: { path: a, cel: row.a }\n`, '6:3 must be a path'],
		['a source that is a number', `${least}  user: 7\n`, '6:9 must be a path'],
		['a source that is a list', `${least}  user: [a, b]\n`, '6:3 must be a path'],
		['an empty key', `${least}  user: { key: [] }\n`, '6:11 must be a list of paths'],
		['an expression that cannot be read', `${least}  user: { cel: 'row.a +' }\n`, '6:16 expression cannot be read: '],
		[
			'an expression about something else',
			`${least}  user: { cel: action.user }\n`,
			'6:16 expression cannot work: unknown variable: action',
		],
		['money without a currency', `${least}  amount: money.amount\n`, '6:11 `proposal.amount` must be'],
		['a doubled key', `${least}  agent: again\n`, '6:3 '],
		['a tag', `${least}  user: !!js/function x\n`, '6:9 '],
		['signals as a list', `${least}  signals: [a]\n`, '6:3 `proposal.signals` must be an object'],
	])('%s', (_, text, message) => {
		const problems = read(text);
		expect(Array.isArray(problems) ? problems[0] : 'accepted').toContain(message);
	});

	test('all problems at once', () => {
		expect(read('version: 1\nproposal:\n  agent: "a b"\n  user: { cel: "1 +" }\n')).toHaveLength(4);
	});
});

test('the map that is shipped hides every label', () => {
	const yaml = readYaml(readFileSync(new URL('../../examples/recorded-actions.map.yaml', import.meta.url)));
	const parsed = yaml.ok ? parseMap(yaml.source) : null;
	if (!parsed?.ok) throw new Error(JSON.stringify(parsed));
	const recorded = {
		id: 'w-1',
		source: 's',
		sourceKey: 'k',
		domain: 'airline',
		taskId: 'airline:1',
		trial: 0,
		step: 4,
		userId: 'u',
		agent: 'a',
		action: 'cancel_reservation',
		args: { reservation_id: 'X' },
		amount: 240,
		amountSigned: -240,
		referenceAmount: 240,
		entityId: 'X',
		facts: { cabin: 'economy' },
		confidence: 0.5,
		confidenceMethod: 'm',
		agree: 1,
		agreeLoose: 1,
		others: 2,
		reasoning: 'because',
		lastUserMessage: 'please',
		signals: {
			customerAskedForHuman: true,
			customerRefusedTransfer: false,
			customerUpset: false,
			customerUrgent: false,
			explicitConfirmation: true,
			priorEnvErrors: 0,
			priorWrites: 0,
			isRepeat: false,
			repeatIndex: 1,
			transferCalledBefore: false,
			transferCalledInTrial: 'LABEL',
		},
		correct: false,
		labelBasis: 'LABEL',
		inGroundTruth: 'LABEL',
		executed: 'LABEL',
		envRejected: 'LABEL',
		envMessage: 'LABEL',
		groundTruthWrites: 'LABEL',
		groundTruthRevisedLater: 'LABEL',
		trialReward: 'LABEL',
		trialDbMatch: 'LABEL',
		trialEnd: 'LABEL',
	};
	const reading = parsed.map.read(recorded);
	if (!reading.ok) throw new Error(reading.message);
	expect(reading.label).toBe(false);
	expect(JSON.stringify(reading.input)).not.toContain('LABEL');
	expect(reading.proposal).toMatchObject({
		user: 'k/airline:1/0',
		conversationId: 'k/airline:1/0',
		signals: ['asks_for_person'],
		amount: { minor: 24000 },
		conversation: [{ role: 'user', text: 'please' }],
	});
	const flipped = parsed.map.read({ ...recorded, correct: true, executed: true, trialReward: 1 });
	expect(flipped.ok && flipped.input).toEqual(reading.input);
	expect(
		parsed.map.read({ ...recorded, lastUserMessage: null, userId: null, amount: null, referenceAmount: null }),
	).toMatchObject({ ok: true, input: { conversation: [] } });
});
