import { describe, expect, test } from 'vitest';
import { bareRequest, type OpenRequest } from '../../src/reviews/open-requests.ts';
import { sampleAction, sampleVerdict } from '../channels/sample-action.ts';

const minute = 60_000;
const now = 1_000 * minute;
const request = (code: string, riskClass = 'low_risk_write'): OpenRequest => ({
	code,
	at: now - minute,
	coded: { actionId: 'act_1', revision: 1, payloadDigest: 'x', reviewer: 'ana', tier: 0 },
	action: sampleAction({}, { verdict: { ...sampleVerdict, riskClass } }),
});
const last = (codes: string[], at = now - minute) => ({ codes, at });
const only = request('7K4M');

describe('a letter without a code means', () => {
	test('the only open request, where it was also the last one sent', () => {
		expect(bareRequest([only], last(['7K4M']), now)).toBe(only);
		expect(bareRequest([request('7K4M', 'read_only')], last(['7K4M']), now)?.code).toBe('7K4M');
	});

	test.each([
		['none is open', [], last(['7K4M']), now],
		['two are open', [only, request('9Q2P')], last(['7K4M']), now],
		['the last message was about another one', [only], last(['9Q2P']), now],
		['the last message named several', [only], last(['7K4M', '9Q2P']), now],
		['the last message could not be answered', [only], last([]), now],
		['nobody knows what was sent last', [only], null, now],
		['half an hour has passed', [only], last(['7K4M'], now - 30 * minute), now],
		['it moves money', [request('7K4M', 'financial')], last(['7K4M']), now],
		['it is hard to undo', [request('7K4M', 'high_risk_write')], last(['7K4M']), now],
		['its risk is the company’s own word', [request('7K4M', 'harmless')], last(['7K4M']), now],
	])('nothing where %s', (...[, open, text, at]) => {
		expect(bareRequest(open as OpenRequest[], text as ReturnType<typeof last> | null, at as number)).toBeNull();
	});

	test('it until the last moment of the half hour', () => {
		expect(bareRequest([only], last(['7K4M'], now - 30 * minute + 1), now)).toBe(only);
	});
});
