/** A verdict in plain text, for the command line and for pages: one line each for the route, every reason, and the plan. */
import type { Channel, Language, Plan, Priority, Route, Tier, Verdict } from '../domain/verdict.ts';
import { formatDuration } from './duration.ts';

interface Words {
	readonly routes: Record<Route, string>;
	readonly priorities: Record<Priority, string>;
	readonly channels: Record<Channel, string>;
	route(route: string, verdict: Verdict): string;
	confidence(reported: number | null, effective: number): string;
	error(message: string): string;
	plan(plan: Plan, deadline: string): string;
	tier(tier: Tier, after: string, channels: readonly string[]): string;
	fallback(handler: string | null): string;
	policy(digest: string): string;
}

const words: Record<Language, Words> = {
	en: {
		routes: {
			auto: 'run',
			notify: 'run and report',
			approval: 'ask a person first',
			escalation: 'hand over to a person',
			block: 'refuse',
		},
		priorities: { normal: 'normal', medium: 'medium', high: 'high' },
		channels: { email: 'email', sms: 'SMS', slack: 'Slack', inbox: 'inbox' },
		route: (route, { riskClass, priority }) => `${route} (risk class ${riskClass}, priority ${words.en.priorities[priority]})`,
		confidence: (reported, effective) =>
			`confidence ${effective}${reported === null ? ', none usable was reported' : reported === effective ? '' : `, reported as ${reported}`}`,
		error: (message) => ` (error: ${message})`,
		plan: ({ quorum, reviewers }, deadline) => `asks ${reviewers.join(', ')}; ${quorum} must approve; deadline ${deadline}`,
		tier: ({ to }, after, channels) => `  after ${after}: ${to.join(', ')} by ${channels.join(', ')}`,
		fallback: (handler) => (handler === null ? 'if nobody answers: nothing runs' : `if nobody answers: ${handler}`),
		policy: (digest) => `policy ${digest.slice(0, 12)}`,
	},
	'zh-CN': {
		routes: { auto: '自动执行', notify: '执行并告知', approval: '先审批', escalation: '转人工', block: '拒绝' },
		priorities: { normal: '普通', medium: '中', high: '高' },
		channels: { email: '邮件', sms: '短信', slack: 'Slack', inbox: '收件箱' },
		route: (route, { riskClass, priority }) => `${route}（风险等级 ${riskClass}，优先级 ${words['zh-CN'].priorities[priority]}）`,
		confidence: (reported, effective) =>
			`置信度 ${effective}${reported === null ? ',未报告有效值' : reported === effective ? '' : `,报告值 ${reported}`}`,
		error: (message) => `（错误：${message}）`,
		plan: ({ quorum, reviewers }, deadline) => `询问 ${reviewers.join('、')}；需 ${quorum} 人批准；时限 ${deadline}`,
		tier: ({ to }, after, channels) => `  ${after} 后：${to.join('、')}，通过${channels.join('、')}`,
		fallback: (handler) => (handler === null ? '无人答复时：不执行任何操作' : `无人答复时：${handler}`),
		policy: (digest) => `策略 ${digest.slice(0, 12)}`,
	},
};

/** Lines without markup. Rule texts may carry what an agent wrote: escape them wherever they are shown (INVARIANT I7). */
export function explain(verdict: Verdict, language: Language = 'en'): string[] {
	const say = words[language];
	const lines = [say.route(say.routes[verdict.route], verdict), say.confidence(verdict.reportedConfidence, verdict.confidence)];
	for (const { rule, route, text, error } of verdict.reasons) {
		lines.push(`- ${text[language]} [${rule} -> ${route}]${error === undefined ? '' : say.error(error)}`);
	}
	const { plan } = verdict;
	if (plan !== null) {
		lines.push(say.plan(plan, formatDuration(plan.deadlineMs)));
		for (const tier of plan.tiers) {
			lines.push(
				say.tier(
					tier,
					formatDuration(tier.afterMs),
					tier.channels.map((channel) => say.channels[channel]),
				),
			);
		}
		lines.push(say.fallback(plan.fallback.handler));
	}
	lines.push(say.policy(verdict.policyDigest));
	return lines;
}
