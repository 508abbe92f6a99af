"""What the risk score is made of, as data: points, caps, fields of life, media, bands. An office edits it on a page.

What no table can change stands in monitor.risk: Ⅰ and Ⅱ need a named trigger, whatever the sum is."""

from dataclasses import dataclass
from typing import Literal

Level = Literal[1, 2, 3, 4]  # Ⅰ 特别重大, Ⅱ 重大, Ⅲ 较大, Ⅳ 一般
NUMERALS = "ⅠⅡⅢⅣ"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of people's lives: its points, and the words by which a title belongs to it."""

    name: str
    points: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """`bands`: from the gravest, (level, least score), the last one (4, 0). `points`: what one named thing is worth;
    `caps`: what a contribution may come to. `version` 0: as shipped; else that of monitor.models.RiskTable."""

    name: str
    bands: tuple[tuple[Level, int], ...]
    points: tuple[tuple[str, int], ...]
    caps: tuple[tuple[str, int], ...]
    fields: tuple[Field, ...]
    central_media: tuple[str, ...]
    provincial_media: tuple[str, ...]
    official: tuple[str, ...]
    version: int = 0

    def cap(self, name: str) -> int:
        return dict(self.caps)[name]

    def worth(self, name: str) -> int:
        return dict(self.points)[name]


# What each named thing is worth, and the contribution it counts to.
POINTS = (
    ("中央媒体", 20),
    ("省级媒体", 14),
    ("人员死亡", 24),
    ("人员受伤", 14),
    ("上级督办", 20),
    ("全国热搜", 20),
    ("另一领域", 2),
    ("另一信源", 2),
    ("逾期一条", 2),
    ("答复一条", 2),
)
POINTS_OF = {
    "中央媒体": "媒体",
    "省级媒体": "媒体",
    "人员死亡": "伤亡",
    "人员受伤": "伤亡",
    "上级督办": "上级督办",
    "全国热搜": "全国热搜",
    "另一领域": "领域",
    "另一信源": "扩散",
    "逾期一条": "未答复",
    "答复一条": "官方声音",
}
CAPS = (
    ("信息量", 24),
    ("诉求", 16),
    ("领域", 18),
    ("扩散", 14),
    ("持续", 12),
    ("未答复", 10),
    ("媒体", 20),
    ("伤亡", 24),
    ("上级督办", 20),
    ("全国热搜", 20),
    ("官方声音", 6),  # taken off: somebody has answered
)
FIELDS = (
    Field("公共安全", 16, ("爆炸", "坍塌", "起火", "火灾", "触电", "溺水", "燃气泄漏", "中毒", "事故", "电梯")),
    Field("食品药品", 16, ("食品", "变质", "过期", "药品", "疫苗", "食堂", "食物中毒")),
    Field("教育", 12, ("学校", "幼儿园", "小学", "中学", "学区", "入学", "补课", "教师", "学生", "实习")),
    Field("医疗社保", 12, ("医院", "医保", "社保", "养老金", "退休", "医生", "看病")),
    Field("住房", 12, ("楼盘", "开发商", "物业", "业主", "车位", "交房", "房产证", "购房", "商品房", "小区", "限价")),
    Field("征地拆迁", 12, ("拆迁", "征地", "征收", "安置", "补偿")),
    Field("劳动工资", 12, ("工资", "欠薪", "农民工", "加班", "劳动合同", "辞退")),
    Field("生态环境", 10, ("污染", "噪音", "噪声", "扰民", "异味", "臭", "粉尘", "扬尘", "油烟", "污水", "搅拌站")),
    Field("水电气", 10, ("停水", "停电", "停气", "供水", "供电", "燃气", "自来水", "水压")),
    Field("交通", 8, ("公交", "地铁", "堵车", "拥堵", "红绿灯", "停车", "道路", "修路", "出租车", "高速")),
)  # fmt: skip
# By the publisher (来源) a report names first. Provincial media are the office's own to name; these are of every
# province's kind.
CENTRAL_MEDIA = (
    "新华社", "新华网", "人民日报", "人民网", "央视", "中央电视台", "中央广播电视总台", "央广网", "光明日报",
    "经济日报", "中国日报", "中国新闻网", "中国新闻社", "中新网", "中新社", "中国青年报", "工人日报", "法治日报",
    "农民日报", "科技日报", "求是", "半月谈",
)  # fmt: skip
PROVINCIAL_MEDIA = (
    "四川日报", "川观新闻", "四川观察", "四川广播电视台", "四川在线", "封面新闻", "红星新闻", "澎湃新闻", "新京报",
    "湖南日报", "南方日报", "省广播电视台", "省电视台",
)  # fmt: skip
# A publisher that ends so speaks for the government: 东城发布, 平安清江, 清江市人民政府.
OFFICIAL = ("发布", "人民政府", "政府网", "政府网站", "政府办", "新闻办", "公安局", "应急管理局", "卫生健康委员会")

FOUR_LEVELS = Preset(
    "四级（Ⅰ、Ⅱ、Ⅲ、Ⅳ）",
    ((1, 80), (2, 55), (3, 40), (4, 0)),
    POINTS,
    CAPS,
    FIELDS,
    CENTRAL_MEDIA,
    PROVINCIAL_MEDIA,
    OFFICIAL,
)
THREE_LEVELS = Preset(
    "三级（重大、较大、一般）",
    ((2, 55), (3, 40), (4, 0)),
    POINTS,
    CAPS,
    FIELDS,
    CENTRAL_MEDIA,
    PROVINCIAL_MEDIA,
    OFFICIAL,
)
