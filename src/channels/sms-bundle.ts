/** Several requests as one text message: a code and a fact line each, as many as fit, and how to answer one of them. */
import type { Language } from '../domain/verdict.ts';
import type { RequestBundle } from './bundle.ts';
import { catalogueOf } from './catalogue.ts';
import type { RenderedText } from './sms-card.ts';
import { segmentsOf } from './sms-segments.ts';

/** One message in place of many may be longer than one about a single request. */
export const bundleBudget: Readonly<Record<Language, number>> = { en: 3, 'zh-CN': 4 };

/** Renders a bundle. What does not fit is counted; its codes and links are in the reader's mail and inbox. */
export function renderBundle({ language, items }: RequestBundle): RenderedText {
	const { replies } = catalogueOf(language);
	const written = (shown: number): string => {
		const few = items.slice(0, shown).map(({ code, what }) => `${code} ${what}`);
		const left = items.length - shown;
		const more = left === 0 ? '' : replies.smsBundleMore(left);
		const how = replies.smsBundleHow(items[0]?.code ?? '');
		const listed = replies.smsBundleItems(few.join(language === 'en' ? '; ' : '；'), more);
		return `${replies.smsBundle(items.length)}${listed}${how}`;
	};
	let shown = items.length;
	while (shown > 1 && segmentsOf(written(shown)) > bundleBudget[language]) shown -= 1;
	const body = written(shown);
	return { body, segments: segmentsOf(body) };
}
