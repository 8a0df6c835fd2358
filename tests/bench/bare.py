"""The bare views that the catalogue is compared with, and the addresses of both.

A bare view asks the same of the database — the list with an exact count — and fills a plain template; it has no
middleware, no form, no paginator, no headers.
"""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from disclosure.catalogue.query import PAGE_SIZE, read_options
from disclosure.models import Item
from ninghai.calendar import clock
from ninghai.urls import urlpatterns as portal

LIST = engines["django"].from_string("""<!DOCTYPE html><title>公开目录</title><form>
{% for choices in options %}<select>{% for code, label in choices %}<option value="{{ code }}">{{ label }}</option>{% endfor %}</select>{% endfor %}
</form><p>{{ total }}</p><ul>{% for item in items %}
<li><a href="{{ item.get_absolute_url }}">{{ item.title }}</a> {{ item.summary|truncatechars:90 }}
{{ item.published_at|date:"Y-m-d" }} {{ item.unit.short_name }} {{ item.document_number }} {{ item.get_kind_display }}</li>
{% endfor %}</ul>""")

ITEM = engines[
    "django"
].from_string("""<!DOCTYPE html><title>{{ item.title }}</title><h1>{{ item.title }}</h1>
<dl><dt>索引号<dd>{{ item.index_number }}<dt>主题分类<dd>{{ item.topic.path }}<dt>发文字号<dd>{{ item.document_number }}
<dt>发布机构<dd>{{ item.unit.name }}<dt>公开事项<dd>{{ item.entry.name }}<dt>发布日期<dd>{{ item.published_at|date:"Y-m-d" }}</dl>
{{ item.body|linebreaks }}<ul>{% for file in files %}<li><a href="{{ file.get_absolute_url }}">{{ file.label }}</a>{% endfor %}</ul>""")


def bare_list(request: HttpRequest) -> HttpResponse:
    items = Item.objects.published(clock.now())
    options = read_options(clock.now())
    context = {
        "items": items.newest_first().for_list()[:PAGE_SIZE],
        "total": items.count(),
        "options": [options.units, options.entries, options.topics],
    }
    return HttpResponse(LIST.render(context))


def bare_item(request: HttpRequest, index_number: str) -> HttpResponse:
    items = Item.objects.published(clock.now()).select_related("unit", "topic", "entry")
    item = items.without_search().get(index_number=index_number)
    return HttpResponse(ITEM.render({"item": item, "files": item.attachments.select_related("file")}))


urlpatterns = [
    *portal,
    path("bare/list/", bare_list, name="bare-list"),
    path("bare/item/<path:index_number>/", bare_item, name="bare-item"),
]
