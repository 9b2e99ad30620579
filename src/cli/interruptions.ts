/** `countersign interruptions`: how many messages interrupted whom, day by day. */
import { type Command, InvalidArgumentError } from 'commander';
import { columns, inert, run } from './output.ts';

const dayMs = 86_400_000;
const kept = 400;

export function addInterruptions(program: Command): void {
	program
		.command('interruptions')
		.description('count the messages that interrupted each reviewer, by their own days')
		.option('-d, --days <n>', `so many days back (1 to ${kept})`, daysOf, 7)
		.option('--json', 'print one JSON object: day -> reviewer -> messages')
		.addHelpText('after', '\nExamples:\n  countersign interruptions\n  countersign interruptions --days 30 --json')
		.action(({ days, json }: { days: number; json?: boolean }) =>
			run({ json: json === true }, async (output) => {
				const { withStore } = await import('./operator.ts');
				const counts = await withStore(async ({ store }) => {
					const now = await store.now();
					// Their own days: somewhere it is tomorrow already.
					const dates = Array.from({ length: days + 1 }, (_, back) =>
						new Date(now + (1 - back) * dayMs).toISOString().slice(0, 10),
					);
					return Promise.all(dates.map(async (day) => [day, await store.load.on(day)] as const));
				});
				const told = counts.filter(([, people]) => Object.keys(people).length > 0);
				if (output.json) return output.data(Object.fromEntries(told));
				const rows = told.flatMap(([day, people]) =>
					Object.entries(people)
						.sort(([, a], [, b]) => b - a)
						.map(([reviewer, count]) => [day, String(count), inert(reviewer, 60)]),
				);
				for (const line of columns([['DAY', 'MESSAGES', 'REVIEWER'], ...rows])) output.line(line);
			}),
		);
}

function daysOf(text: string): number {
	if (!/^[1-9]\d{0,2}$/.test(text) || Number(text) > kept)
		throw new InvalidArgumentError(`must be a whole number from 1 to ${kept}`);
	return Number(text);
}
