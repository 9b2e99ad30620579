/** Checks of roles, schedules, leave and quiet hours: that they mean somebody, and that somebody is left to be asked. */
import { didYouMean } from './did-you-mean.ts';
import type { PolicyDocument } from './document.ts';
import type { LeaveEntry } from './document-hours.ts';
import type { PlanEntry } from './document-review.ts';
import { formatDuration } from './duration.ts';
import { defaultDeadlineMs, peopleIn, tiersOf } from './plan.ts';
import type { Context } from './semantics-people.ts';
import { coversWeek, longestMs } from './week-minutes.ts';
import type { Path } from './yaml-source.ts';

/** `checkNames`: reports names that stand for nobody; true where all are known. */
export function checkHours(
	context: Context,
	checkNames: (ids: readonly string[], path: Path, context: Context) => boolean,
): void {
	const { document, report } = context;
	for (const [id, { roles, quietHours, leave }] of Object.entries(document.reviewers)) {
		const path = ['reviewers', id];
		for (const [i, role] of roles.entries()) {
			const taken = role === 'everyone' || Object.hasOwn(document.groups, role) || Object.hasOwn(document.reviewers, role);
			if (taken) report.problem([...path, 'roles', i], `\`${role}\` is a group or reviewer as well; choose another name`);
		}
		if (coversWeek(quietHours)) report.problem([...path, 'quiet_hours'], 'cover the whole week; set `active: false` instead');
		for (const [i, entry] of leave.entries()) checkDelegate(id, { entry, path: [...path, 'leave', i] }, context);
	}
	for (const [id, entry] of Object.entries(document.schedules)) {
		const path = ['schedules', id];
		if (!checkNames(entry.for, [...path, 'for'], context)) continue;
		if (peopleIn(entry.for, document).length === 0)
			report.problem([...path, 'for'], 'covers nobody: no active reviewer is among them');
		if (entry.weekly.length === 0 && entry.overrides.every(({ hours }) => hours.length === 0))
			report.problem(path, 'covers no time: give `weekly` hours, or dates with hours');
	}
}

function checkDelegate(id: string, { entry, path }: { entry: LeaveEntry; path: Path }, { document, report }: Context): void {
	const { delegate } = entry;
	if (delegate === undefined) return;
	const at = [...path, 'delegate'];
	const { reviewers } = document;
	if (!Object.hasOwn(reviewers, delegate)) {
		report.problem(at, `unknown reviewer \`${delegate}\`${didYouMean(delegate, Object.keys(reviewers))}`);
		return;
	}
	if (delegate === id) report.problem(at, 'must be somebody else');
	else if (reviewers[delegate]?.active === false) report.problem(at, `\`${delegate}\` is not active`);
	else {
		const circle = circleFrom(id, entry, document);
		if (circle !== null)
			report.problem(at, `leads back to \`${id}\`: on ${circle.date} ${circle.people.join(' -> ')} are all on leave`);
	}
}

/** A circle of delegates that are away at the same time, seen from one leave; null for none. */
function circleFrom(
	id: string,
	{ from, to }: LeaveEntry,
	{ reviewers }: PolicyDocument,
): { date: string; people: string[] } | null {
	// Circles begin on the first day of one of the leaves in them.
	const dates = Object.values(reviewers)
		.flatMap(({ leave }) => leave.map((entry) => entry.from))
		.filter((date) => from <= date && date <= to);
	for (const date of new Set(dates)) {
		const people = [id];
		for (
			let current = away(id, date);
			current !== undefined && people.length <= Object.keys(reviewers).length;
			current = away(current, date)
		) {
			people.push(current);
			if (current === id) return { date, people };
		}
	}
	return null;

	function away(person: string, date: string): string | undefined {
		return reviewers[person]?.leave.find((entry) => entry.from <= date && date <= entry.to)?.delegate;
	}
}

/** Who operates an agent cannot approve for it: somebody must be left. */
export function checkAgents(
	context: Context,
	checkNames: (ids: readonly string[], path: Path, context: Context) => boolean,
): void {
	const { document, report } = context;
	for (const [agent, { operated_by }] of Object.entries(document.agents)) {
		const path = ['agents', agent, 'operated_by'];
		if (!checkNames(operated_by, path, context) || !document.separation_of_duties.operator) continue;
		const operators = new Set(peopleIn(operated_by, document));
		for (const [i, entry] of [...document.plans, general].entries()) {
			if (entry.route !== 'approval') continue;
			const people = new Set(tiersOf(entry, document, false).flatMap((tier) => tier.to));
			const left = [...people].filter((id) => !operators.has(id)).length;
			if (people.size === 0 || left >= entry.quorum) continue;
			const which = entry === general ? 'the plan of every other action' : `\`plans[${i}]\``;
			report.problem(
				path,
				`leaves ${left} of the people of ${which}, and ${entry.quorum} must approve; who operates an agent cannot`,
			);
			break;
		}
	}
}

const general: PlanEntry = { route: 'approval', quorum: 1 };

/** A deadline that ends before quiet hours do, with nothing urgent in between, wakes people up or asks nobody. */
export function checkQuiet(entry: PlanEntry, path: Path, { document, report }: Context): void {
	const deadlineMs = entry.deadline ?? defaultDeadlineMs[entry.route];
	const tiers = tiersOf(entry, document, false);
	if (tiers.some((tier) => tier.urgent === true)) return;
	for (const id of new Set(tiers.flatMap((tier) => tier.to))) {
		const quietMs = longestMs(document.reviewers[id]?.quietHours ?? []);
		if (quietMs < deadlineMs) continue;
		report.warning(
			path,
			`the deadline of ${formatDuration(deadlineMs)} is shorter than the quiet hours of \`${id}\` (${formatDuration(quietMs)}) and no step is urgent: whoever is left is woken`,
		);
		return;
	}
}
