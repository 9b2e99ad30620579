/** The injected-text corpus, and actions that carry a text wherever an agent can put one. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Action, Proposal } from '../../src/domain/action.ts';
import { sampleAction, sampleVerdict } from './sample-action.ts';

const row = z.strictObject({
	id: z.string(),
	text: z.string(),
	/** The text is repeated so often. */
	times: z.number().int().default(1),
	/** Hidden characters that must be counted, where the row is about them. */
	hidden: z.number().int().optional(),
	/** Codes of the warnings that the text itself must raise, where the row is about them. */
	warns: z.array(z.string()).optional(),
});

export const injectedTexts = z
	.array(row)
	.parse(JSON.parse(readFileSync(new URL('./injected-text.json', import.meta.url), 'utf8')))
	.map((given) => ({ ...given, text: given.text.repeat(given.times) }));

/**
 * An action with the text in every field that somebody outside can write. It is put behind the parser's back: what a later
 * version lets in must not become dangerous here.
 */
export function infected(text: string, changes: Partial<Action> = {}): Action {
	const clean = sampleAction();
	const proposal: Proposal = {
		...clean.proposal,
		agent: text,
		operation: text,
		user: text,
		payee: text,
		reasoning: text,
		arguments: { note: text, [text]: 'value', nested: [{ deep: text }] },
		conversation: [
			{ role: 'user', text },
			{ role: 'tool', text: 'clean' },
		],
	};
	const verdict = {
		...sampleVerdict,
		riskClass: text,
		reasons: [{ rule: 'r', route: 'approval' as const, text: { en: text, 'zh-CN': text } }],
	};
	const decision = {
		at: clean.createdAt,
		event: 'rejected_by_reviewer',
		by: text,
		channel: 'email' as const,
		payloadDigest: '',
		comment: text,
	};
	return { ...clean, proposal, verdict, decision, outcome: { at: clean.createdAt, state: 'failed', reason: text }, ...changes };
}

/** Text that is as long and as many-lined as a card shows, and harmless: its rendering has every tag that any rendering may have. */
export const harmless = `${Array.from({ length: 12 }, (_, index) => `harmless line ${index}`).join('\n')}`;
