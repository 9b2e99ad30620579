/** The sentences of signing in, in both languages. */
import type { Language } from '../domain/verdict.ts';

const en = {
	title: 'Sign in',
	intro: 'Enter the email address that you are registered with. You get a link that signs you in.',
	email: 'Email address',
	send: 'Send me a link',
	provider: 'Sign in with your company account',
	noMail: 'This server sends no mail, so it cannot send sign-in links.',
	sentTitle: 'Look into your mailbox',
	sent: 'If that address belongs to a reviewer, a link is on its way. It works once, for 15 minutes.',
	confirmTitle: (name: string) => `Sign in as ${name}?`,
	confirm: 'Sign in',
	confirmHint: 'You have asked for this link. If you have not, close this page: nothing happens.',
	usedTitle: 'This link does not sign in any more',
	used: 'It was used already, is older than 15 minutes, or was never valid.',
	again: 'Ask for a new link',
	failedTitle: 'Signing in did not work',
	failed: 'The identity provider did not name a reviewer whom we know. Nothing has changed.',
	tooMany: 'Too many tries. Wait ten minutes.',
	badEmail: 'Enter an email address, such as ana@example.com.',
	mail: {
		subject: 'Your link to the Countersign inbox',
		hello: (name: string) => `Hello ${name},`,
		text: 'with this link you sign in to the inbox. It works once, for 15 minutes; opening it asks you to confirm.',
		button: 'Open the inbox',
		footer: 'You have not asked for it? Then do nothing: without the link nobody gets in.',
	},
} as const;

type Sentences<T> = {
	readonly [K in keyof T]: T[K] extends string
		? string
		: T[K] extends (...values: infer Values) => string
			? (...values: Values) => string
			: Sentences<T[K]>;
};

const zh: Sentences<typeof en> = {
	title: '登录',
	intro: '请输入你登记的邮箱地址，我们会发送一个登录链接。',
	email: '邮箱地址',
	send: '发送登录链接',
	provider: '使用公司账号登录',
	noMail: '此服务器未配置邮件，无法发送登录链接。',
	sentTitle: '请查看邮箱',
	sent: '如果该地址属于审批人，登录链接已经发出。链接只能使用一次，15 分钟内有效。',
	confirmTitle: (name) => `以 ${name} 的身份登录？`,
	confirm: '登录',
	confirmHint: '此链接应由你本人申请。若不是，请关闭本页，不会发生任何事。',
	usedTitle: '此链接已不能登录',
	used: '它已被使用、已超过 15 分钟，或从未有效。',
	again: '重新获取链接',
	failedTitle: '登录未成功',
	failed: '身份提供方返回的不是我们登记的审批人，未做任何更改。',
	tooMany: '尝试次数过多，请十分钟后再试。',
	badEmail: '请输入邮箱地址，例如 ana@example.com。',
	mail: {
		subject: '你的 Countersign 收件箱登录链接',
		hello: (name) => `${name}，你好：`,
		text: '使用此链接登录收件箱。链接只能使用一次，15 分钟内有效；打开后需要你确认。',
		button: '打开收件箱',
		footer: '如果不是你申请的，请忽略：没有链接，任何人都无法登录。',
	},
};

/** The sentences of signing in, in a language. */
export const signInText = (language: Language): Sentences<typeof en> => (language === 'zh-CN' ? zh : en);
export type SignInText = Sentences<typeof en>;
