import { expect, test } from 'vitest';
import { slackPreview } from '../../src/dev/slack-preview.ts';
import { now, sampleAction } from '../channels/sample-action.ts';

test.each([
	['in_review', 'en', /\[Approve\?\] Refund USD 2,400\.00/],
	['in_review', 'zh-CN', /退款 USD 2,400\.00/],
	['escalated', 'en', /\[Your case\] Refund/],
	['rejected', 'en', /rejected/],
] as const)('%s in %s', (state, language, wanted) => {
	const message = slackPreview(sampleAction({}, { state }), language, now);
	expect(message?.text).toMatch(wanted);
	expect(message?.blocks.length).toBeGreaterThan(1);
});
