"""What the answers hold. Descriptions are read by whoever programs against the API."""

from datetime import date, datetime

from ninja import Schema
from pydantic import Field


class Named(Schema):
    code: str = Field(description="编码，可以用作筛选条件")
    name: str = Field(description="名称")


class ListedItem(Schema):
    index_number: str = Field(description="索引号")
    title: str = Field(description="名称")
    document_number: str = Field(description="发文字号，没有时为空")
    unit: Named = Field(description="发布机构")
    kind: Named = Field(description="信息类型")
    topic: Named | None = Field(description="主题分类")
    entry: Named | None = Field(description="公开事项")
    category: Named | None = Field(description="组配分类")
    formed_date: date | None = Field(description="成文日期")
    published_at: datetime = Field(description="发布时间；由历史信息导入的，为原发布日期")
    original_published_on: date | None = Field(description="信息在别处最早公布的日期")
    validity: Named = Field(description="时效")
    method: Named = Field(description="公开方式")
    audience: str = Field(description="公开范围")
    source: str = Field(description="来源")
    summary: str = Field(description="内容概述")
    url: str = Field(description="网页地址")


class File(Schema):
    label: str = Field(description="附件名称")
    name: str = Field(description="文件名")
    media_type: str = Field(description="类型")
    size: int = Field(description="大小（字节）")
    sha256: str = Field(description="文件的 SHA-256")
    url: str = Field(description="下载地址")


class WholeItem(ListedItem):
    body: str = Field(description="正文，每行一段；表格每行一行，不带排版记号")
    method_reason: Named | None = Field(description="不主动公开的理由，按公开属性确定当日施行的法规")
    method_basis: str = Field(description="理由的依据；当日施行的法规没有列出这项理由的，为空")
    openness_mark: str = Field(description="文末的公开标注")
    effective_on: date | None = Field(description="施行日期")
    expires_on: date | None = Field(description="有效期至")
    repealed_on: date | None = Field(description="废止日期")
    replaced_by: str | None = Field(description="替代文件的索引号")
    explains: str | None = Field(description="所解读的文件的索引号")
    interpretations: list[str] = Field(description="解读材料的索引号")
    attachments: list[File] = Field(description="附件")


class ItemPage(Schema):
    count: int = Field(description="符合条件的条数，最多数到 10,000")
    is_more: bool = Field(description="是否比 count 更多")
    items: list[ListedItem] = Field(description="本页的信息")
    next: str | None = Field(description="下一页的游标；没有下一页时为空")


class Unit(Named):
    full_name: str = Field(description="单位全称")
    kind: Named = Field(description="单位类型")


class Topic(Named):
    parent: str | None = Field(description="上级主题的编码")
    path: str = Field(description="完整名称")


class Duty(Named):
    parent: str | None = Field(description="上级事项的编码")
    content_elements: str = Field(description="公开内容（要素）")
    legal_basis: str = Field(description="公开依据")
    time_limit: str = Field(description="公开时限")
    publisher: str = Field(description="公开主体")
    rhythm: Named = Field(description="更新周期")
    method: Named = Field(description="公开方式")
    units: list[Named] = Field(description="责任单位")


class Catalogue(Named):
    edition: int = Field(description="版本")
    published_at: datetime = Field(description="版本的发布时间")
    entries: list[Duty] = Field(description="事项，上级在前")


class ListedService(Schema):
    code: str = Field(description="事项代码")
    name: str = Field(description="事项名称")
    unit: Named = Field(description="办理单位")
    kind: Named = Field(description="事项类型")
    version: int | None = Field(description="现行办事指南是第几版；新的指南还没有施行的为空")
    effective_on: date | None = Field(description="现行版的施行日期")
    promise: str = Field(description="承诺办结时限")
    visits: str = Field(description="到现场次数")
    fee: str = Field(description="收费")
    url: str = Field(description="网页地址")


