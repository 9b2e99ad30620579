import { describe, expect, it } from 'vitest';
import { actionLine } from '../../src/dev/lines.ts';
import { devPage, mailPage } from '../../src/dev/page.ts';
import { sampleAgent } from '../../src/dev/sample-agent.ts';
import { infected, injectedTexts } from '../channels/injected.ts';
import { now, sampleAction } from '../channels/sample-action.ts';

const view = { actions: [], mails: [], texts: [], clockOffsetMs: 0, redis: 'redis 7' } as const;
const mail = {
	id: '1',
	at: now,
	recipients: ['a@b.example'],
	sender: 'countersign@shop.example',
	from: 'c@d.example',
	subject: 's',
	messageId: '<m>',
	headers: {},
	text: 't',
	html: '<html><head></head><body>x</body></html>',
	raw: 'r',
};
const tagsIn = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];

describe('the dev page', () => {
	it('lists actions with their route, state and why, mails and texts with working links', () => {
		const html = devPage({
			...view,
			actions: [actionLine(sampleAction(), [])],
			mails: [{ id: '7', at: now, to: 'ana@shop.example', subject: '[Approve?] Refund' }],
			texts: [{ id: 'SM1', at: now, to: '+15551230001', body: 'Approve? https://x.example/r/abc', segments: 1, kind: 'asked' }],
			clockOffsetMs: 900_000,
		});
		for (const piece of [
			'Refund USD 2,400.00',
			'waiting for an answer',
			'above USD 500.00',
			'href="/dev/mails/7"',
			'<a href="https://x.example/r/abc">',
			'1 segment',
			'clock 15 min ahead',
			'redis 7',
		])
			expect(html).toContain(piece);
	});

	it('says what really ran, and who decided', () => {
		const action = sampleAction(
			{},
			{
				state: 'executed',
				decision: { at: now, event: 'approved_by_reviewers', by: 'ana', channel: 'email', payloadDigest: '' },
				outcome: { at: now, state: 'executed' },
			},
		);
		const deeds = [
			{ at: now, what: 'refund', actionId: action.id },
			{ at: now, what: 'refund', actionId: 'act_other' },
		];
		expect(actionLine(action, deeds).outcome).toBe('approved by ana (email) · ran: refund');
	});

	it('says what happens where nobody answers, and which mail to answer; at the end, what ran instead', () => {
		const action = sampleAction();
		const mails = [
			{ id: '6', messageId: '<deliver.act_other.1.review.0.ana.email@shop.example>' },
			{ id: '7', messageId: `<deliver.${action.id}.1.review.0.ana.email@shop.example>` },
		];
		const line = actionLine(action, [], mails);
		expect(line).toMatchObject({ mail: '7', ended: false, waits: { until: action.deadlineAt } });
		const html = devPage({ ...view, actions: [line] });
		expect(html).toContain('<a href="/dev/mails/7">Answer by mail</a>');
		expect(html).toContain('the safe fallback runs instead');
		const late = sampleAction(
			{},
			{
				state: 'expired',
				decision: { at: now, event: 'deadline_passed', by: 'deadline', channel: 'clock', payloadDigest: '' },
				outcome: { at: now, state: 'expired', reason: 'nobody answered in time' },
			},
		);
		expect(actionLine(late, [{ at: now, what: 'send_holding_reply', actionId: late.id }], mails)).toMatchObject({
			mail: null,
			ended: true,
			waits: null,
			outcome: 'nobody answered in time · ran instead: Tell the customer that an answer will follow',
		});
	});

	it('says what to press first where the sample agent speaks, and ticks off what is over', () => {
		const line = actionLine(sampleAction(), []);
		const told = ['2,400.00', '240.00', '129.00'].map((usd, n) => ({
			...line,
			id: `act_${n}`,
			agent: sampleAgent,
			what: `Refund USD ${usd}`,
		}));
		const html = devPage({ ...view, actions: told });
		expect(html).toContain('What to press first');
		expect(html).not.toContain('&#10003;');
		expect(devPage({ ...view, actions: told.map((each) => ({ ...each, ended: true, stateText: 'done' })) })).toContain(
			'&#10003; done',
		);
		expect(devPage({ ...view, actions: [line] })).not.toContain('What to press first');
	});

	it('shows injected text and obeys none', () => {
		const known = new Set(
			tagsIn(devPage({ ...view, actions: [actionLine(infected('harmless'), []), actionLine(sampleAction(), [])] })),
		);
		for (const { id, text } of injectedTexts)
			expect(
				tagsIn(devPage({ ...view, actions: [actionLine(infected(text), [])] })).filter((tag) => !known.has(tag)),
				id,
			).toEqual([]);
	});
});

describe('the page of a mail', () => {
	it('frames the real HTML without scripts, with links that replace the page', () => {
		const html = mailPage(mail);
		expect(html).toContain('sandbox="allow-popups allow-top-navigation-by-user-activation"');
		expect(html).toContain('srcdoc="&lt;html&gt;&lt;head&gt;&lt;base target=&quot;_top&quot;&gt;');
	});

	it('escapes whatever a mail holds', () => {
		const known = new Set(tagsIn(mailPage(mail)));
		const html = mailPage({
			...mail,
			subject: '<script>1</script>',
			text: '<b>',
			raw: '"><img src=x>',
			html: '"></iframe><script>1</script>',
		});
		const own = tagsIn(html).filter((tag) => !known.has(tag));
		expect(own).toHaveLength(1);
		expect(own[0]).toMatch(/^<iframe title="The mail" sandbox="[^"]*" srcdoc="[^"]*">$/);
	});
});
