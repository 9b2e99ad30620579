/**
 * The error rate of what ran by itself, from spot checks: every answer counts with the inverse of its chance of being drawn
 * (Horvitz and Thompson 1952). What people report by themselves is no random sample and never enters here. Pure.
 */
import type { SpotCheck } from '../domain/spot-check.ts';
import { upperBound } from './bounds.ts';

/** A rate with its two-sided interval. */
export interface Rate {
	/** Null where nothing was looked at. */
	readonly rate: number | null;
	readonly low: number;
	readonly high: number;
}

export interface ErrorRate extends Rate {
	/** How many actions ran by themselves. */
	readonly ran: number;
	readonly asked: number;
	readonly answered: number;
	readonly wrong: number;
	/** Weighted share of wrong ones among what was answered: an estimate that does not need to know how many ran. */
	readonly among: number;
	/** Independent answers of equal weight that these are worth. */
	readonly effective: number;
}

const stratumOf = ({ operation, band }: SpotCheck): string => JSON.stringify([operation, band]);

/**
 * Estimates the rate among `ran` actions. Answers of a stratum (operation and band) stand for those asked there that nobody
 * answered. The interval is Clopper-Pearson's for the effective sample size (Korn and Graubard 1998): weights that differ, and
 * answers that share a conversation or user, count for less than as many independent ones.
 */
export function errorRate(checks: readonly SpotCheck[], ran: number, confidence = 0.95): ErrorRate {
	const strata = new Map<string, { asked: number; answered: number }>();
	for (const check of checks) {
		const weight = 1 / check.probability;
		const stratum = strata.get(stratumOf(check)) ?? { asked: 0, answered: 0 };
		stratum.asked += weight;
		if (check.answer !== null) stratum.answered += weight;
		strata.set(stratumOf(check), stratum);
	}
	const clusters = new Map<string, number>();
	let [answered, wrong, total, wrongTotal] = [0, 0, 0, 0];
	for (const check of checks) {
		if (check.answer === null) continue;
		const stratum = strata.get(stratumOf(check)) as { asked: number; answered: number };
		const weight = (1 / check.probability) * (stratum.asked / stratum.answered);
		answered += 1;
		total += weight;
		clusters.set(check.cluster, (clusters.get(check.cluster) ?? 0) + weight);
		if (!check.answer.right) {
			wrong += 1;
			wrongTotal += weight;
		}
	}
	const base = { ran, asked: checks.length, answered, wrong };
	if (answered === 0) return { ...base, rate: null, low: 0, high: 1, effective: 0, among: 0 };
	const squares = [...clusters.values()].reduce((sum, weight) => sum + weight * weight, 0);
	const effective = (total * total) / squares;
	const rate = Math.min(1, wrongTotal / Math.max(1, ran));
	const among = Math.min(1, wrongTotal / total);
	const { low, high } = interval(among, effective, confidence);
	return { ...base, rate, effective, among, low: Math.min(low, rate), high: Math.max(high, rate) };
}

/** Two-sided, rounded outwards to whole answers. */
function interval(rate: number, effective: number, confidence: number): { low: number; high: number } {
	const trials = Math.max(1, Math.floor(effective + 1e-9));
	const side = (1 + confidence) / 2;
	const most = Math.min(trials, Math.ceil(rate * trials - 1e-9));
	const least = Math.max(0, Math.floor(rate * trials + 1e-9));
	return { low: 1 - upperBound(trials - least, trials, side), high: upperBound(most, trials, side) };
}

/** A share of independent trials, with its interval. */
export function shareOf(events: number, trials: number, confidence = 0.95): Rate {
	if (trials === 0) return { rate: null, low: 0, high: 1 };
	return { rate: events / trials, ...interval(events / trials, trials, confidence) };
}
