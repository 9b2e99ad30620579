/** A phone with our texts, and a channel of Slack with our blocks, as plain pages: for looking at what they say, not at who shows it. */
import {
	bundleContent,
	type Content,
	caseContent,
	codeContent,
	noteContent,
	reviewContent,
	waitingContent,
} from '../../src/channels/content.ts';
import { html, type Markup } from '../../src/channels/markup.ts';
import { renderText } from '../../src/channels/sms-card.ts';
import { segmentsOf } from '../../src/channels/sms-segments.ts';
import type { Reviewer } from '../../src/domain/review.ts';
import { sampleAction, viewerOf } from '../channels/sample-action.ts';

const frame = (body: unknown): string =>
	`<!doctype html>${html`<html><head><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><style>body{margin:16px auto;max-width:640px;font:16px/1.4 system-ui,"Noto Sans CJK SC",sans-serif;color:light-dark(#111,#eee);background:light-dark(#fff,#111)}.bubble{background:light-dark(#e6e6ea,#26262a);border-radius:18px;padding:10px 14px;margin:0 40px 2px 0;overflow-wrap:anywhere;white-space:pre-wrap}small{opacity:.7;display:block;margin:0 0 14px 6px}.b{border-bottom:1px solid #8884;padding:8px 0;white-space:pre-wrap;overflow-wrap:anywhere}button{font:inherit;margin:2px 6px 2px 0;padding:6px 12px;border-radius:6px;border:1px solid #8888;background:none;color:inherit}.primary{background:#007a5a;color:#fff}.danger{color:#c01343}.f{display:grid;grid-template-columns:1fr 1fr;gap:8px}</style></head><body>${body}</body></html>`}`;

/** Every kind of text that a reader gets. */
export function phoneScreen(reader: Reviewer): string {
	const viewer = viewerOf(reader, { reply: { code: '7K4M', mail: false } });
	const action = sampleAction();
	const contents: Content[] = [
		reviewContent(action, viewer, 0),
		reviewContent(action, viewer, 1),
		caseContent(sampleAction({}, { state: 'escalated' }), viewer),
		noteContent(sampleAction({}, { state: 'failed' }), viewer),
		codeContent(action, viewer, '482913'),
		bundleContent(
			[
				{ action, code: '7K4M' },
				{ action: sampleAction({ amount: { value: '38.50', currency: 'USD' } }), code: '9Q2P' },
			],
			viewer,
		),
		waitingContent(
			[{ action, kind: 'review', url: 'https://x.example/r/1' }],
			viewer,
			'https://x.example/r/0a1B2c3D4e5F6g7H8i9J0k',
		),
	];
	const texts = contents.flatMap((content) => renderText(content) ?? []);
	return frame(texts.map(({ body }) => html`<p class="bubble">${body}</p><small>${segmentsOf(body)}</small>`));
}

/** Blocks, in order, with their words and buttons. */
export const slackScreen = (blocks: readonly unknown[]): string => frame(blocks.map((block) => shown(block as Block)));

interface Block {
	readonly type: string;
	readonly text?: { readonly text: string };
	readonly fields?: readonly { readonly text: string }[];
	readonly elements?: readonly (Block & { readonly style?: string })[];
}

function shown({ type, text, fields = [], elements = [] }: Block): Markup {
	if (type === 'header') return html`<h2>${text?.text}</h2>`;
	if (type === 'divider') return html`<hr>`;
	const inner = elements.map((element) =>
		element.type === 'button'
			? html`<button class="${element.style ?? ''}">${element.text?.text}</button>`
			: html`<span>${element.text?.text ?? (element as { text?: unknown }).text} </span>`,
	);
	return html`<div class="b">${text?.text}${fields.length === 0 ? null : html`<div class="f">${fields.map((field) => html`<div>${field.text}</div>`)}</div>`}${inner}</div>`;
}
