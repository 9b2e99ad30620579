/**
 * What English and Chinese people write when a matter is legal, or when they want a person. Data: `triggers` are plain words that
 * are looked for in one pass over every text; only a text that holds one is normalised and matched against `pattern`.
 *
 * Patterns see lower-case NFKC text (so `,` and `!` stand for their full-width forms as well) and have no unbounded repetition:
 * their work is linear in the text.
 */
import type { BuiltInSignal } from './vocabulary.ts';

export interface SignalPattern {
	readonly signal: Exclude<BuiltInSignal, 'sensitive_data'>;
	/** `customer`: the end user's own words; `prose`: what the agent writes (arguments, reasoning, its messages); or both. */
	readonly where: 'customer' | 'prose' | 'both';
	readonly triggers: readonly string[];
	/** Regular expression source; left out, a trigger at the start of a word is enough. */
	readonly pattern?: string;
}

const list = (words: string): string[] => words.split('|');

/** Who is asked for. */
const person =
	'(?:human(?: being| agent)?|real person|actual person|live person|person|manager|supervisor|(?:customer service |support )?representative|' +
	'(?:live|real|human|actual) (?:agent|rep|operator)|(?:someone|somebody) (?:real|else|in charge|higher))';
const personWords = list(
	'human|person|manager|supervisor|representative|live agent|real agent|actual agent|live rep|real rep|live operator|real operator|someone|somebody',
);
const ren = '(?:人工|真人|活人|经理|主管|领导|负责人|上级)';

/** Stands behind the verb, so that the look back is made where a verb was found and not at every character. */
const unlessNegated = "(?<!(?:\\bnot|n['’]t|\\bno|\\bnever|\\bwithout|\\brather than|\\binstead of)\\b[^,.!?\\n]{0,40})";

export const signalPatterns: readonly SignalPattern[] = [
	{
		signal: 'legal_matter',
		where: 'both',
		triggers: list(
			'lawyer|attorney|solicitor|barrister|lawsuit|litigat|subpoena|ombudsman|class action|legal action|legal proceeding|legal department|' +
				'legal team|legal counsel|legal claim|legal right|legal notice|trading standards|attorney general|money laundering|gdpr|ccpa',
		),
	},
	{
		signal: 'legal_matter',
		where: 'both',
		triggers: list(' sue | suing| sued '),
		pattern: '\\b(?:sue|suing|sued) (?:you|them|us|your|the|this|for|over)\\b|\\b(?:will|going to|gonna|to) sue\\b',
	},
	{
		signal: 'legal_matter',
		where: 'both',
		triggers: list('court|small claims'),
		pattern:
			'\\b(?:in|to|at|before|by) (?:a |the )?(?:small claims |high |federal |district |civil )?court\\b|' +
			'\\b(?:small claims|court (?:case|order|date|hearing|proceedings|action))\\b',
	},
	{
		signal: 'legal_matter',
		where: 'both',
		triggers: list('regulator|compliance|consumer protection|data protection|sanction'),
		pattern:
			'\\bregulatory (?:authority|authorities|complaint|body|breach|matter|issue)\\b|\\blegal compliance\\b|\\bregulatory compliance\\b|' +
			'\\b(?:report|complain|complaint|contact|write)\\b[^.!?\\n]{0,40}\\bregulators?\\b|\\bnon-?compliance\\b|' +
			'\\bcompliance (?:team|officer|department|issue|matter|violation|breach|review|risk|concern)\\b|\\bconsumer protection\\b|' +
			'\\bdata protection (?:authority|officer|act|law|complaint|request)\\b|\\bsanctions? (?:list|screening)\\b',
	},
	{
		signal: 'legal_matter',
		where: 'both',
		triggers: list(
			'律师|起诉|诉讼|法院|法庭|法律途径|法律手段|法律责任|法律程序|法务|仲裁|消协|消费者协会|工商局|市场监管|监管部门|监管机构|银保监|' +
				'举报|合规|反洗钱|传票|打官司',
		),
	},
	{
		// The consumers' hotline of China, where it is called or complained to; order numbers look the same.
		signal: 'legal_matter',
		where: 'both',
		triggers: list('12315'),
		pattern:
			'(?:[打拨去到向找给]|通过|举报|投诉|热线|\\b(?:call|calling|dial|hotline|complain to|report (?:you |this )?to)) ?12315(?!\\d)|' +
			'(?<!\\d)12315 ?(?:投诉|举报|热线|平台|消费者|hotline)',
	},
	{
		signal: 'asks_for_person',
		where: 'customer',
		triggers: personWords,
		pattern:
			`\\b(?:speak|talk|chat)(?:ing)?\\b${unlessNegated} (?:\\w{1,12} ){0,2}(?:to|with) (?:a |an |the |your |some |another |one of your )?(?:${person}|someone|somebody)\\b|` +
			`\\b(?:transfer|connect|escalate|pass|put|hand|forward) (?:me|us|this|it|my (?:call|case|issue|complaint))\\b${unlessNegated}[^.!?\\n]{0,20}\\b(?:to|with|through to|over to|onto) (?:a |an |the |your |some |another )?(?:${person}|someone|somebody)\\b|` +
			`\\b(?:be|get|being) (?:connected|transferred|escalated|put through|passed)\\b${unlessNegated} (?:on |over )?(?:to|with) (?:a |an |the |your |some |another )?(?:${person}|someone|somebody)\\b|` +
			`\\b(?:want|need|get|give|prefer|like|find|request|demand)\\b${unlessNegated} (?:me )?(?:a |an |the |your |some )?(?:human(?: being| agent)?|real person|actual person|live person|supervisor|manager|(?:customer service )?representative|(?:live|real|human|actual) (?:agent|rep|operator))\\b(?! (?:role|position|account|name))|` +
			'\\b(?:is there|can i have|could i have|let me have) (?:a |an |any )?(?:human|real person|live person|supervisor|manager|(?:live|real|human) (?:agent|representative))\\b|' +
			'^\\s{0,3}(?:human|real person|representative|supervisor|manager)(?:,? please)?[.!]{0,3}\\s{0,3}$',
	},
	{
		signal: 'asks_for_person',
		where: 'customer',
		triggers: list('人工|真人|活人|经理|主管|领导|负责人|上级'),
		pattern:
			'(?<!(?:不要|不用|不需|不必|不想|不(?=转|找)|别|无需|没)[^,。!?\\n]{0,4})(?:转(?:接|到|给)?(?:你们的?)?(?:人工|真人)|人工(?:客服|服务|坐席)|真人客服|' +
			`(?:和|跟|与|找|叫|让|要|换|见)(?:你们?的?|一个|一位|个|位)?${ren})`,
	},
	{
		signal: 'asks_for_person',
		where: 'prose',
		triggers: personWords,
		pattern:
			'\\b(?:customer|user|client|caller|shopper|passenger|they|he|she)\\b[^.!?\\n]{0,30}' +
			`\\b(?:ask|asks|asked|asking|want|wants|wanted|request|requests|requested|insist|insists|insisted|demand|demands|demanded|would like|prefers?)\\b${unlessNegated}` +
			`(?:[^.!?\\n]{0,40}\\b(?:to|for|with))? (?:a |an |the |your |some |another )?${person}\\b`,
	},
	{
		signal: 'asks_for_person',
		where: 'prose',
		triggers: list('人工|真人|经理|主管|领导|负责人'),
		pattern: `(?:客户|用户|顾客|买家|对方)[^。!?\\n]{0,6}(?:要求|希望|想要?|坚持|请求)[^。!?\\n]{0,8}${ren}`,
	},
];
