/** Rules that hand an action to a person: hard ones whatever the confidence (priority high), and the soft one (medium). */
import type { Reason } from '../domain/verdict.ts';
import { type Grounds, reason, say } from './grounds.ts';
import type { Scene } from './scene.ts';
import type { SensitiveKind } from './vocabulary.ts';

const cut = reason('text.too_long', 'approval', say('there is more text than can be searched', '文本过长，无法全部检查'));

/** Signals: what the customer says, what the texts hold. */
export function judgeSignals({ signals, policy }: Scene, grounds: Grounds): void {
	if (signals.cut) grounds.add(cut);
	for (const name of signals.names) {
		const forced = policy.signalReasons.get(name);
		if (forced === undefined) continue;
		const named =
			name === 'sensitive_data' && signals.sensitive.length > 0
				? sensitiveReason(forced.reason, signals.sensitive)
				: forced.reason;
		grounds.add(named, forced.hard ? 'high' : 'medium');
	}
}

const kindNames: Record<SensitiveKind, readonly [en: string, zh: string]> = {
	bank_card: ['a bank card number', '银行卡号'],
	resident_id: ['a resident ID number', '身份证号'],
	iban: ['an IBAN', 'IBAN 账号'],
	us_ssn: ['a US social security number', '美国社保号'],
};

/** Says what kind of data it is, and never the data: reasons travel further than the action. */
const sensitiveReason = (general: Reason, kinds: readonly SensitiveKind[]): Reason => ({
	...general,
	text: say(
		`the text holds ${kinds.map((kind) => kindNames[kind][0]).join(', ')}`,
		`文本中含有${kinds.map((kind) => kindNames[kind][1]).join('、')}`,
	),
});

/** The agent's last reviewed actions were all rejected. */
export function judgeRejections({ facts, policy }: Scene, grounds: Grounds): void {
	const most = policy.document.escalation.hard.rejections_in_a_row;
	// Comparisons with facts are written so that what is no number counts against the action (INVARIANT I6).
	if (most === false || facts.agentRejectionsInARow < most) return;
	const text = say(`the agent's last ${most} reviewed actions were rejected`, `该代理最近 ${most} 次经审核的操作均被拒绝`);
	grounds.add(reason('escalation.rejections_in_a_row', 'escalation', text), 'high');
}

/** The end user's so-manieth action of the day that needs approval. Asked last: only now is it known whether this one does. */
export function judgeApprovals({ facts, policy }: Scene, grounds: Grounds): void {
	const nth = policy.document.escalation.hard.approvals_in_24h;
	if (nth === false || grounds.route !== 'approval' || facts.userApprovals24h + 1 < nth) return;
	const text = say(
		`needs approval as number ${nth} or later of this user in 24h`,
		`该用户 24 小时内第 ${nth} 次（或以上）需审批`,
	);
	grounds.add(reason('escalation.approvals_in_24h', 'escalation', text), 'high');
}

/** All of the end user's confidences of the last hour are low, and there are several. */
export function judgeConfidences({ facts, policy }: Scene, grounds: Grounds): void {
	const rule = policy.document.escalation.soft.low_confidences;
	if (rule === false) return;
	const seen = facts.userConfidences1h;
	if (seen.length < rule.at_least || seen.some((confidence) => confidence >= rule.below)) return;
	const text = say(
		`${seen.length} confidences of this user in the last hour, all below ${rule.below}`,
		`该用户最近一小时 ${seen.length} 个置信度均低于 ${rule.below}`,
	);
	grounds.add(reason('escalation.low_confidences', 'escalation', text), 'medium');
}
