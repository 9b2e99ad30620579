/** The sentences of the inbox by language. They stand apart from the cards' catalogue, whose sentences every channel needs. */
import type { Language } from '../domain/verdict.ts';
import { inboxEn } from './catalogue-inbox-en.ts';
import { inboxZh } from './catalogue-inbox-zh.ts';

type Sentences<T> = {
	readonly [K in keyof T]: T[K] extends string
		? string
		: T[K] extends (...values: infer Values) => string
			? (...values: Values) => string
			: Sentences<T[K]>;
};

/** Sentences by key. Values that come from outside must have gone through `untrusted.ts`. */
export type InboxText = Sentences<typeof inboxEn>;

export const inboxTexts: Readonly<Record<Language, InboxText>> = { en: inboxEn, 'zh-CN': inboxZh };

/** The sentences of the inbox in a language. */
export const inboxText = (language: Language): InboxText => inboxTexts[language];
