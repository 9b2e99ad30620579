/** What people are told about who may answer what, what waits for them, and what they can report, in simplified Chinese. */
import type { Sentences } from './catalogue.ts';
import type { peopleEn } from './catalogue-people-en.ts';

export const peopleZh: Sentences<typeof peopleEn> = {
	waiting: {
		subject: (n, by) => `【${n} 项待处理】${by}`,
		firstBy: (time) => `最早截止 ${time}`,
		title: (n) => `${n} 项等待你答复`,
		intro: '已合并为一条消息，避免逐条打扰你。',
		none: '这里没有等待你处理的内容了。',
		current: '列表显示每一项的当前状态。',
		by: (time) => `截止 ${time}`,
		aCase: '工单',
		openList: '打开列表',
		more: (n) => `另有 ${n} 项，见列表`,
		sms: (n, by) => `${n} 项待你处理${by === '' ? '' : '，'}${by}。`,
	},
	code: {
		subject: '你的 Countersign 验证码',
		mail: (code, what) => `${code} 是用于确认的验证码：${what}`,
		sms: (code, what) => `${code} 是你的验证码，用于确认：${what}。10 分钟内有效，请勿告知他人。`,
		keep: '验证码 10 分钟内有效，只能在请求它的页面上使用。请勿告知任何人，我们绝不会向你索要。如果不是你请求的，说明他人持有你的链接，请告知管理员。',
		title: '还差一步',
		why: {
			channel_limit: '金额超过了此渠道可单独批准的上限。',
			step_up_required: '批准这个金额需要再次确认你的身份。',
			phone_not_trusted: '你的号码太新，不能单凭它作出决定。',
		},
		sent: {
			sms: '我们正在用短信向你的手机发送六位验证码。',
			email: '我们正在向你的邮箱发送六位验证码。',
		},
		label: '验证码',
		confirm: '用验证码确认',
		again: '重新发送验证码',
		wrong: (left) => `验证码不正确，还可尝试 ${left} 次。`,
		expired: '该验证码已失效，我们正在发送新的验证码。',
		tooMany: '请求验证码次数过多。请一小时后再试，或使用收件箱，或请同事处理。',
		noChannel: '没有可用的第二联系方式。请登录收件箱批准，或请同事处理。',
		otherwise: '拒绝或接手不需要验证码。',
	},
	report: {
		title: '报告有误',
		intro: '该操作未经询问就已执行。如果它不该这样执行，请告诉我们：报告会附在该操作上，供以后的判断参考，但不会撤销任何内容。',
		label: '哪里有误？',
		labels: {
			should_have_asked: '应当先询问',
			other: '其他问题',
		},
		comment: '备注',
		send: '提交报告',
		done: '已提交，谢谢。',
		again: '你之前已报告过，以第一次报告为准。',
		notYet: '该操作尚未执行，没有可报告的内容。',
	},
	errors: {
		phone_not_trusted: '你的号码太新，不能单凭它作出决定：还需要邮件中的验证码，或使用收件箱。',
		amount_not_typed: '批准这么大的金额，须在下方按页面所示输入该金额。',
		separation_of_duties: '你与该操作有关联，不能批准，须由同事审批。你仍可拒绝或接手。',
		channel_limit: '金额超过了此渠道可单独批准的上限。你可以在此拒绝或接手。',
		step_up_required: '批准这个金额需要再次确认身份：使用验证码，或登录收件箱。',
	},
};
