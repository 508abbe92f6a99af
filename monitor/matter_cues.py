"""What is listened for in a citizen's message: cues, each a few ways of saying one thing, and where each is heard.

A cue is heard in the title, near the end (where the demand stands), or anywhere in what is read. `^` and `$` stand
for where the title begins and where title and text end. Everything is found in one pass over the folded text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from archive.fold import fold_text

LEAD = 500  # characters of the text that are read: openings and first demands stand there
ENDING = 110  # and this many of the end, where the demand is
NEAR = 14  # characters that may stand between a wish and what is wished
PLACES = ("title", "ending", "anywhere")


@dataclass(frozen=True, slots=True)
class Cue:
    """Heard where one of `words` stands; with `then`, where one of `then` follows it within NEAR characters.

    `speaks` is the matter it was thought of for ("" none); how much it really weighs for which, the model has learnt.
    """

    speaks: str
    name: str
    words: Sequence[str]
    then: Sequence[str] = field(default=())


def _cue(speaks: str, name: str, words: str, then: str = "") -> Cue:
    return Cue(speaks, name, tuple(words.split()), tuple(then.split()))


DECLARED = "\ue000"  # stands in what is read for words in which a message calls itself a report
_NOT_OURS = str.maketrans({"^": " ", "$": " ", DECLARED: " "})
WISH = "请 要求 希望 恳请 恳求 呼吁 望 应该 应当 马上 立即 立刻 赶紧 尽快 必须 好好 强烈要求 敦促 督促"
ASK = "请 请求 恳请 恳求 要求 盼 望 希望 求 麻烦"
CUES: tuple[Cue, ...] = (
    _cue("举报", "举报", "举报 检举 控告 状告"),
    _cue("举报", "自称举报", DECLARED),
    _cue("投诉", "曾经反映", "曾反映 无果 市民热线 市长热线 信访 上访"),
    _cue("举报", "涉黄",
         "涉黄 卖淫 嫖娼 嫖 招嫖 色情 黄毒 特殊服务 藏污纳垢 黄赌毒 拉客 找小姐 胸推 黄色卡片 淫秽"),
    _cue("举报", "赌博",
         "赌博 赌场 赌球 聚赌 豪赌 赌资 赌额 涉赌 赌钱 参赌 设赌 六合彩 买码 打鱼机 捕鱼机 赌博机 老虎机 牌机 赌机 "
         "百家乐 转转麻将 德州扑克"),
    _cue("举报", "传销集资",
         "传销 非法集资 非法融资 拉人头 发展下线 下线 资金盘 非法吸收 窝点 洗脑 会销 数字货币 虚拟货币 发展会员 "
         "返佣 集资诈骗"),
    _cue("举报", "诈骗", "诈骗 骗局 套路贷 假币 网贷平台 p2p 合同诈骗 骗子 行骗"),
    _cue("举报", "骗公款",
         "套取 骗取 冒领 虚报 骗保 骗补 骗取国家 骗取补贴 骗取医保 吃空饷 空饷 虚列 多报 截留"),
    _cue("举报", "偷逃税",
         "偷税 漏税 逃税 避税 偷逃 合法纳税 正常纳税 依法纳税 不开发票 不开具发票 拒开发票 税务稽查 税务登记 虚开"),
    _cue("举报", "税务发票", "税务局 税务 发票"),
    _cue("举报", "招投标", "围标 串标 操标 陪标 中标 投标 评标 招标 招投标 竞标 流标 废标 标书"),
    _cue("举报", "账目",
         "账目 报账 做假账 假账 小金库 白条 公款 财务公开 查账 财务不 账务 集体资产 国有资产 集体资金 集体经济 "
         "集体资产管理"),
    _cue("举报", "挂靠挂证", "挂靠 挂证 借用资质 出借资质 转包 违法分包 倒卖"),
    _cue("举报", "无证",
         "无证经营 无照经营 无证无照 无证办学 无证行医 非法行医 非法办学 违规办学 无证上岗 黑诊所 黑作坊 黑中介 无资质 "
         "没有资质 无证 非法营业 非法经营 非法营运 非法运营 违法经营 黑车 黑救护车 未取得 不具备资质 无营业执照 "
         "没有营业执照 没有任何证件 没有任何手续 证照不全 证件不全 手续不全"),
    _cue("举报", "执照", "执照 许可证 资质 证照 资格证 消防手续 消防验收 没有消防 办学资格"),
    _cue("举报", "盗采毁林",
         "盗采 滥采 偷采 盗挖 偷挖 非法采 非法开采 采砂 洗砂 洗沙 挖山 毁林 砍伐 植被 电鱼 水源保护 基本农田 偷倒"),
    _cue("举报", "假药假货", "假药 假冒 伪劣 三无产品 假货 保健品 制假 售假 夸大功效"),
    _cue("举报", "村干部",
         "村干部 村书记 村长 村主任 村支书 支书 村委 村支两委 组长 社区书记 村霸 联村 村官 队长"),
    _cue("举报", "公职",
         "党员 公职人员 公务员 公务人员 干部 处长 科长 局长 镇长 院长 副书记 副主任 主任 警官 民警 法官 检察官 "
         "干警 交警 协警 辅警 执法局 支队 站长 所长 校长"),
    _cue("举报", "公职作恶",
         "党员 公职 公务员 干部 处长 科长 局长 局 镇长 院长 书记 主任 警 法官 检察官 支书 村长 村委 组长 站长 "
         "所长 校长 领导 政府 部门 城管 派出所 经侦 法院 街道 业委会 执法 社区 医院 会计",
         "收受 受贿 贪 侵吞 私吞 挪用 勾结 包庇 庇护 纵容 袒护 充当 参与 徇私 枉法 渎职 滥用 利用职 以权 套取 骗取 "
         "造假 作假 伪造 私自 非法 违法 违纪 违规 殴打 威胁 恐吓 暴力 吃拿 索要 索取 内定 弄虚作假 欺上瞒下 入股 参股 "
         "分赃 谋利 谋取 好处 红包 查询个人"),
    _cue("举报", "腐败",
         "贪污 贪官 受贿 行贿 索贿 贿赂 收贿 贪腐 腐败 权钱交易 钱权交易 金钱交易 吃回扣 回扣 好处费 收受 吃拿卡要"),
    _cue("举报", "侵吞",
         "挪用 侵吞 侵占 私吞 盗用 吞掉 中饱私囊 据为己有 占为己有 私分 瓜分 克扣 变卖 贱卖 低价转让"),
    _cue("举报", "滥权",
         "以权谋私 滥用职权 滥用公权 滥用权力 乱用公权 玩忽职守 徇私 枉法 职务便利 职务之便 职权之便 渎职 失职 越权 "
         "公权力 执法犯法 知法犯法 有法不依 司法腐败 欺上瞒下 欺压"),
    _cue("举报", "保护伞", "保护伞 后台 靠山 通风报信 打点 摆平 有关系 关系户 有背景 背景 撑腰 黑白两道"),
    _cue("举报", "勾结",
         "官商 勾结 利益输送 利益同 包庇 庇护 袒护 参股 入股 官官相护 同流合污 狼狈为奸 蛇鼠一窝 充当 串通"),
    _cue("举报", "内定", "猫腻 内幕 黑幕 暗箱操作 内定 走后门 走过场 找关系 泄露考题 泄题 操纵"),
    _cue("举报", "纪检", "纪委 纪检 监察 监委 违纪 党纪 国法 移交司法 害群之马 巡视"),
    _cue("举报", "扫黑", "扫黑 打黑 除恶 黑恶 涉黑 黑社会 恶势力 村霸 地头蛇 地霸"),
    _cue("举报", "追责", "问责 追责 追究"),
    _cue("举报", "法办",
         "法办 严惩 严办 惩办 惩治 捉拿 抓捕 铲除 绳之以法 绳之于法 刑事责任 法律责任 依法追究 从严查处 严肃查处 "
         "严厉打击 重拳 一网打尽 端掉 捣毁"),
    _cue("举报", "查", "彻查 严查 立案 调查 核查 查清 查一下 查一查 查明 查处 查办 明察 查实 清查 严打 督查 稽查"),
    _cue("举报", "请查",
         WISH,
         "彻查 严查 立案 调查 核查 查清 查一 查明 查处 查办 查实 清查 严惩 严办 打击 追究 法办 铲除 抓 稽查 介入"),
    _cue("举报", "犯罪", "犯罪 团伙 刑事 违法乱纪 敲诈 勒索 流窜 作案 不法分子 诬告 栽赃 陷害 非法拘禁"),
    _cue("举报", "红包", "有偿家教 介绍费 红包 好处费 两份工资 领工资 领取领导 编外 送礼"),
    _cue("举报", "老师收钱", "班主任 任课老师 在职教师 在职老师 老师", "有偿 补课 补习 家教 红包 回扣 送礼"),
    _cue("投诉", "补课", "补课 补课费 补习"),
    _cue("举报", "造假", "伪造 弄虚作假 造假 虚假 作假 冒用 冒充 冒名 假公章 假签名 假证 隐瞒 隐匿 伪证 篡改"),
    _cue("举报", "违法违纪", "违法违纪 违规违纪 违法行为 违规行为 违反规定 违反国家 无视法律 违法违规 违规违法"),
    _cue("举报", "公共资金", "补贴 补助 专项资金 扶持资金 工程款 财政资金 低保名额 扶贫款 维修基金 医保 拨款"),
    _cue("举报", "涉嫌", "涉嫌 疑似 怀疑 嫌疑 据了解 据知情 知情人"),
    _cue("举报", "打着幌子", "幌子 打着 名义 挂羊头 以合法 表面 变相 伪装 暗地里 私底下"),
    _cue("举报", "怕报复", "打击报复 不便透露 保密 敢怒不敢言 人身安危 匿名 暗访 打草惊蛇 怕报复"),
    _cue("举报", "社会毒瘤",
         "毒瘤 害人 祸害 上当受骗 受骗 骗老人 老人钱 养老钱 危害社会 社会风气 猖獗 明目张胆 公然 肆无忌惮 猖狂"),
    _cue("投诉", "受害求偿", "受害人 受害者 出借人 兑付 血汗钱 本金 被骗 赔偿 追回 损失 还我"),
    _cue("投诉", "取缔", "取缔"),
    _cue("投诉", "投诉", "投诉 反映 反应 控诉"),
    _cue("投诉", "维权", "维权 合法权益 权益 公道 主持公道 讨说法 做主 为民作主 说法"),
    _cue("投诉", "欺诈", "欺诈 欺骗 被骗 坑害 坑人 黑心 无良 忽悠 欺负 霸占 霸道 奸商 套路"),
    _cue("投诉", "楼盘", "开发商 楼盘 购房 收房 交房 精装 业主 房产证 烂尾 房屋质量 毛坯"),
    _cue("投诉", "物业", "物业 业委会 小区"),
    _cue("投诉", "噪音", "噪音 噪声 扰民 吵 半夜 深夜 通宵 凌晨 睡不 入睡 休息 施工"),
    _cue("投诉", "污染", "油烟 臭 异味 污染 粉尘 垃圾 废气 气味 排污 污水 焚烧 灰尘 扬尘"),
    _cue("投诉", "违建违规", "违建 违章 违规 违法 非法 私自 擅自 私搭 乱搭 搭建 占用 强占"),
    _cue("投诉", "强迫", "强行 强制 强迫 逼 捆绑 霸王条款 霸王 垄断 不让 不准 不允许 限制"),
    _cue("投诉", "欠钱", "拖欠 欠薪 血汗钱 欠款 不还 工资 克扣 扣发"),
    _cue("投诉", "退钱", "退款 退费 退钱 押金 不退 退还 退房 返还"),
    _cue("投诉", "收费", "乱收费 收费 涨价 太贵 高价 收取 费用 价格 天价 多收"),
    _cue("投诉", "推诿",
         "推诿 踢皮球 不作为 敷衍 无人管 没人管 不管 置之不理 不理 互相推 相互推 搪塞 拖延 投诉无门 懒政 推脱 "
         "石沉大海 不了了之 扯皮 形同虚设 迟迟 不闻不问 无动于衷"),
    _cue("投诉", "至今未", "至今未 至今没 至今仍 一直没有 一直未 不见 仍未 还没有 多次反映 多次投诉 多次拨打 12345"),
    _cue("投诉", "恶劣", "态度 恶劣 野蛮 嚣张 猖狂 无视 暴力 殴打 威胁 辱骂 肆意 肆无忌惮 变本加厉 我行我素 太差"),
    _cue("投诉", "受苦", "严重影响 苦不堪言 深受其害 忍无可忍 受不了 痛苦 气愤 愤怒 无法忍受 不得安宁 怨声载道 严重"),
    _cue("投诉", "堵与停", "堵 违停 乱停 占道 停车 拥堵 乱停乱放"),
    _cue("投诉", "质量", "质量 开裂 裂缝 渗水 漏水 隐患 不达标 偷工减料 以次充好 不合格 质价不符 脱落 安全隐患"),
    _cue("投诉", "反问",
         "凭什么 为何 为什么 难道 何在 居然 竟然 竟 谁来管 谁管 天理 良心 怎么老是 怎么还 还不如 是何居心 谁之过 "
         "究竟 到底"),
    _cue("投诉", "不该", "不合理 不公平 不公 不满 反对 抗议 强烈谴责 坚决反对 不合法 荒唐 离谱 不应该"),
    _cue("投诉", "食品", "呕吐 腹泻 拉肚子 食物中毒 变质 发霉 发臭 假货 过期 缺斤少两 白蚁 流浪狗 野狗"),
    _cue("投诉", "贵而难", "太高 太贵 过高 过贵 偏高 停不起 用不起 住不起 看不起 付不起 读不起 上不起 很贵"),
    _cue("投诉", "脏乱", "脏乱差 脏乱 乱象 太闹 太吵 太脏 太臭 太乱 很吵 很臭 非常吵 占道经营 摆摊"),
    _cue("投诉", "要查处",
         WISH,
         "取缔 查处 彻查 严查 查清 处理 整治 取缔 管一管 管管 封存 叫停 处罚 追责 问责 拆除 制止 整改 关停 停止 "
         "搬离 搬迁 查 解释 道歉"),
    _cue("咨询", "何时", "什么时候 何时 多久 几时 时间表 啥时候 什么时间 几号 哪天 哪年"),
    _cue("咨询", "何时之题",
         "何时能 何时会 何时可 何时才 何时发布 何时开 何时启动 何时执行 什么时候能 什么时候可以 什么时候会 "
         "什么时候开 什么时候动工 什么时候建 何时动工 何时建"),
    _cue("咨询", "是否", "是否 能不能 可不可以 会不会 有没有 有无 算不算 需不需要 要不要"),
    _cue("咨询", "能否", "能否 能不能 可不可以 是否可以 可否 是否考虑 可以考虑 能否考虑"),
    _cue("咨询", "问号", "? 吗 呢 么"),
    _cue("咨询", "以问收尾", "?$ 吗$ 呢$ ?谢谢$ ?谢谢。$ ?谢谢!$ 。谢谢$ 吗?$ ??$"),
    _cue("咨询", "请问",
         "请问 咨询 想问 询问 问问 问一下 请教 想知道 想了解 了解一下 很想知道 不知 不知道 不清楚 不明白 不理解 "
         "不解"),
    _cue("咨询", "题称咨询", "^咨询 ^请问 ^询问 ^问问 ^关于 的咨询$ 疑问 疑惑 有关问题 相关问题 相关事宜 相关事项"),
    _cue("咨询", "如何", "如何 怎么 怎样 什么 哪里 哪个 哪些 哪家 多少 几个 是不是"),
    _cue("咨询", "望答复",
         "望回复 请回复 盼回复 盼复 敬请回复 望答复 请答复 望解答 请解答 求解 请告知 烦请告知 望告知 能回复 "
         "给予答复 给个答复 明确的答复 明确答复 明确回复 回复一下 解答 公布出来 如实公布"),
    _cue("咨询", "规划进度", "规划 开工 动工 进度 拉通 建成 开通 启动 修通 立项 选址 走向"),
    _cue("咨询", "政策办理",
         "政策 文件 规定 标准 条件 手续 材料 办理 申请 流程 公积金 社保 户口 落户 居住证 医保 缴存 缴纳 首套 报销 "
         "津贴 贷款 提取 认定 资格 退休 职称"),
    _cue("咨询", "公开", "公开 公示 公布 名单 发布"),
    _cue("咨询", "合法吗",
         "合法吗 合理吗 合规吗 合法么 是否合法 是否合理 是否合规 法律依据 有依据 算违法 违法吗 有没有依据"),
    _cue("建言", "建议", "建议 提议 倡议 个人认为 几点意见 献策 建言"),
    _cue("建言", "题称建议", "^建议 的建议$ 几点建议 建议如下 建议: 强烈建议 ^关于加快 优化建议 ^对 ^给"),
    _cue("建言", "希望", "希望 期盼 盼望 期待 期望 呼吁"),
    _cue("建言", "题称希望", "^希望 ^盼 ^期盼 ^恳请增 ^请加快 ^加快 ^请重视 ^申请 ^提议"),
    _cue("建言", "增设",
         "增设 增加 加装 加开 多开 新增 添加 设置 设立 建设 修建 扩建 拓宽 改造 优化 延长 延伸 完善 提高 加快 "
         "推进 规范化 安装 架设 开放 加密 调整 设站 普及 实现 纳入 推广 引进 打造"),
    _cue("建言", "愿增设",
         WISH + " 能否 能不能 可不可以 考虑 建议 可否",
         "增设 增加 加装 多开 加开 新增 设置 设立 修建 扩建 拓宽 优化 延长 延伸 完善 提高 加快 推进 安装 架设 "
         "开放 调整 建设 建 设 改成 改为"),
    _cue("建言", "大背景", "大背景 有何具体 具体行动 刻不容缓 加快建设 建设步伐 均衡发展 市委市政府加快"),
    _cue("建言", "交通设施",
         "红绿灯 天桥 斑马线 路灯 公交 地铁 站台 站点 线路 班次 车次 隔离栏 人行道 护栏 摄像头 公园 图书馆"),
    _cue("建言", "便民", "便民 方便 不便 不方便 出行 利民 造福 市民 惠民 居民"),
    _cue("建言", "考虑", "应当 最好 可以考虑 考虑 采纳 参考 不如 比较合理 更合理 合理配置"),
    _cue("求助", "帮助", "帮助 帮帮 帮忙 求助 救救 求救 救命 求求 跪求 泣求 求领导 援助 支援 帮我 帮一下 帮我们"),
    _cue("求助", "题称求助", "^求助 ^请求 ^恳请 ^请解决 ^恳求 ^请帮 ^跪求 ^求 请求解决 ^请关注 ^请重视 ^请修"),
    _cue("求助", "困难",
         "困难 贫困 残疾 低保 孤寡 生病 重病 大病 患者 走投无路 没有办法 没办法 不知道怎么办 怎么办 无依无靠 下岗 "
         "绝症 老人 危房"),
    _cue("求助", "解决", "解决 处理 落实 协调 督促"),
    _cue("求助", "请解决", ASK, "解决 帮助 帮忙 协调 安排 想想办法 支持"),
    _cue("求助", "停水电", "停水 供水 用水 没有水 没水 无水 水压 停电 供电 断水 停气 自来水 用电 信号 路灯不亮"),
    _cue("求助", "破损",
         "破损 损坏 坑洼 坑坑 大坑 垮塌 塌 坏了 不亮 失修 年久 修复 维修 抢修 整修 修整 修缮 泥泞 硬化 松动 破烂 "
         "修一下 脱落 损毁 故障"),
    _cue("求助", "请修",
         ASK,
         "恢复 维修 整修 修复 修缮 修整 抢修 疏通 清理 清运 修好 硬化 修路 拉通 打通 修一 铺设 更换"),
    _cue("求助", "入学", "入学 就读 上学 读书 学位 学区 招生 升学 入园 就近入学 无学可上"),
    _cue("求助", "请求", "请求 恳请 恳求 申请 批准 诉求 万般无奈 无奈"),
    _cue("求助", "难", "难$ 难! 难。 困难 难题 出行难 用水难 办理难 上学难 难问题 没办法"),
    _cue("求助", "我家", "我家 我爱人 我妈 我老婆 老公 儿子 女儿 孩子 本人 我是一名 我是 我叫 小孩 父母 家里"),
    _cue("求助", "我们", "全体 业主们 我们小区 村民 居民们 大家"),
    _cue("感谢", "感谢", "感谢 谢谢 感恩 致谢"),
    _cue("感谢", "题称感谢",
         "^感谢 ^衷心感谢 ^非常感谢 ^表扬 ^致谢 感谢领导$ 感谢信 表扬信 特此感谢 特此致谢 衷心的感谢$ 写信感谢 "
         "写信表扬 点赞$ 点赞。$ 锦旗"),
    _cue("感谢", "赞",
         "点赞 贴心 敢于担当 好人好事 公仆 热心 辛苦了 拾金不昧 非常满意 很满意 得到了解决 已解决 已收到"),
    _cue("", "拆迁", "拆迁 征收 征地 补偿 安置"),
    _cue("", "停运", "恢复 停运 取消 停开 改线 绕道"),
    _cue("", "判决", "法院 判决 起诉 仲裁 执行 派出所 报案 报警"),
)  # fmt: skip
# 举报 that tells of a telephone, of what others did or of what was tried before: no report.
_PAST = re.compile(
    "(打过?|多次|曾经?|无数次|屡次|一直|十几年的|群众|有人|网友发帖|怕被|可以.{0,8}|无论怎样|天天|反复)举报"
    "|(投诉|反映|反应|信访|上访)[、,和与及/]?举报|举报[、,和与及/]?(投诉|反映|反应|信访)"
    "|举报(电话|无[门果效人用]|平台|热线|途径|渠道|信箱|多次|数量|量|难|过|后|了|一次|给|到|时间|\\d+(个月|年|天|次)|受理"
    "|情况属实|均无|竟无)"
    "|(递交|投递|提交|寄|写)了?.{0,4}举报信|向(?!您|你).{2,14}举报过?[,。]"
)
# What calls itself a report.
_DECLARED = re.compile(
    "(现|特|特此|在此|兹|我要|想|要|向[您你].{0,3}|实名|匿名|联名|总之|严重|强烈|本人|提出|再次|我|[这本该此]次?)"
    "(举报|检举|控告)|(举报|检举|控告)(人|单位|企业|对象)?[: ]|被(举报|检举|控告)(人|单位|企业|部门|方|机构)"
    "|(举报|检举|控告)(内容|事项|如下|事由|请求|材料|书|状|信)|控告人|检举揭发|(^|[。!?\n;])(举报|检举|控告)"
)
SHAPES = ("长文", "短文", "多问", "多叹")  # beside the cues: how a text looks
FEATURES: tuple[tuple[str, str], ...] = tuple((cue.name, place) for cue in CUES for place in PLACES) + tuple(
    (shape, "") for shape in SHAPES
)
_SHAPE_AT = len(CUES) * len(PLACES)


@cache
def _finder() -> tuple[AhoCorasick, list[list[tuple[int, int]]]]:
    """The automaton of all words, and for each word which cues it belongs to and as what (0 stands alone, 1 a wish,
    2 what is wished)."""
    belongs: dict[str, list[tuple[int, int]]] = {}
    for number, cue in enumerate(CUES):
        for word in cue.words:
            belongs.setdefault(fold_text(word), []).append((number, 1 if cue.then else 0))
        for word in cue.then:
            belongs.setdefault(fold_text(word), []).append((number, 2))
    return AhoCorasick(list(belongs), matchkind=MatchKind.Standard), list(belongs.values())


def heard(title: str, text: str) -> Mapping[int, float]:
    """Which of FEATURES are there (index → value, 1 for a cue). Title and text as written, the title without places."""
    folded = _plain(title)
    body = _plain(text if len(text) <= LEAD + ENDING else f"{text[:LEAD]}\n{text[-ENDING:]}")
    whole = f"^{folded}$\n{body}$"
    begins, ends = len(folded) + 2, max(len(folded) + 2, len(whole) - ENDING)
    finder, belongs = _finder()
    found: dict[int, float] = {}
    wishes: dict[int, list[int]] = {}
    for word, start, end in finder.find_matches_as_indexes(whole, overlapping=True):
        for cue, role in belongs[word]:
            if role == 1:
                wishes.setdefault(cue, []).append(end)
                continue
            if role == 2 and not any(end_of <= start <= end_of + NEAR for end_of in wishes.get(cue, ())):
                continue
            at = cue * len(PLACES)
            found[at + 2] = 1.0
            if end <= begins:
                found[at] = 1.0
            elif start >= ends:
                found[at + 1] = 1.0
    shapes = (len(text) > LEAD, len(text) < 120, min(3, whole.count("?")) / 3, min(5, whole.count("!")) / 5)
    found.update({_SHAPE_AT + number: float(value) for number, value in enumerate(shapes) if value})
    return found


def _plain(text: str) -> str:
    """Folded, without the signs of ours."""
    folded = fold_text(text).translate(_NOT_OURS).strip()
    if "举报" in folded or "检举" in folded or "控告" in folded:
        return _DECLARED.sub(DECLARED, _PAST.sub("曾反映", folded))
    return folded