class AskedMaterial(Schema):
    name: str = Field(description="名称")
    form: str = Field(description="形式")
    copies: str = Field(description="份数")
    necessity: str = Field(description="必要性")
    source: str = Field(description="来源渠道")
    basis: str = Field(description="要求提交的依据")
    cancelled: str = Field(description="已经取消、不再提交的，写明日期和依据；要提交的为空")


class PublicGuide(Schema):
    version: int = Field(description="第几版")
    effective_on: date = Field(description="施行日期")
    published_at: datetime = Field(description="公布时间")
    what_changed: str = Field(description="和上一版有什么不同")
    verify_code: str = Field(description="核验码")


class WholeService(ListedService):
    base_code: str = Field(description="基本编码")
    implementation_code: str = Field(description="实施编码")
    shown: PublicGuide = Field(description="这里给出的一版：现行的；还没有施行的，最早施行的")
    content: dict[str, str | list[dict[str, str]]] = Field(
        description="指南内容，按国家政务服务事项目录的字段名；列表各行按各部分的名称"
    )
    materials: list[AskedMaterial] = Field(description="申请材料")
    editions: list[PublicGuide] = Field(description="公布过的各版，施行晚的在前")


class ServicePage(Schema):
    count: int = Field(description="符合条件的事项数")
    services: list[ListedService] = Field(description="本页的事项")
    next: str | None = Field(description="下一页的游标；没有下一页时为空")


class ProposalResult(Schema):
    kind: Named = Field(description="类别：人大代表建议、政协提案")
    session: str = Field(description="届次")
    number: int = Field(description="编号")
    subject: str = Field(description="事由")
    role: str = Field(description="提出人身份")
    unit: Named = Field(description="主办单位")
    co_units: str = Field(description="协办单位，用顿号隔开")
    round: int = Field(description="第几次答复；不满意的重新办理，再次答复")
    category: Named = Field(description="办理结果类别")
    openness: Named = Field(description="公开方式：全文公开、摘要公开")
    replied_on: date = Field(description="答复日期")
    document_number: str = Field(description="答复文号")
    index_number: str = Field(description="答复的索引号，用它取得全文或者摘要")
    url: str = Field(description="网页地址")


class ProposalResults(Schema):
    count: int = Field(description="符合条件的公开的答复数")
    results: list[ProposalResult] = Field(description="本页的答复，新的在前")
    next: str | None = Field(description="下一页的游标；没有下一页时为空")


class ListedAnswer(Schema):
    number: int = Field(description="编号，各版相同")
    edition: int = Field(description="第几版")
    question: str = Field(description="问题")
    unit: Named = Field(description="负责单位")
    topic: Named | None = Field(description="主题分类")
    published_at: datetime = Field(description="公布时间")
    review_by: date = Field(description="复核日期")
    valid_until: date | None = Field(description="有效期至，长期有效的为空")
    is_being_checked: bool = Field(description="是否正在核对：来源有了新的版本，有人提出疑问，或者过了复核日期")
    url: str = Field(description="网页地址")


class QuotedField(Schema):
    name: str = Field(description="栏目")
    text: str = Field(description="来源现行的内容，一行一项")


class WholeAnswer(ListedAnswer):
    other_words: str = Field(description="别的问法")
    answer: str = Field(description="解答")
    fields: list[QuotedField] = Field(description="取自来源的栏目")
    source: str = Field(description="来源和它的版本")


class AnswerPage(Schema):
    count: int = Field(description="符合条件的条数")
    answers: list[ListedAnswer] = Field(description="本页的解答")
    next: int | None = Field(description="下一页的页码；没有下一页时为空")


class Units(Schema):
    units: list[Unit] = Field(description="发布机构")


class Topics(Schema):
    topics: list[Topic] = Field(description="主题分类")


class Catalogues(Schema):
    catalogues: list[Catalogue] = Field(description="主动公开基本目录，每份为最新版本")
