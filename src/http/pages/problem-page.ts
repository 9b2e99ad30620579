/** Pages for what did not work. They say what to do, and echo nothing that was sent. */
import { type Catalogue, catalogues } from '../../channels/catalogue.ts';
import { html } from '../../channels/markup.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { Language } from '../../domain/verdict.ts';
import { pageFrame } from './layout.ts';

/**
 * The same page for every link that does not open, whether it is unknown, expired or somebody else's: byte for byte, so that
 * nobody can learn by trying (R-S2). In both languages, because nobody knows who is looking.
 */
export function notFoundPage(): string {
	const part = ({ tag, errors }: Catalogue) =>
		html`<section lang="${tag}"><h1>${errors.notFoundTitle}</h1><p>${errors.notFound}</p></section>`;
	return pageFrame({
		language: 'en',
		title: catalogues.en.errors.notFoundTitle,
		aside: null,
		body: Object.values(catalogues).map(part),
	});
}

/** A page for an error code, in the reader's language, with a way back where there is one. */
export function problemPage(code: ErrorCode, language: Language, back: string | null = null): string {
	const { errors, page } = catalogues[language];
	const text = Object.hasOwn(errors, code) ? errors[code as keyof Catalogue['errors']] : errors.other;
	return pageFrame({
		language,
		title: text,
		aside: null,
		body: html`<section role="alert"><h1>${text}</h1><p class="small">${errors.code}: ${code}</p></section>${
			back === null ? null : html`<p><a class="button" href="${back}">${page.back}</a></p>`
		}`,
	});
}
