/** What waits for a reader, as a Slack message: a line each, and one button to the page that lists them. */
import type { KnownBlock } from '@slack/types';
import { catalogueOf } from './catalogue.ts';
import { button, context, header, outside, section } from './slack-blocks.ts';
import type { WaitingList } from './waiting-list.ts';

/** Lines of one section: its text is bounded. */
const linesPerSection = 10;

export function waitingBlocks({ language, count, lines, reader, url }: WaitingList): KnownBlock[] {
	const { people, email, colon } = catalogueOf(language);
	const { waiting } = people;
	const rows = lines.map(
		({ kind, what, by }) =>
			`• ${kind === 'case' ? `${waiting.aCase}${colon}` : ''}${outside(what)}${by === null ? '' : ` · ${waiting.by(by)}`}`,
	);
	const sections = [];
	for (let i = 0; i < rows.length; i += linesPerSection) sections.push(section(rows.slice(i, i + linesPerSection)));
	return [
		header(waiting.title(count)),
		section([waiting.intro]),
		...sections,
		...(count > lines.length ? [context(waiting.more(count - lines.length))] : []),
		{ type: 'actions', elements: [button({ id: 'open', label: waiting.openList, url })] },
		context(email.asked(outside(reader.name))),
	];
}
