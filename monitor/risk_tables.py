"""What the risk score is made of, as data: caps, fields of life, media, levels. An office's own rules go here."""

from dataclasses import dataclass
from typing import Literal

Level = Literal[1, 2, 3, 4]  # Ⅰ 特别重大, Ⅱ 重大, Ⅲ 较大, Ⅳ 一般


@dataclass(frozen=True, slots=True)
class Field:
    """A field of people's lives: its points, and the words by which a title belongs to it."""

    name: str
    points: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """`bands`: from the gravest, (level, least score). Levels Ⅰ and Ⅱ need a named trigger besides."""

    name: str
    bands: tuple[tuple[Level, int], ...]
    caps: tuple[tuple[str, int], ...]
    fields: tuple[Field, ...]
    central_media: tuple[str, ...]
    provincial_media: tuple[str, ...]

    def cap(self, name: str) -> int:
        return dict(self.caps)[name]


CAPS = (
    ("信息量", 24),
    ("诉求", 16),
    ("领域", 14),
    ("扩散", 14),
    ("持续", 12),
    ("未答复", 10),
    ("媒体", 20),
    ("伤亡", 20),
    ("上级督办", 20),
    ("全国热搜", 20),
    ("官方声音", 6),  # taken off: somebody has answered
)
FIELDS = (
    Field("公共安全", 14, ("爆炸", "坍塌", "起火", "火灾", "触电", "溺水", "燃气泄漏", "中毒", "事故", "电梯")),
    Field("食品药品", 14, ("食品", "变质", "过期", "药品", "疫苗", "食堂", "食物中毒")),
    Field("教育", 12, ("学校", "幼儿园", "小学", "中学", "学区", "入学", "补课", "教师", "学生", "实习")),
    Field("医疗社保", 12, ("医院", "医保", "社保", "养老金", "退休", "医生", "看病")),
    Field("住房", 12, ("楼盘", "开发商", "物业", "业主", "车位", "交房", "房产证", "购房", "商品房", "小区", "限价")),
    Field("征地拆迁", 12, ("拆迁", "征地", "征收", "安置", "补偿")),
    Field("劳动工资", 12, ("工资", "欠薪", "农民工", "加班", "劳动合同", "辞退")),
    Field("生态环境", 10, ("污染", "噪音", "噪声", "扰民", "异味", "臭", "粉尘", "扬尘", "油烟", "污水", "搅拌站")),
    Field("水电气", 10, ("停水", "停电", "停气", "供水", "供电", "燃气", "自来水", "水压")),
    Field("交通", 8, ("公交", "地铁", "堵车", "拥堵", "红绿灯", "停车", "道路", "修路", "出租车", "高速")),
)  # fmt: skip
# By publisher (来源) or source. Provincial media are the office's own to name; these are of every province's kind.
CENTRAL_MEDIA = (
    "新华社", "新华网", "人民日报", "人民网", "央视", "中央电视台", "中央广播电视总台", "光明日报", "经济日报",
    "中国日报", "中国新闻网", "中国新闻社", "中新网", "中国青年报", "工人日报", "法治日报", "农民日报", "科技日报",
    "求是", "半月谈",
)  # fmt: skip
PROVINCIAL_MEDIA = (
    "四川日报", "川观新闻", "四川观察", "四川广播电视台", "四川在线", "封面新闻", "红星新闻", "澎湃新闻", "新京报",
    "湖南日报", "南方日报", "省广播电视台", "省电视台",
)  # fmt: skip

FOUR_LEVELS = Preset(
    "四级（Ⅰ、Ⅱ、Ⅲ、Ⅳ）",
    ((1, 85), (2, 65), (3, 40), (4, 0)),
    CAPS,
    FIELDS,
    CENTRAL_MEDIA,
    PROVINCIAL_MEDIA,
)
THREE_LEVELS = Preset(
    "三级（重大、较大、一般）",
    ((2, 65), (3, 40), (4, 0)),
    CAPS,
    FIELDS,
    CENTRAL_MEDIA,
    PROVINCIAL_MEDIA,
)
