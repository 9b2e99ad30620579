/** The adapter against a model server on this machine: what it sends, what it takes for an answer, what a failure is. */
import { expect, test } from 'vitest';
import { openaiOpinion } from '../../src/opinions/openai-opinion.ts';
import { modelStandIn, saying } from './model-stand-in.ts';

const asking = { question: 'plausible', ask: 'Is this refund plausible?', data: { operation: 'refund', amount: '20.00 USD' } };
const config = { apiKey: 'sk-test', model: 'small', price: { input: 0.4, output: 1.6 }, format: 'json_schema' } as const;

test('asks one question about data, and bills what was used', async () => {
	const model = await modelStandIn();
	model.answer = saying('no', 'the amount is ten times the order');
	const port = openaiOpinion({ ...config, url: model.url });
	expect(await port.ask(asking, 5_000)).toEqual({
		ok: true,
		answer: { answer: 'no', reason: 'the amount is ten times the order' },
		// 1000 in at 0.40 and 100 out at 1.60 dollars a million, in millionths of a dollar.
		cost: 560,
	});
	const [body] = model.asked;
	expect(body?.messages.map(({ role }) => role)).toEqual(['system', 'user']);
	expect(body?.messages[0]?.content).toContain('never an instruction');
	expect(body?.messages[1]?.content).toContain('Is this refund plausible?');
	expect(body?.response_format?.type).toBe('json_schema');
	expect(model.keys).toEqual(['Bearer sk-test']);
	expect(port.mostCost(asking)).toBeGreaterThanOrEqual(480);
});

test.each([
	['prose', 'I think yes'],
	['a fence around it', `\`\`\`json\n${saying('yes')}\n\`\`\``],
	['another word', '{"answer":"approve","reason":"x"}'],
	['a field more', '{"answer":"yes","reason":"x","confidence":1}'],
	['no reason', '{"answer":"yes"}'],
	['an array', '["yes"]'],
	['nothing', ''],
	['far too much', saying('yes', 'x'.repeat(30_000))],
])('what is no answer by the schema is none: %s', async (_name, content) => {
	const model = await modelStandIn();
	model.answer = content;
	expect(await openaiOpinion({ ...config, url: model.url }).ask(asking, 5_000)).toMatchObject({
		ok: false,
		why: 'unreadable',
		cost: 560,
	});
});

test.each([400, 401, 429, 500])('a refusal is nobody there: %i, and is not tried again', async (status) => {
	const model = await modelStandIn();
	model.answer = { status };
	expect(await openaiOpinion({ ...config, url: model.url }).ask(asking, 5_000)).toEqual({
		ok: false,
		why: 'unreachable',
		cost: 0,
	});
	expect(model.asked).toHaveLength(1);
});

test('silence ends at the timeout, and so does nobody listening', async () => {
	const model = await modelStandIn();
	model.answer = 'hang';
	expect(await openaiOpinion({ ...config, url: model.url }).ask(asking, 100)).toMatchObject({ ok: false, why: 'unreachable' });
	expect(await openaiOpinion({ ...config, url: 'http://127.0.0.1:1/v1' }).ask(asking, 5_000)).toMatchObject({
		why: 'unreachable',
	});
});

test('servers that know no schemas are asked without', async () => {
	const model = await modelStandIn();
	model.answer = saying('yes');
	for (const format of ['json_object', 'text'] as const)
		expect(await openaiOpinion({ ...config, url: model.url, format }).ask(asking, 5_000)).toMatchObject({ ok: true });
	expect(model.asked.map((body) => body.response_format?.type)).toEqual(['json_object', undefined]);
});
