/** Whatever an agent writes, wherever it puts it: every sink shows it and none obeys it (R-W3, R-P1 to R-P8). */
import { describe, expect, it } from 'vitest';
import { openLog } from '../../src/boot.ts';
import { sheetHead, sheetRow } from '../../src/channels/action-sheet.ts';
import { cardOf } from '../../src/channels/card.ts';
import { caseCardOf } from '../../src/channels/case-card.ts';
import { type Content, caseContent, digestContent, noteContent, reviewContent } from '../../src/channels/content.ts';
import { csvLine } from '../../src/channels/csv.ts';
import { renderMail } from '../../src/channels/email-card.ts';
import { renderText, segmentBudget } from '../../src/channels/sms-card.ts';
import { standingOf } from '../../src/channels/standing.ts';
import { show } from '../../src/channels/untrusted.ts';
import { columns, jsonLine } from '../../src/cli/output.ts';
import { detailLines, historyCells, listCells, listHead } from '../../src/cli/view.ts';
import type { Action } from '../../src/domain/action.ts';
import type { Reviewer } from '../../src/domain/review.ts';
import { casePage } from '../../src/http/pages/case-page.ts';
import { receiptPage } from '../../src/http/pages/receipt-page.ts';
import { reviewPage } from '../../src/http/pages/review-page.ts';
import { harmless, infected, injectedTexts } from './injected.ts';
import { ana, sampleAction, sampleLinks, viewerOf, wei } from './sample-action.ts';

const readers: readonly Reviewer[] = [ana, wei];
const noticeUrl = 'https://countersign.shop.example/r/notice';

const contentsOf = (action: Action, reader: Reviewer): Content[] => {
	const viewer = viewerOf(reader);
	return [
		reviewContent(action, viewer, 0),
		reviewContent(action, viewer, 1),
		caseContent(action, viewer),
		noteContent({ ...action, state: 'failed' }, viewer),
		digestContent([{ action, url: noticeUrl }], viewer),
	];
};

