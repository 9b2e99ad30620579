/** The reasons found while an action is judged. The strictest route wins; nothing is ever taken back. */
import { type Priority, priorities, type Reason, type Route, routes, stricter, type Text } from '../domain/verdict.ts';

/** A verdict is stored with its action, so a hostile or broken policy may not fill it with reasons. */
const mostReasons = 12;
const rank = (route: Route): number => routes.indexOf(route);

/** A reason that is worked out once, when the policy is loaded. */
export const reason = (rule: string, route: Route, text: Text): Reason =>
	Object.freeze({ rule, route, text: Object.freeze(text) });

/** Both languages at once. */
export const say = (en: string, zh: string): Text => ({ en, 'zh-CN': zh });

/** Short and on one line: what a rule's error or an agent's word may add to a reason. */
export const brief = (text: string, length = 60): string => {
	const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').toWellFormed();
	return line.length > length ? `${line.slice(0, length - 1).toWellFormed()}…` : line;
};

export class Grounds {
	route: Route = 'auto';
	priority: Priority = 'normal';
	readonly #reasons: Reason[] = [];
	readonly #base: Reason[] = [];

	/** Counts a reason. `priority` is that of the case it opens, where it asks for one. */
	add(found: Reason, priority: Priority = 'normal'): void {
		this.#count(found, priority);
		this.#reasons.push(found);
	}

	/** Counts what the confidence or an allow-list says; it is always shown. */
	addBase(found: Reason): void {
		this.#count(found, 'normal');
		this.#base.push(found);
	}

	#count(found: Reason, priority: Priority): void {
		this.route = stricter(this.route, found.route);
		if (found.route === 'escalation' && priorities.indexOf(priority) > priorities.indexOf(this.priority))
			this.priority = priority;
	}

	/** Strictest first: what won, all that hold the action, and what the confidence said. */
	reasons(): Reason[] {
		if (this.#reasons.length === 0 && this.#base.length <= 1) return this.#base;
		const least = Math.min(rank('approval'), rank(this.route));
		const shown = this.#reasons.filter((found) => rank(found.route) >= least).sort((a, b) => rank(b.route) - rank(a.route));
		return [...shown.slice(0, mostReasons - this.#base.length), ...this.#base].sort((a, b) => rank(b.route) - rank(a.route));
	}
}
