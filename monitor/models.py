"""The monitor's state: sources and their health, watchlists, policies, events, onsets and findings."""

from django.db import models

from accounts.by_character import ByCharacter


class Source(models.Model):
    """A declared source (crawlers.declare), its health and how far it has been crawled."""

    id = models.SlugField("编号", primary_key=True, max_length=64)
    name = models.CharField("信源", max_length=128)
    declaration = models.JSONField("声明")
    enabled = models.BooleanField("启用", default=True)
    group = models.CharField("分组", max_length=64, blank=True)
    region = models.CharField("地区", max_length=64, blank=True)
    every = models.PositiveIntegerField("采集间隔（秒）", default=3600)
    next_due = models.DateTimeField("下次采集", null=True, db_index=True)
    # Crawl state, saved after the posts are.
    whole = models.BooleanField("上次完整", default=False)
    since = models.DateTimeField("已采集至", null=True)
    validators = models.JSONField(default=dict)
    # Health
    last_started = models.DateTimeField("上次开始", null=True)
    last_ok = models.DateTimeField("上次成功", null=True)
    last_new = models.DateTimeField("上次有新信息", null=True)
    failures = models.PositiveIntegerField("连续失败", default=0)
    outcome = models.JSONField("上次结果", default=dict)
    # Its rhythm, as the last round saw it in the archive (monitor.gaps)
    silent_since = models.DateTimeField("无新信息自", null=True)
    longest_gap = models.DurationField("最长间隔", null=True)  # that was no silence; None: not known yet

    class Meta:
        verbose_name = verbose_name_plural = "信源"
        ordering = [ByCharacter("group"), ByCharacter("id")]

    def __str__(self) -> str:
        return self.name