/** The cells of one line, as RFC 4180 has them. */
const cellsOf = (line: string): string[] =>
	[...line.replace(/\r\n$/, '').matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
		([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
	);

const form = { action: '/r/x', nonce: 'n', asked: null };

function pagesOf(action: Action, reader: Reviewer): string[] {
	const viewer = viewerOf(reader);
	const card = cardOf(action, viewer);
	const standing = standingOf(action, viewer);
	const decided = standingOf({ ...action, state: 'failed' }, viewer);
	return [
		reviewPage({ card, standing, form }),
		reviewPage({ card, standing: decided, form: null }),
		receiptPage({ card, standing: decided, answer: 'reject', lost: true }),
		casePage({ case: caseCardOf(action, viewer), standing, form, offered: ['own', 'release'] }),
	];
}

const tagsIn = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];
const knownUrls = [...Object.values(sampleLinks), noticeUrl].sort((a, b) => b.length - a.length);
const withoutOurLinks = (text: string): string => knownUrls.reduce((rest, url) => rest.replaceAll(url, ''), text);

/** Hidden and reordering characters that no sink may let through, besides controls. Isolates are ours in text, and must be paired. */
const reordering =
	/[\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2067\ufeff\ue000-\uf8ff\u{e0000}-\u{e007f}]/u;
const isolates = /[\u2068\u2069]/;
const active = (text: string): RegExpExecArray | null => reordering.exec(text) ?? /(?!\n)\p{Cc}/u.exec(text);

/** Every tag, with all its attributes, that a harmless action leads to. */
const knownTags = new Set(
	readers.flatMap((reader) =>
		[
			infected(harmless),
			infected('x'),
			infected('approved by x'),
			infected('раy'),
			infected('\u200b'),
			infected('refund 10.00'),
			sampleAction(),
		].flatMap((action) =>
			[
				...contentsOf(action, reader).map((content) => renderMail(content, { private: false }).html),
				...pagesOf(action, reader),
			].flatMap(tagsIn),
		),
	),
);

describe.each(injectedTexts)('injected text: $id', ({ text, hidden, warns }) => {
	const action = infected(text);

	it('adds no tag, attribute or link to any HTML', () => {
		for (const reader of readers) {
			const documents = [
				...contentsOf(action, reader).map((content) => renderMail(content, { private: false }).html),
				...pagesOf(action, reader),
			];
			for (const html of documents) {
				expect(tagsIn(html).filter((tag) => !knownTags.has(tag))).toEqual([]);
				expect(active(html) ?? isolates.exec(html)).toBeNull();
				expect(html.isWellFormed()).toBe(true);
				expect(Buffer.byteLength(html)).toBeLessThan(100_000);
			}
		}
	});

	it('is inert in plain text and in the terminal', () => {
		for (const reader of readers) {
			for (const content of contentsOf(action, reader)) {
				const { text: body } = renderMail(content, { private: false });
				expect(active(body)).toBeNull();
				expect(withoutOurLinks(body)).not.toMatch(/[a-z]:\/\/|www\.|evil\.example|\b(?:javascript|data|mailto|tel|sms):\S/i);
				for (const line of body.split('\n')) expect(line.split('\u2068').length).toBe(line.split('\u2069').length);
				const answerLines = body.split('\n').filter((line) => /^(?:Approve|批准)\s*[:：]/.test(line));
				expect(answerLines).toHaveLength(content.kind === 'review' ? 1 : 0);
			}
		}
	});

	it('is one cell of a table, and no formula in it', () => {
		const lines = csvLine(sheetRow(action));
		const cells = cellsOf(lines);
		expect(cells).toHaveLength(sheetHead.length);
		for (const cell of cells) {
			expect(active(cell)).toBeNull();
			expect(cell).not.toMatch(/^\s*[=+@|%\uff1d\uff0b\uff0d\uff20]/);
			expect(cell).not.toMatch(/^\s*-(?!\d+(?:\.\d+)?$)/);
		}
		expect(lines.split('\r\n')).toHaveLength(2);
	});

	it('is shown by a terminal, in lines and in JSON, and not obeyed', () => {
		const told = [
			...columns([listHead, listCells(action), historyCells({ at: 0, version: 1, event: 'received', to: 'received', by: text })]),
			...detailLines(action),
		];
		for (const line of told) {
			expect(active(line)).toBeNull();
			expect(line).not.toContain('\n');
		}
		const json = jsonLine(action);
		expect(active(json)).toBeNull();
		expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(action)));
	});

	it('is one line of a log that a terminal shows and does not obey', () => {
		const written: string[] = [];
		const log = openLog({ logLevel: 'info' }, { write: (line) => void written.push(line) });
		log.error({ err: new Error(text), id: action.id, operation: text, [text]: text }, text);
		expect(written).toHaveLength(1);
		const line = written[0]?.slice(0, -1) ?? '';
		expect(active(line)).toBeNull();
		expect(line).not.toContain('\n');
		expect(JSON.parse(line)).toMatchObject({ msg: text.toWellFormed() === text ? text : expect.any(String), id: action.id });
	});

	it('never reaches a subject line or a text message', () => {
		for (const reader of readers) {
			const words = contentsOf(action, reader).map((content) => renderMail(content, { private: false }).subject);
			const texts = contentsOf(action, reader).flatMap((content) => renderText(content) ?? []);
			for (const line of [...words, ...texts.map(({ body }) => withoutOurLinks(body))]) {
				expect(line).not.toMatch(/[\n\r]|evil|<|approved by|\bBcc\b/i);
				expect(active(line)).toBeNull();
				expect(line.length).toBeLessThan(200);
			}
			for (const { segments } of texts) expect(segments).toBeLessThanOrEqual(segmentBudget[reader.language]);
		}
	});

	it('is counted and flagged', () => {
		const proposal = { ...sampleAction().proposal, reasoning: text };
		const card = cardOf({ ...sampleAction(), proposal }, viewerOf());
		if (hidden !== undefined) {
			expect(show(text).hidden).toBe(hidden);
			expect(card.warnings.some(({ code }) => code === 'hidden')).toBe(hidden > 0);
		}
		if (warns !== undefined) {
			const ownWarnings = new Set(card.warnings.map(({ code }) => code).filter((code) => code !== 'over_reference'));
			expect([...ownWarnings].sort()).toEqual([...warns].sort());
		}
	});

	it('cannot push anything out of view, nor take long', () => {
		const start = performance.now();
		const card = cardOf(action, viewerOf());
		expect(performance.now() - start).toBeLessThan(500);
		expect(card.prose?.lines.length ?? 0).toBeLessThanOrEqual(12);
		expect(card.prose?.lines.join('\n').length ?? 0).toBeLessThanOrEqual(500);
		for (const { value } of card.details) expect(value.length).toBeLessThanOrEqual(260);
	});
});
