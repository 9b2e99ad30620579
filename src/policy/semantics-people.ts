/** Checks of reviewers, groups, plans and the digest: everybody named exists, and somebody can be reached in time. */
import { parseMoney } from '../domain/money.ts';
import { didYouMean } from './did-you-mean.ts';
import type { PolicyDocument } from './document.ts';
import type { PlanEntry } from './document-review.ts';
import { formatDuration } from './duration.ts';
import { defaultDeadlineMs, generalPlan, peopleIn, reaches, tiersOf } from './plan.ts';
import type { Report } from './semantics.ts';
import { checkAgents, checkHours, checkQuiet } from './semantics-hours.ts';
import type { Path } from './yaml-source.ts';

export function checkPeople(document: PolicyDocument, report: Report): void {
	const { reviewers, groups } = document;
	if (Object.keys(reviewers).length === 0) report.problem(['reviewers'], 'must name at least one reviewer');
	for (const [id, members] of Object.entries(groups)) {
		const path = ['groups', id];
		if (id === 'everyone') report.problem(path, '`everyone` is built in; choose another name', 'key');
		if (Object.hasOwn(reviewers, id)) report.problem(path, `\`${id}\` is a reviewer as well; choose another name`, 'key');
		if (members.length === 0) report.problem(path, 'must have at least one member');
		for (const [i, member] of members.entries()) {
			if (!Object.hasOwn(reviewers, member))
				report.problem([...path, i], `unknown reviewer \`${member}\`${didYouMean(member, Object.keys(reviewers))}`);
		}
		if (members.length > 0 && members.every((member) => reviewers[member]?.active === false))
			report.problem(path, 'has no active member');
	}
	for (const [id, reviewer] of Object.entries(reviewers)) {
		if (reviewer.active && !reaches('email', reviewer) && !reaches('sms', reviewer) && !reaches('slack', reviewer)) {
			report.warning(['reviewers', id], 'has neither email nor phone nor Slack and can answer in the inbox only');
		}
	}
	checkNames([document.on_call], ['on_call'], { document, report });
	if (document.notify_digest !== false) checkNames(document.notify_digest.to, ['notify_digest', 'to'], { document, report });
	if (document.deadlines.min > document.deadlines.max) report.problem(['deadlines', 'min'], 'must not be longer than `max`');
	const context = { document, report };
	checkHours(context, checkNames);
	checkAgents(context, checkNames);
	const { interruptions } = document;
	if (interruptions !== false && interruptions.per_hour > interruptions.per_day)
		report.warning(['interruptions', 'per_hour'], `is more than \`per_day\` (${interruptions.per_day}) and never matters`);
	checkPlans(document, report);
}

export interface Context {
	readonly document: PolicyDocument;
	readonly report: Report;
}

/** Every name that people can be asked for under. */
const namesOfPeople = ({ groups, reviewers }: PolicyDocument): string[] => [
	...new Set([
		...Object.keys(groups),
		...Object.values(reviewers).flatMap(({ roles }) => roles),
		...Object.keys(reviewers),
		'everyone',
	]),
];

/** Groups, roles or reviewers that are referred to; true where all are known. */
export function checkNames(ids: readonly string[], path: Path, { document, report }: Context): boolean {
	const known = namesOfPeople(document);
	let fine = true;
	for (const [i, id] of ids.entries()) {
		if (known.includes(id)) continue;
		fine = false;
		report.problem(path.length === 1 ? path : [...path, i], `unknown group or reviewer \`${id}\`${didYouMean(id, known)}`);
	}
	return fine;
}

function checkPlans(document: PolicyDocument, report: Report): void {
	const seen = new Map<string, number>();
	for (const [i, entry] of document.plans.entries()) {
		const path = ['plans', i];
		if (entry.above !== undefined && typeof parseMoney(entry.above, document.currency) === 'string') {
			report.problem([...path, 'above'], `is no amount in ${document.currency}`);
		}
		for (const [j, name] of (entry.operations ?? []).entries()) {
			if (Object.hasOwn(document.operations, name)) continue;
			report.problem(
				[...path, 'operations', j],
				`unknown operation \`${name}\`${didYouMean(name, Object.keys(document.operations))}`,
			);
		}
		for (const name of entry.operations ?? ['*']) {
			const key = `${entry.route} ${name} ${Number(entry.above ?? -1)}`;
			const first = seen.get(key);
			if (first !== undefined && first !== i) report.problem(path, `is for the same actions as \`plans[${first}]\``);
			else seen.set(key, i);
		}
		checkPlan(entry, path, { document, report });
	}
	for (const route of ['approval', 'escalation'] as const) checkPlan(generalPlan(route), ['reviewers'], { document, report });
}

function checkPlan(entry: PlanEntry, path: Path, { document, report }: Context): void {
	const deadlineMs = entry.deadline ?? defaultDeadlineMs[entry.route];
	const { min, max } = document.deadlines;
	if (deadlineMs < min || deadlineMs > max) {
		const at = entry.deadline === undefined ? path : [...path, 'deadline'];
		report.problem(
			at,
			`the deadline of ${formatDuration(deadlineMs)} is not between ${formatDuration(min)} and ${formatDuration(max)}, the bounds in \`deadlines\``,
		);
	}
	let named = true;
	for (const field of ['ask', 'next'] as const)
		named = checkNames(entry[field] ?? [], [...path, field], { document, report }) && named;
	for (const [i, { after, to }] of (entry.tiers ?? []).entries()) {
		const at = [...path, 'tiers', i];
		named = checkNames(to, [...at, 'to'], { document, report }) && named;
		if (after >= deadlineMs)
			report.problem([...at, 'after'], `is not before the deadline of ${formatDuration(deadlineMs)}: nobody could answer`);
	}
	if (!named) return;
	checkReach(entry, path, { document, report });
	checkQuiet(entry, path, { document, report });
}

function checkReach(entry: PlanEntry, path: Path, { document, report }: Context): void {
	const tiers = tiersOf(entry, document, false);
	const people = new Set(tiers.flatMap((tier) => tier.to));
	const first = tiers[0];
	if (first === undefined || people.size === 0) {
		report.problem(path, 'reaches nobody: no active reviewer has an address for its channels');
		return;
	}
	if (entry.quorum > people.size) {
		report.problem([...path, 'quorum'], `needs ${entry.quorum} people, and only ${people.size} are asked`);
	}
	for (const [i, tier] of (entry.tiers ?? []).entries()) {
		const members = peopleIn(tier.to, document);
		for (const channel of tier.channels) {
			if (members.some((id) => reaches(channel, document.reviewers[id]))) continue;
			report.problem([...path, 'tiers', i, 'channels'], `nobody in this tier can be reached by ${channel}`);
		}
	}
}
