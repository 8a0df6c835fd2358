from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from disclosure import dcat, sitemaps
from disclosure.api.routes import addresses
from disclosure.feeds import CatalogueFeed
from disclosure.models import SitePage
from disclosure.views import (
    basic_catalogue,
    catalogue,
    correction_work,
    corrections,
    coverage,
    downloads,
    explaining,
    home,
    interpretations,
    life_acts,
    site_columns,
    versions,
    work,
)
from ninghai.rate_limit import limited, searches

app_name = "disclosure"

public = [
    path("", home.home, name="home"),
    path("catalogue/", catalogue.item_list, name="item-list"),
    path("catalogue/suggest/", catalogue.suggest, name="suggest"),
    path("catalogue/basic/", basic_catalogue.basic_catalogue, name="basic-catalogue"),
    path("catalogue/basic/<slug:code>/", basic_catalogue.basic_catalogue, name="one-catalogue"),
    path("catalogue/basic/<slug:code>/<int:number>/", basic_catalogue.basic_catalogue, name="edition"),
    path("catalogue/basic/<slug:code>/<int:number>.<slug:ending>", basic_catalogue.download, name="edition-file"),
    path("catalogue/terms/", home.terms, name="terms"),
    path("catalogue/dcat.jsonld", dcat.dcat, name="dcat"),
    path("catalogue/export/", downloads.export, name="export"),
    path("catalogue/attachments/", downloads.list_attachments, name="list-attachments"),
    path("catalogue/attachments/<path:index_number>/", downloads.item_attachments, name="item-attachments"),
    path("catalogue/file/<uuid:file_id>/", downloads.attachment, name="attachment"),
    path("catalogue/history/<path:index_number>/", versions.history, name="item-history"),
    path("catalogue/version/<int:number>/<path:index_number>/", versions.version, name="item-version"),
    path("catalogue/compare/<path:index_number>/", versions.compare, name="item-compare"),
    path("catalogue/item/<path:index_number>/", catalogue.item_detail, name="item-detail"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/new/", corrections.correction_new, name="correction-new"),
    path("catalogue/interpretations/", interpretations.interpretation_pairs, name="interpretation-pairs"),
    path("disclosure/", site_columns.columns, name="columns"),
    path("disclosure/guide/", site_columns.column, {"column": SitePage.Column.GUIDE}, name="column-guide"),
    path("disclosure/rules/", site_columns.column, {"column": SitePage.Column.RULES}, name="column-rules"),
    path("disclosure/statutory/", site_columns.column, {"column": SitePage.Column.STATUTORY}, name="column-statutory"),
    path("disclosure/annual-reports/", site_columns.column, {"column": SitePage.Column.ANNUAL}, name="column-annual"),
    path("feeds/catalogue.xml", login_not_required(limited("search", counts=searches)(CatalogueFeed())), name="feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap-pages"),
    path("sitemap-items-<int:number>.xml", sitemaps.items, name="sitemap-items"),
    path("site-map/", home.site_map, name="site-map"),
    path("robots.txt", sitemaps.robots, name="robots"),
]

# /work/items/, /work/coverage/
staff = [
    path("work/coverage/", coverage.coverage, name="work-coverage"),
    path("work/items/", work.item_list, name="work-item-list"),
    path("work/items/new/", work.item_new, name="work-item-new"),
    path("work/items/autosave/", work.item_autosave, name="work-item-autosave-new"),
    path("work/items/<int:pk>/autosave/", work.item_autosave, name="work-item-autosave"),
    path("work/items/<int:pk>/", work.item_detail, name="work-item-detail"),
    path("work/items/<int:pk>/edit/", work.item_edit, name="work-item-edit"),
    path("work/items/<int:pk>/explains/", explaining.at_work, name="work-item-explains"),
    path("work/items/<int:pk>/submit/", work.item_submit, name="work-item-submit"),
    path("work/items/<int:pk>/pass/", work.item_pass, name="work-item-pass"),
    path("work/items/<int:pk>/return/", work.item_return, name="work-item-return"),
    path("work/items/<int:pk>/rule/", work.item_rule, name="work-item-rule"),
    path("work/items/<int:pk>/mask-text/", work.item_mask_text, name="work-item-mask-text"),
    path("work/items/<int:pk>/mask/<int:attachment>/", work.item_mask_file, name="work-item-mask-file"),
]

# /work/corrections/
staff += [
    path("work/corrections/", correction_work.correction_list, name="correction-list"),
    path("work/corrections/<int:pk>/", correction_work.correction, name="correction"),
    path("work/corrections/<int:pk>/answer/", correction_work.correction_answer, name="correction-answer"),
]

staff += [
    path(f"work/items/<int:pk>/{name}/", work.life_act(name), name=f"work-item-{name}") for name in life_acts.OF_EITHER
]

urlpatterns = [*public, *staff, path("api/v1/", include((addresses, "api")))]
