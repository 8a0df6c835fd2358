from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from disclosure.annual_reports import pages as annual_reports
from disclosure.appeals import pages as appeal_pages
from disclosure.appeals import public as appeals
from disclosure.appeals.kind import APPEAL
from disclosure.basic_catalogue import views as basic_catalogue_views
from disclosure.catalogue import downloads, home, subscriptions, versions
from disclosure.catalogue import views as catalogue_views
from disclosure.corrections import views as corrections_views
from disclosure.coverage import views as coverage_views
from disclosure.exchange import endpoints as exchange
from disclosure.hotline import intake as hotline_intake
from disclosure.hotline import pages as hotline_pages
from disclosure.hotline import public as hotline
from disclosure.hotline.figures import pages as hotline_figures
from disclosure.interaction import lookup
from disclosure.interaction import views as interaction
from disclosure.items import views as items_views
from disclosure.knowledge import pages as knowledge_pages
from disclosure.knowledge import public as knowledge
from disclosure.knowledge import workbook as knowledge_workbook
from disclosure.models import AppealMatter, SitePage
from disclosure.open_formats import dcat, sitemaps
from disclosure.open_formats.api.endpoints import addresses
from disclosure.open_formats.feeds import CatalogueFeed, KnowledgeFeed, ServiceFeed
from disclosure.proposals import pages as proposal_pages
from disclosure.proposals import results
from disclosure.public_opinion import pages as opinion_pages
from disclosure.requests.applying import views as request_views
from disclosure.requests.desk import pages as request_pages
from disclosure.requests.inquiries import views as inquiry_views
from disclosure.service_guides import pages as guide_versions
from disclosure.service_guides import public as services
from disclosure.service_guides import workbook as guide_workbook
from disclosure.site_columns import views as site_columns_views
from ninghai.web.rate_limit import limited, searches

app_name = "disclosure"

public = [
    path("", home.home, name="home"),
    path("catalogue/", catalogue_views.item_list, name="item-list"),
    path("catalogue/follow/", subscriptions.follow, name="follow"),
    path("catalogue/follow/<str:token>/confirm/", subscriptions.follow_confirm, name="follow-confirm"),
    path("catalogue/follow/<str:token>/leave/", subscriptions.follow_leave, name="follow-leave"),
    path("catalogue/suggest/", catalogue_views.suggest, name="suggest"),
    path("catalogue/basic/", basic_catalogue_views.basic_catalogue, name="basic-catalogue"),
    path("catalogue/basic/<slug:code>/", basic_catalogue_views.basic_catalogue, name="one-catalogue"),
    path("catalogue/basic/<slug:code>/<int:number>/", basic_catalogue_views.basic_catalogue, name="edition"),
    path("catalogue/basic/<slug:code>/<int:number>.<slug:ending>", basic_catalogue_views.download, name="edition-file"),
    path("catalogue/terms/", home.terms, name="terms"),
    path("catalogue/dcat.jsonld", dcat.dcat, name="dcat"),
    path("catalogue/export/", downloads.export, name="export"),
    path("catalogue/attachments/", downloads.list_attachments, name="list-attachments"),
    path("catalogue/attachments/<path:index_number>/", downloads.item_attachments, name="item-attachments"),
    path("catalogue/file/<uuid:file_id>/", downloads.attachment, name="attachment"),
    path("catalogue/history/<path:index_number>/", versions.history, name="item-history"),
    path("catalogue/version/<int:number>/<path:index_number>/", versions.version, name="item-version"),
    path("catalogue/compare/<path:index_number>/", versions.compare, name="item-compare"),
    path("catalogue/qr/<path:index_number>/", catalogue_views.item_qr_code, name="item-qr-code"),
    path("catalogue/annual-report/<path:index_number>/", annual_reports.annual_report_data, name="annual-report-data"),
    path("catalogue/item/<path:index_number>/", catalogue_views.item_detail, name="item-detail"),
    path("corrections/", corrections_views.corrections, name="corrections"),
    path("corrections/new/", corrections_views.correction_new, name="correction-new"),
    path("hotline/", hotline.hotline, name="hotline"),
    path("hotline/new/", hotline.hotline_ask, name="hotline-ask"),
    path("hotline/receipt/<uuid:form_id>/", hotline.hotline_receipt, name="hotline-receipt"),
    path("hotline/figures/", hotline_figures.hotline_figures, name="hotline-figures"),
    path("hotline/figures/<slug:month>/", hotline_figures.hotline_figures, name="hotline-month"),
    path("hotline/figures/<slug:month>.<slug:ending>", hotline_figures.hotline_month_file, name="hotline-month-file"),
    path("knowledge/", knowledge.knowledge_list, name="knowledge-list"),
    path("knowledge/answer/<int:number>/", knowledge.knowledge_page, name="knowledge"),
    path("knowledge/answer/<int:number>/helped/", knowledge.knowledge_helped, name="knowledge-helped"),
    path("proposals/", results.results, name="proposal-results"),
    path("proposals/export/", results.results_file, name="proposal-results-file"),
    path("requests/", request_views.requests, name="requests"),
    path("requests/new/", request_views.request_new, name="request-new"),
    path("requests/form/<slug:code>.docx", request_views.application_paper, name="application-paper"),
    path("requests/receipt/<uuid:form_id>/", request_views.request_receipt, name="request-receipt"),
    path("requests/inquiry/", inquiry_views.inquiry, name="inquiry"),
    path("appeals/new/", appeals.appeal_new, {"matter": AppealMatter.ENTERPRISE}, name="appeal-new"),
    path("complaints/new/", appeals.appeal_new, {"matter": AppealMatter.OPENNESS}, name="complaint-new"),
    path("appeals/receipt/<uuid:form_id>/", request_views.request_receipt, {"kind": APPEAL}, name="appeal-receipt"),
    path("interaction/", interaction.interaction, name="interaction"),
    path("lookup/", lookup.lookup, name="lookup"),
    path("services/", services.service_list, name="service-list"),
    path("services/one-things/<slug:code>/", services.one_thing, name="one-thing"),
    path("services/<slug:code>/", services.service_page, name="service"),
    path("services/<slug:code>/versions/<int:number>/", services.service_version, name="service-version"),
    path("catalogue/interpretations/", catalogue_views.interpretation_pairs, name="interpretation-pairs"),
    path("disclosure/", site_columns_views.columns, name="columns"),
    path("disclosure/guide/", site_columns_views.county_guide, name="column-guide"),
    path("disclosure/guide/<str:code>/", site_columns_views.unit_guide, name="unit-guide"),
    path("disclosure/rules/", site_columns_views.column, {"column": SitePage.Column.RULES}, name="column-rules"),
    path(
        "disclosure/statutory/",
        site_columns_views.column,
        {"column": SitePage.Column.STATUTORY},
        name="column-statutory",
    ),
    path(
        "disclosure/annual-reports/",
        site_columns_views.column,
        {"column": SitePage.Column.ANNUAL},
        name="column-annual",
    ),
    path("feeds/catalogue.xml", login_not_required(limited("search", counts=searches)(CatalogueFeed())), name="feed"),
    path(
        "feeds/services.xml", login_not_required(limited("search", counts=searches)(ServiceFeed())), name="service-feed"
    ),
    path("feeds/knowledge.xml", login_not_required(KnowledgeFeed()), name="knowledge-feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap-pages"),
    path("sitemap-items-<int:number>.xml", sitemaps.items, name="sitemap-items"),
    path("site-map/", home.site_map, name="site-map"),
    path("robots.txt", sitemaps.robots, name="robots"),
]

