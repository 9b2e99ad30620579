/** The one catalogue of sentences. English gives the keys; the compiler and a test hold every other language to them. */
import type { Language } from '../domain/verdict.ts';
import { en } from './catalogue-en.ts';
import { zh } from './catalogue-zh.ts';

/** The same keys with the same values, in another language. */
export type Sentences<T> = {
	readonly [K in keyof T]: T[K] extends string
		? string
		: T[K] extends (...values: infer Values) => string
			? (...values: Values) => string
			: Sentences<T[K]>;
};

/** Sentences by key; functions take the values to put in. Values that come from outside must have gone through `untrusted.ts`. */
export type Catalogue = Sentences<typeof en>;

export const catalogues: Readonly<Record<Language, Catalogue>> = { en, 'zh-CN': zh };

/** The catalogue of a reviewer's language. */
export const catalogueOf = (language: Language): Catalogue => catalogues[language];

/** A sentence by a key that is only known at run time (`states`, `channels`, `riskClasses`), or undefined. */
export function lookUp(sentences: Readonly<Record<string, string>>, key: string): string | undefined {
	return Object.hasOwn(sentences, key) ? sentences[key] : undefined;
}
