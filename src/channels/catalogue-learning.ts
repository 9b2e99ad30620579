/** What people are told of learning (spot checks, similar cases, the report), in both languages. */
import type { Language } from '../domain/verdict.ts';
import type { Sentences } from './catalogue.ts';

const en = {
	card: {
		similar: 'Similar before',
		similarCount: (similar: number, approved: number) => `${similar} similar, ${approved} approved`,
	},
	checks: {
		title: 'Was this right?',
		intro:
			'These ran without asking and were drawn at random. Your answers measure how often that goes wrong. They change nothing about what has run.',
		none: 'There is nothing to look at.',
		right: 'Right',
		wrong: 'Wrong',
		rightLabel: (what: string) => `Right: ${what}`,
		wrongLabel: (what: string) => `Wrong: ${what}`,
		recorded: 'Recorded. Thank you.',
		again: 'Somebody has answered this before; their answer stands.',
		notAllowed: 'Policy does not ask you about this one.',
		choose: 'Your answer',
		send: 'Send',
		digest: 'Was this right? Please say',
		answered: (name: string, time: string) => `${name} looked at it on ${time}: it was right`,
		answeredWrong: (name: string, time: string) => `${name} looked at it on ${time}: it was wrong`,
		orReport: 'Or report what is wrong',
	},
} as const;

const zh: Sentences<typeof en> = {
	card: {
		similar: '以往类似操作',
		similarCount: (similar, approved) => `${similar} 次类似，${approved} 次获批准`,
	},
	checks: {
		title: '这样做对吗？',
		intro: '以下操作未经询问自动执行，并被随机抽中。你的答复用于衡量出错的比例，不会改变已经执行的内容。',
		none: '没有需要查看的内容。',
		right: '正确',
		wrong: '错误',
		rightLabel: (what) => `正确：${what}`,
		wrongLabel: (what) => `错误：${what}`,
		recorded: '已记录，谢谢。',
		again: '已有人答复，以先前的答复为准。',
		notAllowed: '按策略，这一条不由你答复。',
		choose: '你的答复',
		send: '提交',
		digest: '这样做对吗？请答复',
		answered: (name, time) => `${name} 于 ${time} 查看：正确`,
		answeredWrong: (name, time) => `${name} 于 ${time} 查看：错误`,
		orReport: '或报告问题',
	},
};

export type LearningText = Sentences<typeof en>;

export const learningTexts: Readonly<Record<Language, LearningText>> = { en, 'zh-CN': zh };

/** The sentences about learning in a language. */
export const learningText = (language: Language): LearningText => learningTexts[language];