class Outage(models.Model):
    """A time in which a source was not read, though it should have been: between two crawls that ended well. What goes
    on still is not here: the source's own row says so (monitor.outages)."""

    source = models.CharField("信源", max_length=64)
    began = models.DateTimeField("自")
    ended = models.DateTimeField("至", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "采集中断"
        ordering = ["-began", ByCharacter("source")]
        constraints = [models.UniqueConstraint(fields=["source", "began"], name="outage_once")]


class Watchlist(models.Model):
    """A query with a purpose. `query` is that of `version`; older ones are in WatchlistVersion. An edit of an immediate
    list's query is `proposed`, and not in force before two people have `agreed` to it (monitor.approvals)."""

    name = models.CharField("监测方案", max_length=64, unique=True)
    purpose = models.CharField("监测目的", max_length=200)
    query = models.TextField("检索式")
    version = models.PositiveIntegerField("版本", default=1)
    immediate = models.BooleanField("即报", default=False)
    approved_by = models.JSONField("同意即报的人", default=list)
    proposed = models.TextField("待同意的检索式", blank=True)
    agreed = models.JSONField("已同意修改的人", default=list, blank=True)
    enabled = models.BooleanField("启用", default=True)
    plan = models.CharField("预案", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "监测方案"
        ordering = [ByCharacter("name")]

    def __str__(self) -> str:
        return self.name


class WatchlistVersion(models.Model):
    watchlist = models.ForeignKey(Watchlist, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("版本")
    query = models.TextField("检索式")
    purpose = models.CharField("监测目的", max_length=200)
    immediate = models.BooleanField("即报", default=False)
    by = models.CharField("修改人", max_length=150)
    at = models.DateTimeField("修改时间")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["watchlist", "number"], name="watchlist_version")]


class Policy(models.Model):
    """A registered policy; `query` is made of its title and document number and can be edited.

    Not released yet: `released_at` is None, and it is watched all the same. `expires_on` is the first day on which it
    is no longer in force, `consulted_until` the last day of its public consultation. What is in force when is told by
    monitor.validity; `validity` is what a person has set instead, with the reason.
    """

    title = models.CharField("标题", max_length=300, unique=True)
    doc_number = models.CharField("文号", max_length=64, blank=True)
    planned_on = models.DateField("拟发布日期", null=True, blank=True)
    released_at = models.DateTimeField("发布日期", null=True, blank=True)
    effective_on = models.DateField("施行日期", null=True, blank=True)
    expires_on = models.DateField("失效日期", null=True, blank=True)
    consulted_from = models.DateField("征求意见开始", null=True, blank=True)
    consulted_until = models.DateField("征求意见截止", null=True, blank=True)
    result_at = models.DateTimeField("意见采纳情况公布", null=True, blank=True)
    result_url = models.URLField("意见采纳情况链接", max_length=1000, blank=True)
    validity = models.CharField("人工认定的有效性", max_length=16, blank=True)
    validity_reason = models.CharField("认定理由", max_length=200, blank=True)
    unit = models.CharField("责任单位", max_length=128, blank=True)
    url = models.URLField("链接", max_length=1000, blank=True)
    query = models.TextField("检索式")
    post_id = models.CharField(max_length=64, blank=True)
    needs_interpretation = models.BooleanField("须配解读", default=True)
    interpreted_at = models.DateTimeField("解读发布", null=True, blank=True)
    interpretation_url = models.URLField("解读链接", max_length=1000, blank=True)
    enabled = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "政策"
        ordering = [models.F("released_at").desc(nulls_first=True), "-pk"]

    def __str__(self) -> str:
        return self.title


class PolicyProposal(models.Model):
    """A crawled page that is a policy; a person registers or declines it."""

    post_id = models.CharField(max_length=64, unique=True)
    title = models.CharField("标题", max_length=300)
    doc_number = models.CharField("文号", max_length=64, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    published_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    decided = models.CharField(max_length=16, blank=True)  # "", "registered", "declined"


class PolicyAnswer(models.Model):
    """An entry of a policy's question-and-answer base (政策咨询问答库): suggested from repeated questions, edited and
    decided by a person. `asked` counts the posts in `posts` (ids); `answer_post` is the one whose reply was taken."""

    class Status(models.TextChoices):
        SUGGESTED = "suggested", "建议"
        ADOPTED = "adopted", "已采纳"
        DECLINED = "declined", "不采纳"

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField("问题", max_length=300)
    answer = models.TextField("答复", blank=True)
    asked = models.PositiveIntegerField("提问次数", default=0)
    posts = models.JSONField(default=list)
    answer_post = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    status = models.CharField("状态", max_length=16, choices=Status.choices, default=Status.SUGGESTED)
    edited = models.BooleanField("经人修改", default=False)
    changed_by = models.CharField("修改人", max_length=150, blank=True)
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "政策问答"
        ordering = ["-asked", "pk"]

    def __str__(self) -> str:
        return self.question


class PolicyStance(models.Model):
    """What a person read in one post about a policy: of its writer nothing is known or kept, of the post its id."""

    class Stance(models.TextChoices):
        FAVOR = "favor", "支持"
        AGAINST = "against", "反对"
        NONE = "none", "没有表态"

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="stances")
    post_id = models.CharField(max_length=64)
    stance = models.CharField("立场", max_length=16, choices=Stance.choices)
    by = models.CharField("判读人", max_length=150)
    at = models.DateTimeField("判读时间")

    class Meta:
        verbose_name = verbose_name_plural = "立场判读"
        constraints = [models.UniqueConstraint(fields=["policy", "post_id"], name="policy_stance")]


class Event(models.Model):
    """Posts about one matter. The id is its first post's."""

    id = models.CharField(primary_key=True, max_length=64)
    title = models.CharField("标题", max_length=300)
    terms = models.JSONField("关键词", default=list)
    size = models.PositiveIntegerField("条数", default=0)
    first_at = models.DateTimeField("首发")
    last_at = models.DateTimeField("最近", db_index=True)
    # The event this one was merged into by hand, which all its posts are told to be of.
    merged_into = models.CharField("已合并至", max_length=64, blank=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "事件"


class EventDecision(models.Model):
    """What a person decided about events: two are one (`other` was merged into `event`), or `posts` are no part of
    `event` but an event of their own, `other`. Kept when it is undone."""

    class Act(models.TextChoices):
        MERGE = "merge", "合并"
        SPLIT = "split", "拆分"

    act = models.CharField("操作", max_length=8, choices=Act.choices)
    event = models.CharField("事件", max_length=64, db_index=True)
    other = models.CharField("另一事件", max_length=64, db_index=True)
    posts = models.JSONField("信息", default=list)  # of `other`: those merged with it, or those split out
    reason = models.CharField("理由", max_length=500)
    by = models.CharField("操作人", max_length=150)
    at = models.DateTimeField("时间")
    undone_by = models.CharField("撤销人", max_length=150, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True)
    # The post behind which the index did a split, so that a rebuild does it there again.
    after_at = models.DateTimeField(null=True)
    after_id = models.CharField(max_length=64, blank=True)
    # None: a round still has to see that every post is marked so.
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "事件合并与拆分"
        ordering = ["-at", "-id"]


class EventIndex(models.Model):
    """Snapshot of the on-line grouping with the watermark it covers; one row. A rebuild must give the same."""

    watermark_at = models.DateTimeField()
    watermark_id = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    blob = models.BinaryField()


class RoundState(models.Model):
    """How far rounds have come; one row. What is to be read the archive itself knows (Store.unmarked)."""

    evaluated = models.DateTimeField(null=True)  # hours over by then have been judged
    finished = models.DateTimeField(null=True)


class KnownSource(models.Model):
    """When a round first read a post of a source: its first crawl brings history, which is no burst."""

    id = models.CharField(primary_key=True, max_length=64)
    first_read = models.DateTimeField()


class Unscored(models.Model):
    """A post the sentiment engine could not score when it was read; a later round does."""

    post_id = models.CharField(primary_key=True, max_length=64)


class SecondOpinion(models.Model):
    """What another engine says of a post that reached an incident (monitor.second): numbers only."""

    post_id = models.CharField(primary_key=True, max_length=64)
    engine = models.CharField(max_length=16)
    p_neg = models.FloatField()
    p_neu = models.FloatField()
    p_pos = models.FloatField()
    asked_at = models.DateTimeField()


class SubjectState(models.Model):
    """Per subject of the spike detector: onsets already raised, so that they are never computed again."""

    # watchlist, policy, topic, event; slow: an event's slow burn
    subject_kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=128)
    last_onset = models.DateTimeField(null=True)
    last_tier = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_kind", "subject"], name="subject_state")]


class Finding(models.Model):
    """What a round found worth telling. alerts.open_incidents turns it into an incident or adds it to one."""

    class Kind(models.TextChoices):
        SPIKE = "spike", "信息量突增"
        IMMEDIATE = "immediate", "即报"
        SLOW_BURN = "slow_burn", "持续反映"
        LIFE_THREAT = "life_threat", "轻生风险"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    subject_kind = models.CharField(max_length=16)  # watchlist, policy, topic, event, post
    # the watchlist's name, the policy's key, a topic and region (monitor.themes), the event's or post's id
    subject = models.CharField(max_length=128)
    # A full hour; a second immediate finding of an hour, raised after the first was handled, has its own minute.
    onset = models.DateTimeField()
    tier = models.PositiveIntegerField(default=0)
    rise = models.BooleanField(default=False)  # of a burst that was told before, to a higher tier
    title = models.CharField(max_length=300)
    explanation = models.CharField(max_length=300)  # 最近 6 小时 42 条，通常 5 条
    # monitor.findings.Facts; {} while the round that found it has not come to its end
    facts = models.JSONField(default=dict)
    post_ids = models.JSONField(default=list)  # newest first, at most 500
    events = models.JSONField(default=list)
    # monitor.risk.Risk.as_dict: {score, level, contributions: [{name, points, evidence}], trigger, rule,
    # quotes: [{trigger, sentence, post, publisher}], changes: [{fact, level, why}], table}
    risk = models.JSONField(default=dict)
    # monitor.situation.Situation.as_dict: all that the risk rests on, so that another table can be tried on it; {} in
    # rows of an earlier version
    situation = models.JSONField(default=dict)
    watchlist = models.ForeignKey(Watchlist, null=True, on_delete=models.SET_NULL)
    watchlist_version = models.PositiveIntegerField(null=True)
    policy = models.ForeignKey(Policy, null=True, on_delete=models.SET_NULL)
    found_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_kind", "subject", "onset"], name="finding_once")
        ]


