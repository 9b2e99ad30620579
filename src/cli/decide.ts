/** `countersign decide`: a reviewer's answer from the command line, through the same door as every other. */
import type { Command } from 'commander';
import { run } from './output.ts';

interface Options {
	readonly as: string;
	readonly comment?: string;
	readonly revision?: string;
	readonly digest?: string;
	readonly json?: boolean;
}

/** Answers as they are typed; with `-` or `_`. */
const words: readonly string[] = [
	'approve',
	'reject',
	'take-over',
	'own',
	'release',
	'dismiss',
	'resolve-by-hand',
	'revoke',
	'confirm-done',
	'confirm-not-done',
];

export function addDecide(program: Command): void {
	program
		.command('decide')
		.argument('<id>', 'the action')
		.argument('<answer>', words.join(', '))
		.description('answer a review or a case as one of its reviewers')
		.requiredOption('--as <reviewer>', 'the reviewer’s id in the policy')
		.option('--comment <text>', 'why; kept with the decision')
		.option('--revision <n>', 'refuse where the action was changed since this revision')
		.option('--digest <sha256>', 'refuse where the payload is another than this one')
		.option('--json', 'print the action as JSON')
		.addHelpText(
			'after',
			'\nExamples:\n  countersign decide act_8f… approve --as ana\n  countersign decide act_8f… reject --as ana --comment "the order was never paid"',
		)
		.action((id: string, answer: string, options: Options) =>
			run(options, async (output) => {
				const [{ answers, caseAnswers }, { publicAction }, { submit }, { withApp }, view, { Exit }] = await Promise.all([
					import('../domain/review.ts'),
					import('../domain/public-action.ts'),
					import('../reviews/submit.ts'),
					import('./operator.ts'),
					import('./view.ts'),
					import('./exit.ts'),
				]);
				const given = [...answers, ...caseAnswers].find((each) => each === answer.replaceAll('-', '_'));
				if (given === undefined) throw new Exit('usage', `the answer must be one of ${words.join(', ')}`, { code: 'usage' });
				const result = await withApp(async (app) => {
					const action = await app.front.store.actions.get(id);
					if (action === null) throw view.missing(id);
					return submit(app.front, {
						actionId: id,
						revision: options.revision === undefined ? action.revision : Number(options.revision),
						payloadDigest: options.digest ?? action.payloadDigest,
						reviewer: options.as,
						answer: given,
						channel: 'api',
						...(options.comment !== undefined && { comment: options.comment }),
					});
				});
				if (!result.ok) throw view.refusal(result.problem, result.winner);
				if (output.json) output.data(publicAction(result.action));
				else output.line(`${result.action.id} is ${result.action.state} (${result.event})`);
			}),
		);
}