# /work/items/, /work/coverage/
staff = [
    path("work/coverage/", coverage_views.coverage, name="work-coverage"),
    path("work/items/", items_views.item_list, name="work-item-list"),
    *items_views.pages.urls("work/items/"),
]

# /work/corrections/
staff += [
    path("work/corrections/", corrections_views.correction_list, name="correction-list"),
    *corrections_views.pages.urls("work/corrections/"),
]

# /work/annual-reports/
staff += [
    path("work/annual-reports/", annual_reports.annual_report_list, name="annual-report-list"),
    path("work/annual-reports/new/", annual_reports.annual_report_new, name="annual-report-new"),
    *annual_reports.pages.urls("work/annual-reports/"),
]

# /work/opinions/
staff += [
    path("work/opinions/", opinion_pages.opinion_list, name="opinion-list"),
    *opinion_pages.pages.urls("work/opinions/"),
]

# /work/guide/, /work/requests/
staff += [
    path("work/guide/", site_columns_views.guide_office, name="guide-office"),
    *request_pages.pages.urls("work/requests/"),
]

# /work/guides/
staff += [
    path("work/guides/", guide_versions.service_guide_list, name="service-guide-list"),
    path("work/guides/new/", guide_versions.service_guide_new, name="service-guide-new"),
    *guide_workbook.IMPORT.urls("work/guides/"),
    *guide_versions.pages.urls("work/guides/"),
]

# /work/requests/appeals/, behind the same entry of the menu; /work/proposals/
staff += [*appeal_pages.pages.urls("work/requests/appeals/"), *proposal_pages.pages.urls("work/proposals/")]

# /work/hotline/
staff += [
    path("work/hotline/", hotline_pages.hotline_list, name="hotline-list"),
    path("work/hotline/new/", hotline_intake.hotline_new, name="hotline-new"),
    path("work/hotline/figures/", hotline_figures.unit_figures, name="hotline-unit-figures"),
    *hotline_pages.pages.urls("work/hotline/"),
]

# /work/knowledge/
staff += [
    path("work/knowledge/", knowledge_pages.work_knowledge_list, name="work-knowledge-list"),
    path("work/knowledge/new/", knowledge_pages.knowledge_new, name="knowledge-new"),
    *knowledge_workbook.IMPORT.urls("work/knowledge/"),
    *knowledge_pages.pages.urls("work/knowledge/"),
]

# Programs
interfaces = [
    path("api/v1/", include((addresses, "api"))),
    path("api/open311/v2/", include((exchange.addresses, "open311"))),
    path("api/exchange/results/", exchange.taking_results, name="exchange-results"),
]

urlpatterns = [*public, *staff, *interfaces]