class RiskTable(models.Model):
    """A version of the risk table (monitor.risk_documents); the last one is in force. Rows are only ever added."""

    version = models.PositiveIntegerField("版本", unique=True)
    table = models.JSONField("风险表")
    note = models.CharField("修改理由", max_length=500)
    by = models.CharField("修改人", max_length=150)
    at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "风险表"
        ordering = ["-version"]


class Lease(models.Model):
    """Who may do a thing that only one may do at a time, until when."""

    name = models.CharField(primary_key=True, max_length=128)
    holder = models.CharField(max_length=128, blank=True)
    expires_at = models.DateTimeField(null=True)


class Judgement(models.Model):
    """What a person says of a post where the machine may be wrong. One a post and question; the audit trail keeps the
    ones before it. `machine` is what had been said by itself, "" for nothing."""

    class About(models.TextChoices):
        SENTIMENT = "sentiment", "情感"
        TOPIC = "topic", "领域"
        RELEVANCE = "relevance", "相关性"

    about = models.CharField("判断什么", max_length=16, choices=About.choices)
    post_id = models.CharField(max_length=64, db_index=True)
    watchlist = models.CharField("监测方案", max_length=64, blank=True)  # of a judgement of relevance
    value = models.CharField("判断", max_length=32)
    machine = models.CharField("系统原判", max_length=32, blank=True)
    by = models.CharField("判断人", max_length=150)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "人工判断"
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["about", "post_id", "watchlist"], name="judgement_once")]


class Correction(models.Model):
    """A small model learned from the judgements, on top of a shipped one (monitor.correction). At most one of a kind
    is `active`; `replaced` was so before it."""

    about = models.CharField(max_length=16, choices=Judgement.About.choices)
    blob = models.BinaryField()
    compared = models.JSONField(default=dict)  # monitor.correction.Compared.as_dict
    by = models.CharField("生成人", max_length=150)
    at = models.DateTimeField("生成时间")
    active = models.BooleanField("在用", default=False)
    replaced = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["-at", "-id"]
