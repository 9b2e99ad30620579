/** The sentences that only Slack needs, in both languages. */
import type { Language } from '../domain/verdict.ts';
import type { Sentences } from './catalogue.ts';

const en = {
	edit: 'Edit',
	open: 'Open the page',
	cancel: 'Cancel',
	confirm: {
		approve: { title: 'Approve this?', yes: 'Approve' },
		reject: { title: 'Reject this?', yes: 'Reject' },
		take_over: { title: 'Take this over?', yes: 'Take over' },
	},
	/** Under the answers. */
	how: 'Only these buttons decide: reactions and messages do not.',
	replaced: 'This was changed; what you see here can no longer be answered',
	answered: 'Your answer is recorded. More people have to answer.',
	recorded: 'Your answer is recorded.',
	lost: 'Your answer changed nothing.',
	notYours: 'This was sent to somebody else. You cannot answer it, and nothing has changed.',
	changed: 'This changed after it was sent to you. Nothing was decided; whoever may answer gets a new message.',
	onThePage: 'This cannot be done here. Open the page and answer there:',
	unknown: 'This message is not known any more. Nothing was decided; open the inbox.',
	noModal: 'The form could not be opened in time. Press Edit again, or use the page:',
	help: 'Only the buttons on a card decide. Reactions, replies and messages are not read.',
	modal: {
		title: 'Edit',
		submit: 'Change',
		intro: 'Policy judges the changed action again, and whoever may answer is asked anew.',
		amount: (currency: string) => `Amount in ${currency}`,
		leftOut: 'Values that a form cannot show are kept as they are; the page shows all.',
		yes: 'true',
		no: 'false',
		badAmount: (currency: string) => `must be a decimal such as 240.00, in ${currency}`,
		badNumber: 'must be a number',
		nothing: 'nothing is changed yet',
	},
} as const;

const zh: Sentences<typeof en> = {
	edit: '修改',
	open: '打开页面',
	cancel: '取消',
	confirm: {
		approve: { title: '确认批准？', yes: '批准' },
		reject: { title: '确认拒绝？', yes: '拒绝' },
		take_over: { title: '确认由你处理？', yes: '我来处理' },
	},
	how: '只有这些按钮能决定；表情和消息无效。',
	replaced: '内容已修改，此消息不能再答复',
	answered: '你的答复已记录，还需要其他人答复。',
	recorded: '你的答复已记录。',
	lost: '你的答复没有产生影响。',
	notYours: '这条消息是发给别人的。你不能答复，也没有任何变化。',
	changed: '内容在发给你之后有变化。没有做任何决定；可以答复的人会收到新消息。',
	onThePage: '这里无法完成，请打开页面答复：',
	unknown: '这条消息已失效。没有做任何决定，请打开收件箱。',
	noModal: '表单没有及时打开。请再按一次“修改”，或使用页面：',
	help: '只有卡片上的按钮能决定。表情、回复和消息不会被读取。',
	modal: {
		title: '修改',
		submit: '提交修改',
		intro: '策略会重新判断修改后的操作，并重新询问可以答复的人。',
		amount: (currency) => `金额（${currency}）`,
		leftOut: '表单无法显示的值保持不变，页面上可以看到全部。',
		yes: 'true',
		no: 'false',
		badAmount: (currency) => `请填写小数，例如 240.00，单位 ${currency}`,
		badNumber: '请填写数字',
		nothing: '还没有修改任何内容',
	},
};

export type SlackText = Sentences<typeof en>;

/** The sentences of Slack in a language. */
export const slackText = (language: Language): SlackText => ({ en, 'zh-CN': zh })[language];
