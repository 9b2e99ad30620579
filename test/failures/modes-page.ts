/** The section of docs/reliability.md that shows the table of failure modes. Run this file to write it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Mode {
	readonly id: string;
	readonly failure: string;
	readonly sees: string;
	readonly tests: readonly { readonly file: string; readonly title: string }[];
	readonly missing?: string | undefined;
}

const [begin, end] = ['<!-- failure modes: begin -->', '<!-- failure modes: end -->'];

/** The section, between its marks. */
export function modesSection(modes: readonly Mode[]): string {
	const cell = (text: string): string => text.replaceAll('|', '\\|').trim();
	const rows = modes.map(({ id, failure, sees, tests }) => {
		const files = [...new Set(tests.map(({ file }) => file))].map((file) => `\`${file.replace(/^test\//, '')}\``);
		return `| ${id} | ${cell(failure)} | ${cell(sees)} | ${files.join(', ')} |`;
	});
	const missing = modes.filter((mode) => mode.missing !== undefined).map((mode) => `- ${mode.id}: ${mode.missing?.trim()}.`);
	return [
		begin,
		'',
		'Each row is held by tests; `test/failures/modes.yaml` names them by title, and a test holds the names against the source.',
		'',
		'| | what fails | what you see | shown by |',
		'| --- | --- | --- | --- |',
		...rows,
		'',
		'What is not there, or not tried:',
		'',
		...missing,
		'',
		end,
	].join('\n');
}

if (process.argv[1] === import.meta.filename) {
	const at = (path: string): URL => new URL(path, import.meta.url);
	const section = modesSection(parse(readFileSync(at('./modes.yaml'), 'utf8')) as Mode[]);
	const path = at('../../docs/reliability.md');
	const page = existsSync(path) ? readFileSync(path, 'utf8') : '# Reliability\n';
	const [from, to] = [page.indexOf(begin), page.indexOf(end)];
	writeFileSync(
		path,
		from < 0
			? `${page.trimEnd()}\n\n## Failure modes\n\n${section}\n`
			: page.slice(0, from) + section + page.slice(to + end.length),
	);
}
