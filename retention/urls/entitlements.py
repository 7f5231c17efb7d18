from django.urls import URLPattern, path

from retention.views import entitlement_rules as rules
from retention.views import entitlements as views
from retention.views import received, received_imports

OWN = "entitlements/"
RULES, RECEIVED = f"{OWN}rules/", f"{OWN}received/"
IMPORTS = f"{RECEIVED}imports/"

urlpatterns: list[URLPattern] = [
    path("my/entitlements/", views.my_entitlements, name="my_entitlements"),
    path(OWN, views.entitlement_list, name="entitlement_list"),
    path(f"{OWN}export/", views.entitlement_export, name="entitlement_export"),
    path(f"{OWN}compute/", views.entitlement_compute, name="entitlement_compute"),
    path(f"{OWN}kinds/", views.entitlement_kinds, name="entitlement_kinds"),
    path(f"{OWN}officers/<int:pk>/", views.entitlement_officer, name="entitlement_officer"),
    path(f"{OWN}officers/<int:pk>/received/", received.received_enter, name="received_enter"),
    path(f"{OWN}<int:pk>/", views.entitlement_detail, name="entitlement_detail"),
    path(f"{OWN}<int:pk>/waive/", views.entitlement_waive, name="entitlement_waive"),
    path(f"{OWN}waivers/<int:pk>/withdraw/", views.waiver_withdraw, name="waiver_withdraw"),
    path(RULES, rules.entitlement_rule_list, name="entitlement_rule_list"),
    path(f"{RULES}export/", rules.entitlement_rule_export, name="entitlement_rule_export"),
    path(f"{RULES}install/", rules.entitlement_rule_install, name="entitlement_rule_install"),
    path(f"{RULES}new/", rules.entitlement_rule_set, name="entitlement_rule_set"),
    path(f"{RULES}<int:pk>/", rules.entitlement_rule_detail, name="entitlement_rule_detail"),
    path(
        f"{RULES}<int:pk>/compare/", rules.entitlement_rule_compare, name="entitlement_rule_compare"
    ),
    path(
        f"{RULES}<int:pk>/describe/",
        rules.entitlement_rule_describe,
        name="entitlement_rule_describe",
    ),
    path(f"{RULES}<int:pk>/end/", rules.entitlement_rule_end, name="entitlement_rule_end"),
    path(
        f"{RULES}<int:pk>/take-back/",
        rules.entitlement_rule_take_back,
        name="entitlement_rule_take_back",
    ),
    path(RECEIVED, received.received_list, name="received_list"),
    path(f"{RECEIVED}export/", received.received_export, name="received_export"),
    path(f"{RECEIVED}<int:pk>/void/", received.received_void, name="received_void"),
    path(IMPORTS, received_imports.received_import, name="received_import"),
    path(f"{IMPORTS}template/", received_imports.received_template, name="received_template"),
    path(
        f"{IMPORTS}<int:pk>/",
        received_imports.received_import_detail,
        name="received_import_detail",
    ),
    path(
        f"{IMPORTS}<int:pk>/confirm/",
        received_imports.received_import_confirm,
        name="received_import_confirm",
    ),
    path(
        f"{IMPORTS}<int:pk>/discard/",
        received_imports.received_import_discard,
        name="received_import_discard",
    ),
    path(
        f"{IMPORTS}<int:pk>/errors/",
        received_imports.received_import_errors,
        name="received_import_errors",
    ),
]
